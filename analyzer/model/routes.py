"""Routes, independent of any framework or proxy."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .errors import Refused
from .evidence import Place

ANY_METHOD = "ANY"
"""The method of a route that answers every HTTP method. `WEBSOCKET` is the handshake of a WebSocket."""

_INSIDE = frozenset({"QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "EVENT", "RPC"})


def has_address(name: str) -> bool:
    """Whether a proxy can tell a route by its path; fields of GraphQL and events of a socket share one."""
    return name.partition(" ")[0] not in _INSIDE


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One HTTP route.

    `pattern` is a regular expression that matches the whole path, `text` is how the framework writes
    it; `method` is upper case; `host` is "" for any; lower `precedence` is tried first; `handler` is
    the id of the function that answers. `unless` are patterns of routes elsewhere that match some of
    the same paths and are tried first. `place` is where the route is declared.
    """

    method: str
    pattern: str
    text: str
    handler: str
    host: str = ""
    precedence: int = 0
    unless: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False)

    def at(self, precedence: int) -> Route:
        """The same route at another place among the others."""
        return replace(self, precedence=precedence)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A consumer and the functions of a service that it may call, by their dotted names.

    `outside`: it calls from outside (partners, the public), not from among the services.
    """

    consumer: str
    functions: tuple[str, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class RouteTable:
    """The routes that one service takes over; all others stay with the monolith.

    `port` is where the service listens on loopback unless told otherwise; paths below `internal` are
    for services alone and never answered from outside ("": there is no such prefix). `sockets`: the
    framework has routes of their own for WebSockets; where it has none, a handshake is a GET. `one_slash`:
    it takes several slashes in front for one. `functions`
    answer calls of other services and consumers, each of which may call what its grant says and no more.
    """

    service: str
    routes: tuple[Route, ...]
    port: int = 8001
    internal: str = ""
    sockets: bool = False
    one_slash: bool = False
    functions: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()

    @property
    def count(self) -> int:
        """How many routes these are, as all else counts them: what a framework answers by itself is none."""
        kinds = {(route.method, route.text) for route in self.routes}
        return len({pair for pair in kinds if pair[0] not in ("HEAD", "OPTIONS")}) or len(kinds)


@dataclass(frozen=True, slots=True)
class Traffic:
    """How much of its routes a service gets: `percent` of the users, and with `mirror` a copy of all reads.

    What the service answers to a copy is thrown away; the monolith's answer counts.
    """

    percent: float = 0.0
    mirror: bool = False


def for_one_host(text: str, host: str, place: Place | None) -> Refused:
    """Why a route that answers on one host alone, as its framework writes it, cannot be sent to a service."""
    return Refused(
        f"the route {text!r} is for the host {host!r} alone",
        place=place,
        why="the proxy tells services by method and path, and would send it other hosts, too",
        help="leave the route in the monolith",
    )
