"""nginx's configuration, read and carried out by a real nginx. Without an nginx these tests fail."""

import http.client
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import pytest

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import CarveoutError, UsageError
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Node
from carveout.analyzer.model.protocols import Proxy
from carveout.analyzer.model.routes import Route, RouteTable
from carveout.analyzer.planning.steps import plan
from carveout.analyzer.plugins import plugins
from carveout.generators.proxies.nginx import Nginx, rules
from carveout.runtime import processes

HOSTILE = [
    '/quote"d',
    "/back\\slash\\d",
    "/semi;colon {brace}",
    "/dollar$uri$1",
    "/re.gex+(a|b)*[c]^",
    "/new\nline",
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
    """Whom a real nginx would ask for each (method, path): its answer is the name of the target."""
    port = processes.free_port()
    configuration = write(folder, routes, Nginx(listen=f"127.0.0.1:{port}"))
    text = configuration.read_text()
    assert text.count("proxy_pass http://$target;") == 1
    configuration.write_text(text.replace("proxy_pass http://$target;", "return 200 $target;"))
    found = []
    argv = processes.nginx_argv(configuration, folder)
    with processes.running("nginx", argv, log=folder / "nginx.log", port=port):
        for method, path in requests:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.putrequest(method, path, skip_accept_encoding=True)
            connection.endheaders()
            found.append(connection.getresponse().read().decode())
            connection.close()
    return found


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
        "//n/12": "pay", "/x/../n/12": "pay", "/n/12?a=/p": "pay", "/N/12": "monolith",
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
    """The second service adds its files; common ones are the same bytes."""
    write(tmp_path, table(["/pay"]))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.conf")}
    found = targets(
        tmp_path, table(["/orders/<x>"], service="orders"), [("GET", p) for p in ("/pay", "/orders/1", "/")]
    )
    assert found == ["pay", "orders", "monolith"]
    after = {path.name: path.read_bytes() for path in before}
    assert {
        path.name: data for path, data in before.items() if path.name not in ("listen.conf", "nginx.conf")
    } == {name: data for name, data in after.items() if name not in ("listen.conf", "nginx.conf")}


def test_the_shape_is_safe() -> None:
    """Closed to the inside, no second try, no header that a client could forge, loopback."""
    files = {change.path: change.new or "" for change in Nginx().emit(table(["/pay"]))}
    main = files["proxy/nginx.conf"]
    assert 'location ^~ "/internal/" {' in main
    for line in ("proxy_next_upstream off;", "proxy_set_header Host $http_host;", "server_tokens off;",
                 "proxy_set_header X-Request-ID $request_id;", "proxy_set_header X-Forwarded-For $remote_addr;"):  # fmt: skip
        assert line in main
    assert 'proxy_set_header X-User-ID "";' in files["proxy/headers.conf"]
    assert "listen 127.0.0.1:8080;" in files["proxy/listen.conf"]
    assert re.search(r"server 127\.0\.0\.1:\d+;", files["proxy/upstreams/pay.conf"])
    assert "user " not in main


def test_owners_of_the_files() -> None:
    """Addresses, limits and headers are the user's; the routes are ours."""
    owners = {change.path.removeprefix("proxy/"): change.owner for change in Nginx().emit(table(["/pay"]))}
    assert owners == {
        "nginx.conf": "generated",
        "routes/pay.map": "generated",
        "listen.conf": "user",
        "headers.conf": "user",
        "upstreams/monolith.conf": "user",
        "upstreams/pay.conf": "user",
    }


def test_clients_cannot_forge_who_they_are(tmp_path: Path) -> None:
    """What a client sends as identity or forwarding headers does not arrive; the request id is nginx's own."""
    proxy, backend = processes.free_port(), processes.free_port()
    code = (
        "import http.server, json\n"
        "class H(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        data = json.dumps(dict(self.headers.items())).encode()\n"
        "        self.send_response(200); self.end_headers(); self.wfile.write(data)\n"
        f"http.server.HTTPServer(('127.0.0.1', {backend}), H).serve_forever()\n"
    )
    import json
    import sys

    configuration = write(
        tmp_path, table(["/pay"]), Nginx(f"127.0.0.1:{proxy}", "127.0.0.1:1", f"127.0.0.1:{backend}")
    )
    nginx = processes.nginx_argv(configuration, tmp_path)
    with (
        processes.running(
            "backend", [sys.executable, "-c", code], log=tmp_path / "backend.log", port=backend
        ),
        processes.running("nginx", nginx, log=tmp_path / "nginx.log", port=proxy),
    ):
        forged = {"X-User-ID": "1", "Remote-User": "root", "X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6",
                  "X-Request-ID": "mine", "X-Kept": "yes", "X_User_ID": "1"}  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=5)
        connection.request("GET", "/pay?a=%2F", headers={"Host": "shop.example", **forged})
        seen = json.loads(connection.getresponse().read())
        connection.close()
    assert seen["Host"] == "shop.example"
    assert (seen["X-Kept"], seen["X-Forwarded-For"]) == ("yes", "127.0.0.1")
    assert re.fullmatch("[0-9a-f]{32}", seen["X-Request-ID"])
    assert {"X-User-ID", "Remote-User", "Forwarded", "X_User_ID"}.isdisjoint(seen)


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
