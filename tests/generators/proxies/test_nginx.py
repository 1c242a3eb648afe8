"""nginx's configuration, read and carried out by a real nginx. Without an nginx these tests fail."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import pytest

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import CarveoutError, Refused, UsageError
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Node
from carveout.analyzer.model.protocols import Proxy
from carveout.analyzer.model.routes import Route, RouteTable, Traffic
from carveout.analyzer.planning.steps import plan
from carveout.analyzer.plugins import plugins
from carveout.generators.proxies.nginx import Nginx
from carveout.generators.routing import rules
from carveout.runtime import processes
from carveout.runtime.traffic.stubs import stubs
from carveout.runtime.traffic.trial import nginx
from carveout.runtime.traffic.trial import write as write_all

HOSTILE = [
    '/quote"d',
    "/back\\slash\\d",
    "/semi;colon {brace}",
    "/dollar$uri$1",
    "/re.gex+(a|b)*[c]^",
    "/{{ 7*7 }}",
    "/#comment",
    "/é/漢",
    "/a b",
    '/"; } http { return 200; #',
]


def table(texts: Iterable[str], others: Iterable[str] = (), service: str = "pay") -> RouteTable:
    """The table of a service with these GET routes, as planning makes it; `others` stay in the monolith."""
    graph = GraphBuilder()
    for module, owned in (("shop.pay", texts), ("shop.rest", others)):
        path = module.replace(".", "/") + ".py"
        graph.add(Node(f"module:{module}", path, 1, 9))
        for text in owned:
            attributes = (
                ("blueprint", f"{module}.bp"),
                ("framework", "flask"),
                ("method", "GET"),
                ("prefix", ""),
                ("text", text),
            )
            graph.add(Node(f"route:GET {text}", path, 2, 2, attributes))
            evidence = (Evidence(Place(path, 2)),)
            graph.add(Edge(f"route:GET {text}", f"function:{module}.f", "handles", evidence=evidence))
    boundary = Boundary(services=(Service(service, modules=("shop.pay",)),))
    files = {"shop/pay.py": "", "shop/rest.py": ""}
    return plan(graph.build(), boundary, service, files).steps[0].routes


def write(folder: Path, routes: RouteTable, proxy: Nginx | None = None) -> Path:
    """The rendered files on disk; nginx's configuration file."""
    for change in (proxy or Nginx()).emit(routes):
        (folder / change.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / change.path).write_text(change.new or "")
    return folder / "proxy/nginx.conf"


def targets(folder: Path, routes: RouteTable, requests: list[tuple[str, str]]) -> list[str]:
    """Whom a real nginx asks for each (method, path): stub servers say their names; "400" and the like are its own."""
    with stubs("monolith", routes.service) as at, nginx(folder, routes, at) as proxy:
        return [proxy.ask(method, path).owner for method, path in requests]


def test_the_plug_in_is_found_by_its_place() -> None:
    """The scaffold asks for the proxy by name."""
    proxies: tuple[Proxy, ...] = plugins("generators.proxies", "proxy")
    assert "nginx" in [proxy.name for proxy in proxies]


def test_nginx_accepts_the_configuration(tmp_path: Path) -> None:
    """`nginx -t` passes without root and without folders made before."""
    processes.check_nginx(write(tmp_path, table(["/pay", "/pay/<int:id>/"])), tmp_path)


def test_nginx_accepts_hostile_routes_and_matches_them_exactly(tmp_path: Path) -> None:
    """Whatever stands in a route's text stays text: nginx reads it, and it matches itself alone."""
    routes = table(HOSTILE)
    requests = [("GET", quote(text)) for text in HOSTILE]
    others = [("GET", quote(text + "x")) for text in HOSTILE] + [("GET", "/reXgex"), ("GET", "/dollar/1")]
    found = targets(tmp_path, routes, requests + others)
    assert found == ["pay"] * len(requests) + ["monolith"] * len(others)


def test_a_route_with_a_control_character_is_refused() -> None:
    """Paths with such characters stay with the monolith, so that the route could never be reached."""
    with pytest.raises(Refused, match="control character") as caught:
        list(Nginx().emit(table(["/new\nline"])))
    assert str(caught.value.place) == "shop/pay.py:2"


def test_converters_match_exactly_what_they_should(tmp_path: Path) -> None:
    """Numbers, lengths in characters, choices and paths; methods and trailing slashes."""
    routes = table(
        [
            "/n/<int:x>",
            "/f/<float:x>",
            "/s/<string(length=2):x>",
            '/c/<any("a b", c.d):x>',
            "/p/<path:x>/end",
            "/d/<x>/",
        ],
        others=["/d/new", "/n/<int:x>/more"],
    )
    expected = {
        "/n/12": "pay", "/n/": "monolith", "/n/1x": "monolith", "/n/12/more": "monolith", "/n/-1": "monolith",
        "/f/1.5": "pay", "/f/15": "monolith",
        "/s/ab": "pay", "/s/%C3%A9%E6%BC%A2": "pay", "/s/%C3%A9": "monolith", "/s/abc": "monolith",
        "/c/a%20b": "pay", "/c/c.d": "pay", "/c/cXd": "monolith",
        "/p/a/b/c/end": "pay", "/p/end": "monolith", "/p//end": "monolith",
        "/d/x/": "pay", "/d/x": "pay", "/d/new": "monolith", "/d/newer": "pay",
        "//n/12": "pay", "/n//12": "monolith", "/x/../n/12": "400", "/x/%2E%2e/n/12": "400", "/n/12?a=/p": "pay", "/N/12": "monolith",
    }  # fmt: skip
    assert (
        dict(zip(expected, targets(tmp_path, routes, [("GET", path) for path in expected]), strict=True))
        == expected
    )
    assert targets(tmp_path, routes, [("HEAD", "/n/12"), ("POST", "/n/12"), ("OPTIONS", "/n/12")])[1:] == [
        "monolith",
        "pay",
    ]


def test_two_services_share_one_proxy(tmp_path: Path) -> None:
    """The second service adds its files; common ones are the same bytes, whichever comes first."""
    pay, orders = table(["/pay"]), table(["/orders/<x>"], service="orders")
    with stubs("monolith", "pay", "orders") as at:
        emitter = Nginx(monolith=at["monolith"].address, service=at["pay"].address)
        first = {change.path: change.new for change in emitter.emit(pay)}
        write_all(tmp_path, [*emitter.emit(pay), *emitter.steer({"pay": pay}, {"pay": Traffic(100)})])
        second = {change.path: change.new for change in emitter.emit(orders)}
        assert all(first[path] == second[path] for path in first.keys() & second.keys())
        with nginx(tmp_path, orders, at) as proxy:
            found = [proxy.ask("GET", path).owner for path in ("/pay", "/orders/1", "/")]
    assert found == ["pay", "orders", "monolith"]


def test_the_shape_is_safe() -> None:
    """Only reads are tried twice, no header that clients could forge, loopback, nothing is sent yet."""
    files = {change.path: change.new or "" for change in Nginx().emit(table(["/pay"]))}
    for line in ("proxy_next_upstream error timeout http_502 http_503 http_504;", "proxy_set_header Host $asked_host;",
                 "proxy_set_header X-Request-ID $request_id;", "proxy_set_header X-Forwarded-For $remote_addr;"):  # fmt: skip
        assert line in files["proxy/forward.conf"]
    assert 'proxy_set_header X-User-ID "";' in files["proxy/headers.conf"]
    assert "listen 127.0.0.1:8080;" in files["proxy/listen.conf"]
    assert "allow 127.0.0.1;\nallow ::1;\ndeny all;" in files["proxy/internal.conf"]
    assert re.search(r"server 127\.0\.0\.1:\d+ max_fails=0;\n}", files["proxy/upstreams/pay.conf"])
    assert "server_tokens off;" in files["proxy/nginx.conf"]
    assert 'default "0";' in files["proxy/traffic/pay.conf"]
    assert not re.search(r"^\s*user ", files["proxy/nginx.conf"], re.MULTILINE)


def test_owners_of_the_files() -> None:
    """Addresses, limits, headers and the share are the user's; the rest is ours."""
    changes = [(change.path.removeprefix("proxy/"), change.owner) for change in Nginx().emit(table(["/pay"]))]
    assert {path for path, owner in changes if owner == "generated"} == {
        "nginx.conf", "forward.conf", "function.conf", "jwks.py", "run/.gitignore", "checker.py", "access/pay.json",
        "routes/pay.conf", "routes/pay.server", "routes/pay.internal", "routes/pay.json", ".carveout-service",
    }  # fmt: skip
    assert {path for path, owner in changes if owner == "user"} == {
        "listen.conf", "internal.conf", "headers.conf", "limits.conf", "users.conf", "override.conf",
        "upstreams/monolith.conf", "upstreams/checker.conf", "upstreams/pay.conf",
        "traffic/pay.conf", "traffic/pay.mirror", "traffic/pay.json",
    }  # fmt: skip


def test_clients_cannot_forge_who_they_are(tmp_path: Path) -> None:
    """What a client sends as identity or forwarding headers does not arrive; the request id is nginx's own."""
    forged = {"X-User-ID": "1", "Remote-User": "root", "X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6",
              "X-Request-ID": "mine", "X-Kept": "yes", "X_User_ID": "1", "X-Carveout-Mirror": "1"}  # fmt: skip
    with stubs("monolith", "pay") as at, nginx(tmp_path, table(["/pay"]), at) as proxy:
        answer = proxy.ask("GET", "/pay?a=%2F", {"Host": "shop.example", **forged})
    told = json.loads(answer.body)
    seen = told["headers"]
    assert told["line"] == "GET /pay?a=%2F HTTP/1.1"
    assert seen["host"] == "shop.example"
    assert (seen["x-kept"], seen["x-forwarded-for"]) == ("yes", "127.0.0.1")
    assert re.fullmatch("[0-9a-f]{32}", seen["x-request-id"])
    assert answer.headers["x-request-id"] == seen["x-request-id"]
    assert {"x-user-id", "remote-user", "forwarded", "x_user_id", "x-carveout-mirror"}.isdisjoint(seen)


@pytest.mark.parametrize("service", ["a b", 'x"', "a;b", "../x", "$target"])
def test_hostile_names_of_services_are_refused(service: str) -> None:
    """A name that nginx could read as more than a name never reaches it."""
    routes = RouteTable(service, (Route("GET", "/pay", "/pay", "function:f"),))
    with pytest.raises(UsageError):
        list(Nginx().emit(routes))
    with pytest.raises(UsageError):
        rules(RouteTable("pay", (Route(f"GET{service}", "/pay", "/pay", "function:f"),)))


def test_a_broken_configuration_is_told(tmp_path: Path) -> None:
    """What nginx says of a mistake reaches the user."""
    configuration = write(tmp_path, table(["/pay"]))
    (tmp_path / "proxy/listen.conf").write_text("listn 80;")
    with pytest.raises(CarveoutError, match="nginx refuses") as caught:
        processes.check_nginx(configuration, tmp_path)
    assert 'unknown directive "listn"' in caught.value.why
