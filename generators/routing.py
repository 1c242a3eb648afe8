"""What the proxies have in common: the rules of a service, and what of a request they are matched on.

A rule is matched on the text `KIND PATH`: the method (or `websocket` for a handshake) and the path as
frameworks see it, decoded, without the query, slashes as they came. What is not such a text stays with the
monolith: a path that is not UTF-8 or has a control character. Dot segments never pass: each reader makes
something else of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

from ..analyzer.model.errors import Refused, UsageError
from ..analyzer.model.evidence import Place
from ..analyzer.model.routes import ANY_METHOD, Route, RouteTable, for_one_host
from .path_patterns import Pattern, path_pattern
from .quoting import name

FOLDER = "proxy"
"""Where the configuration lies in the project."""
OVERRIDE = "X-Carveout-Route"
"""The header by which testers who may choose who answers."""
REQUEST = "x-carveout-request"
"""The header in which Envoy keeps what a request is routed on; it goes no further."""
USER = "x-carveout-user"
"""The header in which Envoy keeps by what a user is known; it goes no further."""
STICKY = "carveout_sticky"
"""The cookie that keeps a user at the same side."""
IDENTITY = (
    "Remote-User", "X-Remote-User", "X-Authenticated-User", "X-User", "X-User-ID", "X-User-Email",
    "X-User-Roles", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username", "X-Auth-Request-User", "X-Auth-Request-Email", "X-Auth-Request-Groups",
    "X-Client-Cert", "X-Client-DN", "X-Client-Verify", "X-SSL-Client-Cert", "X-SSL-Client-Verify",
    "X-Original-URL", "X-Rewrite-URL",
)  # fmt: skip
"""Headers that say who the user is; a client could forge them."""
DOTS = r"(?:/|%2[fF])(?:\.|%2[eE]){1,2}(?:/|%2[fF]|[?#]|$)"
"""A dot segment in a raw path."""
SOCKET = "websocket"
"""The kind of a handshake; small, so that no method is called so."""
_WEBSOCKET = "WEBSOCKET"
_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+\Z")


class Rule(NamedTuple):
    """Requests of a service: `kind` and `pattern` match, none of `unless` does."""

    kind: str
    pattern: Pattern
    unless: tuple[Pattern, ...]
    text: str
    place: Place | None


def rules(table: RouteTable) -> list[Rule]:
    """The rules of a service, in the order of its framework.

    Raises Refused for what proxies cannot express, and UsageError for names that they cannot hold.
    """
    ordered = sorted(
        table.routes, key=lambda route: (route.precedence, route.pattern, route.unless, route.method)
    )
    found = []

    def slashed(pattern: str) -> str:
        return f"/+{pattern[1:]}" if table.one_slash and pattern.startswith("/") else pattern

    for (_, pattern, unless), group in groupby(ordered, key=lambda r: (r.precedence, r.pattern, r.unless)):
        same: list[Route] = list(group)
        first = same[0]
        for route in same:
            if route.host:
                raise for_one_host(route.text, route.host, route.place)
        texts = sorted({route.text for route in same})
        found.append(
            Rule(
                _kind([route.method for route in same], table.sockets),
                path_pattern(slashed(pattern), first.text, first.place),
                tuple(path_pattern(slashed(other), first.text, first.place) for other in unless),
                ", ".join(texts),
                first.place,
            )
        )
    return found


def _kind(methods: Sequence[str], sockets: bool) -> str:
    """The expression of the kinds of requests that a rule is about."""
    named = {SOCKET if method == _WEBSOCKET else str(name(method)) for method in methods}
    if ANY_METHOD in named:
        return "[A-Z]+" if sockets else f"(?:[A-Z]+|{SOCKET})"
    if "GET" in named and not sockets:
        named.add(SOCKET)  # a handshake is a GET to servers that know no WebSockets
    return f"(?:{'|'.join(sorted(named))})" if len(named) > 1 else str(next(iter(named)))


def require_functions(table: RouteTable) -> None:
    """Raises Refused for a function whose name a proxy cannot hold as a path."""
    for function in table.functions:
        if not _FUNCTION.match(function):
            raise Refused(
                f"the function {function!r} cannot be called through the proxy",
                why="its name is a part of a path, and would need quoting that proxies read differently",
                help="give it a name of ASCII letters",
            )


def matched(rule: Rule, text: str) -> bool:
    """Whether a rule matches `KIND PATH`, as Python reads it: the simulation that proxies are held to."""
    kind, _, path = text.partition(" ")
    return (
        re.fullmatch(rule.kind, kind) is not None
        and re.fullmatch(_for_python(rule.pattern), path) is not None
        and not any(re.fullmatch(_for_python(other), path) for other in rule.unless)
    )


def _for_python(pattern: Pattern) -> str:
    text = re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: re.escape(chr(int(found[1], 16))), pattern.text)
    text = text.replace(r"[\p{L}\p{N}]", r"[^\W_]").replace(r"\p{L}\p{N}_", r"\w")
    return text.replace(r"\p{Nd}", r"\d")


def request_text(method: str, target: str, socket: bool = False) -> str | None:
    """`KIND PATH` of a request target; "" where none is routed, None where the request is refused."""
    raw = (
        target if target.startswith("/") else urlsplit(target)._replace(scheme="", netloc="").geturl() or "/"
    )
    if re.search(DOTS, raw.partition("?")[0]) or "#" in raw or "%00" in raw.partition("?")[0]:
        return None
    try:
        path = unquote_to_bytes(raw.partition("?")[0]).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if not path.startswith("/") or any(ord(character) < 32 or ord(character) == 127 for character in path):
        return ""
    if not re.fullmatch("[A-Z]+", method):
        raise UsageError(f"{method!r} is no method of HTTP", help="GET, POST, ...")
    return f"{SOCKET if socket and method == 'GET' else method} {path}"
