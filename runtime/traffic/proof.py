"""The proof of a configuration: who should answer a request, as the routes say, and who does.

A configuration that validates may still send requests to the wrong process. So each route is asked with each
method, with what it matches and what it nearly matches, and the answer is compared with that of the routes'
own expressions, read by Python: nothing that made the configuration is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ...analyzer.model.routes import ANY_METHOD, Route, RouteTable
from ...generators.routing import SOCKET, request_text
from .trial import Trial

MONOLITH = "monolith"
REFUSED = "400"


class Miss(NamedTuple):
    """A request that went elsewhere."""

    method: str
    target: str
    expected: str
    found: str


def expected(table: RouteTable, method: str, target: str, socket: bool = False) -> str:
    """Who answers a request while all users are sent to the service."""
    if request_text(method, target, socket) is None:
        return REFUSED
    if is_inside(table, target):
        return "404"
    return table.service if route_of(table, method, target, socket) is not None else MONOLITH


def is_inside(table: RouteTable, target: str) -> bool:
    """Whether a request from outside is for services alone."""
    _, _, path = (request_text("GET", target) or "").partition(" ")
    inner = table.internal.strip("/")
    return bool(inner and re.match(rf"[/;]*{inner}(?:[/;]|\Z)", path, re.IGNORECASE))


def route_of(table: RouteTable, method: str, target: str, socket: bool = False) -> Route | None:
    """The route of the service that a request belongs to."""
    kind, _, path = (request_text(method, target, socket) or "").partition(" ")
    if table.one_slash and path:
        path = "/" + path.lstrip("/")
    return next((route for route in table.routes if _takes(route, kind, path, table.sockets)), None)


def _takes(route: Route, kind: str, path: str, sockets: bool) -> bool:
    if kind == SOCKET:
        wanted = "WEBSOCKET" if sockets else "GET"
        if route.method != wanted and (sockets or route.method not in (ANY_METHOD, "WEBSOCKET")):
            return False
    elif route.method not in (kind, ANY_METHOD):
        return False
    return bool(re.fullmatch(route.pattern, path)) and not any(
        re.fullmatch(other, path) for other in route.unless
    )


def prove(
    proxy: Trial,
    table: RouteTable,
    requests: Iterable[tuple[str, str]],
    said: Mapping[tuple[str, str], str] = {},
) -> tuple[int, list[Miss]]:
    """How many requests were asked, and which of them went elsewhere; `said` replaces what the routes say."""
    asked, misses = 0, []
    for method, target in requests:
        found = proxy.ask(method, target, body=b"" if method in ("POST", "PUT", "PATCH") else None).owner
        wanted = said.get((method, target)) or expected(table, method, target)
        asked += 1
        if found != wanted:
            misses.append(Miss(method, target, wanted, found))
    return asked, misses
