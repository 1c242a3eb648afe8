"""The routes of a graph, with what a translation needs at hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..graph.cut import Membership
from ..graph.roles import role_of
from ..model.errors import Refused
from ..model.evidence import Place
from ..model.graph import Graph, Node
from ..model.routes import has_address


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
    """All routes of the graph, sorted by id; `owned` ones belong to the service.

    What tests add is left out, and what has no address of its own (a field of GraphQL).
    """
    return tuple(
        RouteNode(
            node,
            dict(node.attributes),
            next((edge.target for edge in graph.out(node.id, "handles")), ""),
            membership.of(node.id) == service,
        )
        for node in graph.nodes("route")
        if role_of(node.path or "") != "test" and has_address(node.name)
    )


def require_one_owner(graph: Graph, membership: Membership, service: str, nodes: Iterable[RouteNode]) -> None:
    """Raises Refused, with both places, for a route that a function of the service and another one answer."""
    for route in nodes:
        edges = [edge for edge in graph.out(route.node.id, "handles") if edge.confidence == "certain"]
        owners = {membership.of(edge.target): edge for edge in edges}
        if len(owners) < 2 or service not in owners:
            continue
        mine = owners.pop(service)
        name, its = min(owners.items(), key=lambda pair: str(pair[0]))
        where = its.evidence[0].place if its.evidence else ""
        raise Refused(
            f"two functions claim {route.node.name}: {mine.target.partition(':')[2]} of {service} and "
            f"{its.target.partition(':')[2]} of {name or 'the monolith'} ({where})",
            place=mine.evidence[0].place if mine.evidence else route.place,
            why="only one of them is ever asked, and the order of registration decides which",
            help="delete the route that is never reached, or give both to one service",
        )
