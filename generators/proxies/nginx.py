"""nginx: requests of a service's routes go to the service, all others to the monolith.

`proxy/nginx.conf` is the same for every service; each service adds one file to `routes/` and one
to `upstreams/`. Addresses, limits and headers are in files of the user's own. The configuration needs
no root: it writes below its prefix only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from ...analyzer.model.changes import Change
from ...analyzer.model.routes import Route, RouteTable
from ..quoting import address, name
from ..render import render_file

FOLDER = "proxy"

# One character of UTF-8. nginx matches bytes, and a length in a pattern counts characters.
_CHARACTER = r"(?:[^/\x80-\xBF][\x80-\xBF]*)"


@dataclass(frozen=True, slots=True)
class Nginx:
    """Writes `proxy/`. Addresses are `host:port`; `service` "" means loopback and the table's port."""

    listen: str = "127.0.0.1:8080"
    monolith: str = "127.0.0.1:8000"
    service: str = ""
    name: str = "nginx"
    can: frozenset[str] = frozenset({"method", "path"})

    def emit(self, routes: RouteTable) -> Iterable[Change]:
        """The files of the proxy for one service. Raises UsageError for names that nginx cannot hold."""
        slug = name(routes.service)
        common = {
            "listen": address(self.listen),
            "monolith": address(self.monolith),
            "internal": routes.internal,
        }
        own = {
            "slug": slug,
            "service": address(self.service or f"127.0.0.1:{routes.port}"),
            "rules": [{"pattern": pattern, "texts": texts} for pattern, texts in rules(routes)],
        }
        yield _change("nginx.conf", "nginx.conf", common, owned=True)
        yield _change("listen.conf", "listen.conf", common)
        yield _change("headers.conf", "headers.conf", common)
        yield _change("upstreams/monolith.conf", "monolith.conf", common)
        yield _change(f"upstreams/{slug}.conf", "service.conf", own)
        yield _change(f"routes/{slug}.map", "routes.map", own, owned=True)


def _change(path: str, template: str, context: Mapping[str, object], owned: bool = False) -> Change:
    text = render_file(f"proxies/nginx/{template}.jinja", context)
    return Change(f"{FOLDER}/{path}", text, owner="generated" if owned else "user")


def rules(routes: RouteTable) -> list[tuple[str, str]]:
    """(regular expression on "METHOD path", what it stands for), in the order in which they are tried."""
    ordered = sorted(
        routes.routes, key=lambda route: (route.precedence, route.pattern, route.unless, route.method)
    )
    found = []
    for (_, pattern, unless), group in groupby(ordered, key=lambda r: (r.precedence, r.pattern, r.unless)):
        same: list[Route] = list(group)
        methods = "|".join(dict.fromkeys(name(route.method) for route in same))
        before = "".join(f"(?!{_for_nginx(other)}\\z)" for other in unless)
        regex = f"~^(?:{methods}) {before}{_for_nginx(pattern)}\\z"
        found.append((regex, ", ".join(sorted({route.text for route in same}))))
    return found


def _for_nginx(pattern: str) -> str:
    # Escaped text has a backslash before each of these characters, so that this is the converter's own.
    return pattern.replace("[^/]{", _CHARACTER + "{")


proxy = Nginx()
