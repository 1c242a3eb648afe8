"""What proxies promise beside routes, asked of real ones: shares, copies, fallbacks, sockets, limits, checked calls."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import NoReturn

import jwt
import pytest

from carveout.analyzer.model.errors import CarveoutError, UsageError
from carveout.analyzer.model.routes import Grant, Route, RouteTable, Traffic
from carveout.generators.proxies.envoy import Envoy
from carveout.generators.proxies.nginx import Nginx, blocks
from carveout.generators.routing import rules
from carveout.runtime import processes
from carveout.runtime.traffic import steering
from carveout.runtime.traffic.calls import checker, token
from carveout.runtime.traffic.stubs import Stub, stubs
from carveout.runtime.traffic.trial import ALL, NO_FILES, Trial, envoy, nginx, write

READS = ("GET", "HEAD", "OPTIONS")
SECRETS = {
    name: f"{name} " * 8 for name in ("PAY_SECRET", "ORDERS_SECRET", "PARTNER_SECRET", "STRANGER_SECRET")
}


def table(**more: object) -> RouteTable:
    methods = (*READS, "POST")
    found = tuple(Route(method, "/pay/[^/]+", "/pay/<x>", "function:pay", precedence=0) for method in methods)
    return RouteTable("pay", found, internal="/internal/", **more)  # type: ignore[arg-type]


@pytest.fixture(params=["envoy", "nginx"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def started(
    kind: str, folder: Path, table: RouteTable, at: dict[str, Stub], traffic: Traffic = ALL, checker: str = "",
    files: Mapping[str, str] = NO_FILES,
) -> Iterator[Trial]:  # fmt: skip
    """A real proxy of this kind."""
    if kind == "nginx":
        with nginx(folder, table, at, traffic, checker, files) as proxy:
            yield proxy
    else:
        with envoy(folder, table, at, traffic, checker, files, SECRETS) as proxy:
            yield proxy


@contextmanager
def running(kind: str, folder: Path, traffic: Traffic) -> Iterator[tuple[Trial, dict[str, Stub]]]:
    with stubs("monolith", "pay") as at, started(kind, folder, table(), at, traffic) as proxy:
        yield proxy, at


def test_a_share_of_the_users_goes_to_the_service_and_stays_there(kind: str, tmp_path: Path) -> None:
    """10% of 2,000 users; each one stays where the first request went, whatever it asks."""
    with running(kind, tmp_path, Traffic(10)) as (proxy, _):
        found: dict[str, str] = {}
        for _ in range(2000):
            answer = proxy.ask("GET", "/pay/1")
            cookie = answer.headers["set-cookie"].partition(";")[0]
            assert "; HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
            found[cookie] = answer.owner
        assert len(found) == 2000
        assert 0.06 < list(found.values()).count("pay") / 2000 < 0.14  # six standard deviations
        for cookie, owner in list(found.items())[:200]:
            again = proxy.ask("POST", "/pay/2", {"Cookie": f"a=b; {cookie}"}, body=b"x")
            assert (again.owner, "set-cookie" in again.headers) == (owner, False)
        # Who sends a token of some other kind is known by that, and gets no cookie.
        by_token = [
            {proxy.ask("GET", "/pay/1", {"Authorization": f"t{i}"}).owner for _ in range(3)}
            for i in range(40)
        ]
        assert all(len(owners) == 1 for owners in by_token)
        assert "set-cookie" not in proxy.ask("GET", "/other").headers


@pytest.mark.parametrize(("traffic", "owner"), [(Traffic(), "monolith"), (Traffic(100), "pay")])
def test_all_or_nothing_needs_no_cookie(kind: str, tmp_path: Path, traffic: Traffic, owner: str) -> None:
    """Rolled back, and carried out."""
    with running(kind, tmp_path, traffic) as (proxy, _):
        answers = [proxy.ask("GET", f"/pay/{index}") for index in range(20)]
    assert {answer.owner for answer in answers} == {owner}
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_testers_choose_who_answers_and_nobody_else_does(kind: str, tmp_path: Path) -> None:
    """By the header, from addresses that the user names; the header goes no further."""
    with running(kind, tmp_path / "closed", Traffic()) as (proxy, _):
        assert proxy.ask("GET", "/pay/1", {"X-Carveout-Route": "pay"}).owner == "monolith"
    files = {"override.conf": "127.0.0.1 1;", "envoy/override.lua": 'return { ["127.0.0.1"] = true }'}
    with (
        stubs("monolith", "pay") as at,
        started(kind, tmp_path, table(), at, Traffic(), files=files) as proxy,
    ):
        answer = proxy.ask("GET", "/pay/1", {"X-Carveout-Route": "pay"})
        assert "x-carveout-route" not in json.loads(answer.body)["headers"]
        for chosen in ("monolith", "orders", "pay;", ""):
            assert proxy.ask("GET", "/pay/1", {"X-Carveout-Route": chosen}).owner == "monolith"
        assert proxy.ask("GET", "/other", {"X-Carveout-Route": "pay"}).owner == "monolith"


def test_reads_are_copied_and_writes_are_not(kind: str, tmp_path: Path) -> None:
    """The monolith answers; the service gets GET and HEAD of its routes, marked, with the query and without a body."""
    with running(kind, tmp_path, Traffic(0, mirror=True)) as (proxy, at):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            assert (
                proxy.ask(method, "/pay/%C3%A9?a=1", body=b"x" if method == "POST" else None).owner
                == "monolith"
            )
        assert proxy.ask("GET", "/other").owner == "monolith"
        deadline = time.monotonic() + 5
        while len(at["pay"].asked) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert at["pay"].asked == ["GET /pay/%C3%A9?a=1 HTTP/1.1", "HEAD /pay/%C3%A9?a=1 HTTP/1.1"]


@pytest.mark.parametrize("behaviour", ["503", "502", "break", "hang"])
def test_failed_reads_fall_back_and_writes_are_never_sent_twice(
    kind: str, tmp_path: Path, behaviour: str
) -> None:
    """A GET that the service cannot answer is answered by the monolith; a POST fails, and went to one side once."""
    if (kind, behaviour) == ("envoy", "hang"):
        pytest.skip("Envoy gives up a try after 30 s, as its generated routes say")
    limits = {"limits.conf": "proxy_read_timeout 300ms;"}
    with stubs("monolith", "pay") as at, started(kind, tmp_path, table(), at, files=limits) as proxy:
        at["pay"].behaviour = behaviour
        assert proxy.ask("GET", "/pay/1").owner == "monolith"
        asked = len(at["pay"].asked)
        answer = proxy.ask("POST", "/pay/1", body=b"x")
        status = {"hang": 504, "break": 503 if kind == "envoy" else 502}
        assert answer.status == (status.get(behaviour) or int(behaviour))
        assert len(at["pay"].asked) == asked + 1
        assert [line.split()[0] for line in at["monolith"].asked] == ["GET"]


def test_a_service_that_is_not_there_costs_no_read(kind: str, tmp_path: Path) -> None:
    """Nothing listens: reads go on at the monolith."""
    with stubs("monolith", "pay") as at:
        at["pay"].port = 1
        with started(kind, tmp_path, table(), at) as proxy:
            assert [proxy.ask("GET", "/pay/1").owner for _ in range(10)] == ["monolith"] * 10
            assert proxy.ask("POST", "/pay/1", body=b"x").status in (502, 503)


def test_handshakes_of_websockets_pass(kind: str, tmp_path: Path) -> None:
    """To the service whose route it is; where the framework knows no WebSockets it is a GET."""
    shake = {"Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket", "Sec-WebSocket-Version": "13"}
    with running(kind, tmp_path / "a", Traffic(100)) as (proxy, _):
        assert (proxy.ask("GET", "/pay/1", shake).status, proxy.ask("GET", "/x", shake).owner) == (
            101,
            "monolith",
        )
    own = RouteTable(
        "pay", (Route("WEBSOCKET", "/ws", "/ws", "f"), Route("GET", "/both", "/both", "f")), sockets=True
    )
    with stubs("monolith", "pay") as at, started(kind, tmp_path / "b", own, at) as proxy:
        found = [
            proxy.ask("GET", path, headers).owner for path in ("/ws", "/both") for headers in (shake, {})
        ]
    assert found == ["pay", "monolith", "monolith", "pay"]


def test_bodies_have_a_limit(kind: str, tmp_path: Path) -> None:
    """More than client_max_body_size is refused before anybody sees it."""
    with running(kind, tmp_path, Traffic(100)) as (proxy, at):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as sent:
            sent.sendall(b"POST /pay/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 11534336\r\n\r\n")
            with suppress(OSError):  # who refuses may hang up before all of it is sent
                for _ in range(11):
                    sent.sendall(b"x" * 1024 * 1024)
            assert sent.recv(12) == b"HTTP/1.1 413"
        assert at["pay"].asked == []


def test_rules_too_long_for_one_parameter_get_maps_of_their_own(tmp_path: Path) -> None:
    """A route that 300 others go before; the ones after it are still found."""
    others = tuple(f"/a/{index:03d}/some/longer/text" for index in range(300))
    routes = (
        Route("GET", "/first", "/first", "f", precedence=0),
        Route("GET", "/a/[^\\n]+", "/a/<path:x>", "f", precedence=1, unless=others),
        Route("GET", "/[^/]+", "/<x>", "f", precedence=2, unless=("/kept",)),
    )
    long = RouteTable("pay", routes)
    assert len(blocks(rules(long), "pay", "pay")) == 3
    expected = {"/first": "pay", "/a/x": "pay", "/a/007/some/longer/text": "monolith", "/kept": "monolith", "/last": "pay",
                "/a/300/some/longer/text": "pay", "/b/c": "monolith"}  # fmt: skip
    with stubs("monolith", "pay") as at, nginx(tmp_path, long, at) as proxy:
        assert {path: proxy.ask("GET", path).owner for path in expected} == expected


def granted() -> RouteTable:
    return table(
        functions=("shop.pay.charge", "shop.pay.refund"),
        grants=(
            Grant("monolith", ("shop.pay.charge", "shop.pay.refund")),
            Grant("orders", ("shop.pay.charge",)),
            Grant("partner", ("shop.pay.charge",), outside=True),
        ),
    )


def test_consumers_call_what_they_may_and_nothing_else(kind: str, tmp_path: Path) -> None:
    """The service gets a token of its own secret in the name of the consumer."""
    with stubs("monolith", "pay") as at, checker(tmp_path, granted(), SECRETS) as port, started(
        kind, tmp_path, granted(), at, checker=f"127.0.0.1:{port}"
    ) as proxy:  # fmt: skip

        def call(consumer: str, function: str, secret: str, inside: bool = True) -> int:
            held = {"Authorization": f"Bearer {token(consumer, 'pay', SECRETS[secret])}"}
            path = f"/{'internal' if inside else 'external'}/v1/{function}"
            answer = proxy.ask("POST", path, held, body=b"{}", inside=inside)
            if answer.status == 200:
                told = json.loads(answer.body)
                assert told["line"] == f"POST /internal/v1/{function} HTTP/1.1"
                passed = told["headers"]["authorization"].removeprefix("Bearer ")
                claims = jwt.decode(passed, SECRETS["PAY_SECRET"], ["HS256"], audience="pay")
                assert claims["iss"] == consumer
            return answer.status

        refused = (401, 403)
        steering.change(tmp_path, "pay", Traffic(50), "what is called stays as it is")
        assert call("monolith", "shop.pay.refund", "PAY_SECRET") == 200
        assert call("orders", "shop.pay.charge", "ORDERS_SECRET") == 200
        assert call("partner", "shop.pay.charge", "PARTNER_SECRET", inside=False) == 200
        assert call("orders", "shop.pay.refund", "ORDERS_SECRET") in refused
        assert call("orders", "shop.pay.charge", "PARTNER_SECRET") == 401
        assert call("stranger", "shop.pay.charge", "STRANGER_SECRET") in refused
        assert call("partner", "shop.pay.charge", "PARTNER_SECRET", inside=True) in refused
        assert call("orders", "shop.pay.charge", "ORDERS_SECRET", inside=False) in refused
        assert call("monolith", "shop.pay.none", "PAY_SECRET") == 404


def test_without_a_checker_nobody_calls(kind: str, tmp_path: Path) -> None:
    """Nothing listens there: the call is not let through."""
    with stubs("monolith", "pay") as at, started(kind, tmp_path, granted(), at) as proxy:
        held = {"Authorization": f"Bearer {token('monolith', 'pay', SECRETS['PAY_SECRET'])}"}
        answer = proxy.ask("POST", "/internal/v1/shop.pay.charge", held, body=b"{}", inside=True)
        assert (answer.status, at["pay"].asked) == (403 if kind == "envoy" else 500, [])


def test_a_port_in_use_is_told(kind: str, tmp_path: Path) -> None:
    """The proxy ends, and what it says has the address; who listens there goes on."""
    with stubs("monolith", "pay") as at:
        taken = at["monolith"].address
        emitter = Nginx(listen=taken) if kind == "nginx" else Envoy(listen=taken)
        write(tmp_path, emitter.emit(table()))
        here = tmp_path / "proxy"
        argv = (
            processes.nginx_argv(here / "nginx.conf", here / "run")
            if kind == "nginx"
            else processes.envoy_argv("envoy.yaml")
        )
        process = processes.start(kind, argv, log=tmp_path / "log", cwd=here)
        try:
            with pytest.raises(CarveoutError, match="ended before it answered") as caught:
                processes.wait_until(lambda: False, process)
        finally:
            process.stop()
        assert taken in caught.value.why and "in use" in caught.value.why


@pytest.mark.parametrize("kind", ["envoy", "nginx"])
def test_a_proxy_that_is_not_installed_is_told_with_the_line_that_installs_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as a package nor on the path."""

    def none(name: str) -> NoReturn:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(processes, "distribution", none)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    find = processes.find_nginx if kind == "nginx" else processes.find_envoy
    with pytest.raises(UsageError) as caught:
        find()
    assert "pip install" in caught.value.help
