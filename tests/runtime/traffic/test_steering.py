"""Shares change while a real proxy runs: files, traffic and log together, or not at all."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from carveout.analyzer.model.errors import CarveoutError, UsageError
from carveout.analyzer.model.evidence import Place
from carveout.analyzer.model.routes import Route, RouteTable, Traffic
from carveout.cli.main import main
from carveout.generators.routing import FOLDER
from carveout.runtime.traffic import steering
from carveout.runtime.traffic.simulation import simulate
from carveout.runtime.traffic.stubs import stubs
from carveout.runtime.traffic.trial import Trial, envoy, nginx

PROXIES = {"envoy": envoy, "nginx": nginx}
NONE = Traffic()


def table() -> RouteTable:
    routes = (
        Route("GET", "/pay/[^/]+", "/pay/<x>", "f", unless=("/pay/help",), place=Place("shop/pay.py", 7)),
        Route("POST", "/pay", "/pay", "f", precedence=1, place=Place("shop/pay.py", 9)),
    )
    return RouteTable("pay", routes, internal="/internal/")


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trial]:
    with stubs("monolith", "pay") as at, PROXIES[request.param](tmp_path, table(), at, NONE) as running:
        yield running


def owners(proxy: Trial) -> set[str]:
    return {proxy.ask("GET", f"/pay/{index}", {"Authorization": f"u{index}"}).owner for index in range(60)}


def test_each_rung_and_back(proxy: Trial, tmp_path: Path) -> None:
    """The running proxy does what the command says once it returns, and the files say the same."""
    for traffic, expected in (
        (Traffic(50), {"pay", "monolith"}), (Traffic(100), {"pay"}), (Traffic(0, True), {"monolith"}), (NONE, {"monolith"}),
    ):  # fmt: skip
        done = steering.change(tmp_path, "pay", traffic, "a test")
        proxy.close()
        assert owners(proxy) == expected
        assert (done.after, list(done.idle)) == (traffic, [])
        assert all(0 < seconds < 5 for seconds in done.seconds.values()) and done.seconds
        assert steering.share(tmp_path, "pay") == traffic
    log = steering.changes(tmp_path, "pay")
    assert [(entry["from"], entry["to"]) for entry in log] == [
        ("0", "50"),
        ("50", "100"),
        ("100", "0 mirror"),
        ("0 mirror", "0"),
    ]
    assert all(entry["why"] == "a test" and "@" in entry["who"] and entry["took"] for entry in log)


def test_a_change_waits_for_the_workers_of_before(tmp_path: Path) -> None:
    """A worker that has not heard yet still takes connections by the old files: the change is not done."""
    with stubs("monolith", "pay") as at, nginx(tmp_path, table(), at, NONE):
        master = int((tmp_path / FOLDER / "run/nginx.pid").read_text())
        children = Path(f"/proc/{master}/task/{master}/children")
        if not children.is_file():
            pytest.skip("this system does not tell the children of a process")
        worker = int(children.read_text().split()[0])
        os.kill(worker, signal.SIGSTOP)
        waker = threading.Timer(1.0, os.kill, (worker, signal.SIGCONT))
        waker.start()
        done = steering.change(tmp_path, "pay", Traffic(100), "a test")
        waker.join()
    assert done.seconds["nginx"] >= 0.9


def test_an_nginx_that_refuses_goes_on_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in a file of the user's: it is told with its line, files and traffic stay; a roll-back holds."""
    monkeypatch.setattr(steering, "_SECONDS", 1.0)
    with stubs("monolith", "pay") as at, nginx(tmp_path, table(), at) as proxy:
        files = {path: path.read_text() for path in (tmp_path / "proxy/traffic").iterdir()}
        (tmp_path / "proxy/limits.conf").write_text("no_such_thing on;\n")
        with pytest.raises(CarveoutError, match="files and traffic are as before") as caught:
            steering.change(tmp_path, "pay", Traffic(50), "a test")
        assert 'unknown directive "no_such_thing"' in caught.value.why and "limits.conf:1" in caught.value.why
        assert owners(proxy) == {"pay"}
        assert {path: path.read_text() for path in files} == files
        with pytest.raises(CarveoutError, match="did not take the change; where it has a switch"):
            steering.change(tmp_path, "pay", NONE, "a test")
        assert owners(proxy) == {"monolith"}
        assert steering.share(tmp_path, "pay") == NONE


def test_without_a_running_proxy_the_files_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They hold from its next start; show says so."""
    with stubs("monolith", "pay") as at, nginx(tmp_path, table(), at, NONE):
        pass
    run = ["--no-progress", "route", "pay", "--path", str(tmp_path)]
    assert main([*run, "set", "12.5%", "--why", "first users"]) == 0
    told = capsys.readouterr()
    assert told.out == "pay: 0% of the users -> 12.5% of the users\n"
    assert "nginx does not run here; its files hold from its next start" in told.err
    assert "12.5% pay;" in (tmp_path / "proxy/traffic/pay.conf").read_text()
    assert main([*run, "show"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("pay: 12.5% of the users by the files\nnginx does not run here\n")
    assert "first users" in shown
    with stubs("monolith", "pay") as at, nginx(tmp_path, table(), at, Traffic(12.5)):
        assert main([*run, "show"]) == 0
        assert "nginx runs, and does so" in capsys.readouterr().out
        assert main([*run, "rollback"]) == 0
        assert "nginx took it after" in capsys.readouterr().out
    assert steering.share(tmp_path, "pay") == NONE


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["pay", "set", "10"], "'10' is no share"),
        (["pay", "set", "101%", "--why", "x"], "'101%' is no share"),
        (["pay", "set", "nan%", "--why", "x"], "'nan%' is no share"),
        (["pay", "set"], "set needs a share"),
        (["pay", "all", "10%"], "all takes no share"),
        (["pay", "all"], "it is not said why"),
        (["pay", "start"], "there is no action 'start'"),
        (["orders", "all", "--why", "x"], "the proxy knows no service 'orders'"),
        (["../pay", "rollback"], "the proxy knows no service '../pay'"),
    ],
)
def test_mistakes_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], what: str
) -> None:
    """What is wrong and what to type."""
    from carveout.generators.proxies.nginx import Nginx
    from carveout.runtime.traffic.trial import write

    write(tmp_path, Nginx().emit(table()))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    if "--why" not in arguments and "10" in arguments:
        arguments = [*arguments, "--why", "x"]
    assert main(["--no-progress", "route", *arguments, "--path", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert what in told and "help:" in told
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_broken_files_are_told_with_their_place(tmp_path: Path) -> None:
    """A share that somebody edited, and routes of another version."""
    from carveout.generators.proxies.nginx import Nginx
    from carveout.runtime.traffic.trial import write

    write(tmp_path, Nginx().emit(table()))
    (tmp_path / "proxy/traffic/pay.json").write_text('{"percent": 200, "mirror": false}')
    with pytest.raises(CarveoutError, match="share cannot be read") as caught:
        steering.share(tmp_path, "pay")
    assert str(caught.value.place) == "proxy/traffic/pay.json:1"
    steering.change(tmp_path, "pay", NONE, "mended")
    path = tmp_path / "proxy/routes/pay.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": "carveout/routes/9"}))
    with pytest.raises(CarveoutError, match="routes cannot be read"):
        steering.tables(tmp_path)


def test_where_a_request_goes(tmp_path: Path) -> None:
    """By the route that has it, and the share that holds."""
    from carveout.generators.proxies.nginx import Nginx
    from carveout.runtime.traffic.trial import write

    write(tmp_path, Nginx().emit(table()))
    steering.change(tmp_path, "pay", Traffic(10), "a test")

    def goes(method: str, url: str) -> str:
        return simulate(tmp_path, "pay", method, url)

    assert goes("get", "http://shop.example/pay/1?a=2") == (
        "GET /pay/1?a=2\n  route  /pay/<x> (shop/pay.py:7) of pay\n"
        "  goes   to pay for 10% of the users, to the monolith for all others; where the\n"
        "         service fails, the monolith answers\n"
    )
    assert "it fails: it may have been done" in " ".join(goes("POST", "/pay").split())
    assert "to the monolith: no service has such a route" in goes("GET", "/pay/help")
    assert "refused (404) from outside" in goes("POST", "/Internal/v1/x")
    assert "refused (404) from outside" in goes("POST", "//internal/v1/x")
    assert "refused (400)" in goes("GET", "/pay/%2e%2e/x")
    with pytest.raises(UsageError, match="is no URL"):
        goes("GET", "pay/1")
