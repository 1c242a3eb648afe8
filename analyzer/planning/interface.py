"""What crosses the boundary of one service."""

from __future__ import annotations

from ..graph.cut import cut
from ..model.boundary import Boundary
from ..model.graph import Graph
from ..model.plan import Interface


def interface(graph: Graph, boundary: Boundary, service: str) -> Interface:
    """The edges of the cut that enter and that leave a service, in the order of the graph."""
    edges = cut(graph, boundary)
    return Interface(
        inbound=tuple(edge for edge in edges if edge.owner == service),
        outbound=tuple(edge for edge in edges if edge.origin == service),
    )
