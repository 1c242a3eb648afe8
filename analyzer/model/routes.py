"""Routes, independent of any framework or proxy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One HTTP route.

    `pattern` is a regular expression that matches the whole path, `text` is how the framework writes
    it; `method` is upper case; `host` is "" for any; lower `precedence` is tried first; `handler` is
    the id of the function that answers. `unless` are patterns of routes elsewhere that match some of
    the same paths and are tried first.
    """

    method: str
    pattern: str
    text: str
    handler: str
    host: str = ""
    precedence: int = 0
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteTable:
    """The routes that one service takes over; all others stay with the monolith.

    `port` is where the service listens on loopback unless told otherwise; paths below `internal` are
    for services alone and never answered from outside ("": there is no such prefix).
    """

    service: str
    routes: tuple[Route, ...]
    port: int = 8001
    internal: str = ""
