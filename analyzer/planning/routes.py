"""The routes of one service, so exact that a proxy can tell them from all others."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..graph.cut import Membership
from ..model.evidence import Place
from ..model.graph import Graph, Node
from ..model.plan import Blueprint
from ..model.routes import Route, RouteTable
from .flask_rules import FlaskRule, overlap, translate

_FIRST_PORT, _PORTS = 8100, 800
_INTERNAL = "/internal/"


class RouteNode(NamedTuple):
    """A route node with its attributes at hand."""

    node: Node
    attributes: dict[str, str]
    handler: str
    owned: bool

    @property
    def method(self) -> str:
        return self.attributes.get("method") or self.node.name.partition(" ")[0]

    @property
    def text(self) -> str:
        return self.attributes.get("text") or self.node.name.partition(" ")[2]

    @property
    def place(self) -> Place:
        return Place(self.node.path or "", self.node.line)


def route_nodes(graph: Graph, membership: Membership, service: str) -> tuple[RouteNode, ...]:
    """All routes of the graph, sorted by id; `owned` ones belong to the service."""
    return tuple(
        RouteNode(
            node,
            dict(node.attributes),
            next((edge.target for edge in graph.out(node.id, "handles")), ""),
            membership.of(node.id) == service,
        )
        for node in graph.nodes("route")
    )


def framework_of(nodes: Iterable[RouteNode]) -> str:
    """The framework of the service's routes: "" without routes, names joined by " and " for several."""
    return " and ".join(
        sorted({route.attributes.get("framework", "an unknown framework") for route in nodes if route.owned})
    )


def flask_table(service: str, nodes: Sequence[RouteNode], port: int) -> RouteTable:
    """The routes of a Flask service: each method of each rule, in the order in which Flask tries them.

    HEAD goes with GET, and OPTIONS with the last owner of a path. A route elsewhere that would be
    tried before one of these on some path stands in its `unless`. Raises Refused for a rule that
    cannot be translated; rules of others that cannot are taken for not overlapping.
    """
    owned = [(route, translate(route.text, route.place)) for route in nodes if route.owned]
    others = [(route, rule) for route in nodes if not route.owned for rule in _translated(route)]
    foreign_texts = {route.text for route, _ in others}
    wanted: dict[tuple[str, str], tuple[RouteNode, FlaskRule]] = {}
    for route, rule in sorted(owned, key=lambda pair: (pair[1].order, pair[0].text, pair[0].method)):
        methods = _answered(route.method, options=route.text not in foreign_texts)
        for method in methods:
            wanted.setdefault((rule.pattern, method), (route, rule))
    routes = [
        Route(method, pattern, route.text, route.handler, unless=_unless(method, rule, others))
        for (pattern, method), (route, rule) in wanted.items()
    ]
    positions = {
        pattern: index for index, pattern in enumerate(dict.fromkeys(route.pattern for route in routes))
    }
    numbered = [
        Route(r.method, r.pattern, r.text, r.handler, r.host, positions[r.pattern], r.unless) for r in routes
    ]
    numbered.sort(key=lambda route: (route.precedence, route.method))
    return RouteTable(service, tuple(numbered), port, internal_prefix(nodes))


def internal_prefix(nodes: Iterable[RouteNode]) -> str:
    """`/internal/`, or "" when the project answers routes of its own there."""
    return "" if any(route.text.startswith(_INTERNAL) for route in nodes) else _INTERNAL


def can_translate(route: RouteNode) -> bool:
    """Whether the meaning of a route's rule is known: no converter of the project's own."""
    return bool(_translated(route))


def _translated(route: RouteNode) -> list[FlaskRule]:
    from ..model.errors import Refused

    try:
        return [translate(route.text, route.place)]
    except Refused:
        return []


def _answered(method: str, options: bool) -> tuple[str, ...]:
    """The methods that Flask answers for a route declared for one."""
    answered = {method, "HEAD"} if method == "GET" else {method}
    return tuple(sorted(answered | {"OPTIONS"} if options else answered))


def _unless(method: str, rule: FlaskRule, others: Iterable[tuple[RouteNode, FlaskRule]]) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                other.pattern
                for route, other in others
                if method in _answered(route.method, options=True)
                and other.order < rule.order
                and overlap(rule, other)
            }
        )
    )


def blueprints(graph: Graph, nodes: Iterable[RouteNode]) -> tuple[Blueprint, ...]:
    """The blueprints of the service's routes with their prefixes, sorted; routes without one are left out."""
    found = {
        (split_variable(graph, route.attributes["blueprint"]), route.attributes.get("prefix", ""))
        for route in nodes
        if route.owned and route.attributes.get("blueprint")
    }
    return tuple(Blueprint(module, name, prefix) for (module, name), prefix in sorted(found))


def split_variable(graph: Graph, dotted: str) -> tuple[str, str]:
    """(module, name) of a dotted module variable: the longest prefix that is a module of the project."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:cut])
        node = graph.node(f"module:{module}")
        if node is not None and node.path is not None:
            return module, ".".join(parts[cut:])
    module, _, name = dotted.rpartition(".")
    return module, name


def port_of(service: str) -> int:
    """The port of a service on loopback unless told otherwise: the same whatever other services there are."""
    return _FIRST_PORT + zlib.crc32(service.encode("utf-8", "surrogatepass")) % _PORTS
