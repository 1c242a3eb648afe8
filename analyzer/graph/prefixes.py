"""Path prefixes: what a proxy needs to tell the routes of one service from those of all others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ..model.graph import Graph, Node
from ..model.routes import has_address
from .cut import Membership
from .roles import ASIDE, role_of

_FREE = re.compile(r"[<{(\[*+?\\^$|]")
"""What makes a segment of a path stand for many."""
_REST = ""
"""The owner of routes that no service claims: they stay with the monolith."""

Segments = tuple[str, ...]


class Prefixes(NamedTuple):
    """The paths of a service, as a proxy can tell them.

    `own` are prefixes below which nobody else has a route, `exact` paths without parameters that stand alone
    among those of others, `mixed` the routes that neither tells, each with a route of others in its way.
    `routes` are all routes of the service. Where nobody else has a route, what begins with a parameter is
    below `/`.
    """

    service: str
    own: tuple[str, ...]
    exact: tuple[str, ...]
    mixed: tuple[tuple[Node, Node], ...]
    routes: tuple[Node, ...]


def prefixes(graph: Graph, membership: Membership) -> dict[str, Prefixes]:
    """Service -> its prefixes, for each that has routes. Routes of tests and examples do not count."""
    below: dict[Segments, dict[str, Node]] = {}
    routes: dict[str, list[Node]] = {}
    for node in graph.nodes("route"):
        if node.path and role_of(node.path) not in ASIDE and has_address(node.name):
            owner = membership.of(node.id) or _REST
            routes.setdefault(owner, []).append(node)
            for prefix in _all_prefixes(_segments(node)):
                below.setdefault(prefix, {}).setdefault(owner, node)
    return {owner: _told(owner, found, below) for owner, found in sorted(routes.items()) if owner != _REST}


def _told(service: str, routes: Iterable[Node], below: dict[Segments, dict[str, Node]]) -> Prefixes:
    own, exact, mixed, all_of = set[Segments](), set[Segments](), list[tuple[Node, Node]](), tuple(routes)
    for node in all_of:
        segments = _segments(node)
        candidates = (p for p in _all_prefixes(segments) if _is_prefix(p))
        alone = next((prefix for prefix in candidates if len(below[prefix]) == 1), None)
        if alone is not None:
            own.add(alone)
        elif not any(map(_is_free, segments)):
            exact.add(segments)
        else:
            named = max((p for p in _all_prefixes(segments) if _is_prefix(p) or not p), key=len)
            others = sorted(id for id in below[named] if id != service)
            if others:
                mixed.append((node, below[named][others[0]]))
            else:
                own.add(named)  # nobody else has any route
    return Prefixes(service, _paths(own), _paths(exact), tuple(mixed), all_of)


def _segments(node: Node) -> Segments:
    """The segments of a route's path; what stands for many is written `*`."""
    path = dict(node.attributes).get("text") or node.name.partition(" ")[2]
    return tuple("*" if _is_free(each) else each for each in path.split("/") if each)


def _is_free(segment: str) -> bool:
    return _FREE.search(segment) is not None


def _all_prefixes(segments: Segments) -> Iterable[Segments]:
    """All beginnings of a path, the shortest (`()`) first."""
    return (segments[:length] for length in range(len(segments) + 1))


def _is_prefix(segments: Segments) -> bool:
    """Whether it ends in a name, and only a leading segment (a language, say) stands for many."""
    return bool(segments) and segments[-1] != "*" and "*" not in segments[1:]


def _paths(found: Iterable[Segments]) -> tuple[str, ...]:
    return tuple(sorted("/" + "/".join(segments) for segments in found))
