"""The shape of a graph: cycles, fan-in, reachability. networkx stays in here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx


def digraph(pairs: Iterable[tuple[str, str, int]]) -> networkx.DiGraph[str]:
    """A weighted directed graph from (source, target, weight); weights of equal pairs add up."""
    import networkx

    projection: networkx.DiGraph[str] = networkx.DiGraph()
    for source, target, weight in sorted(pairs):
        known = projection.get_edge_data(source, target, {"weight": 0})["weight"]
        projection.add_edge(source, target, weight=known + weight)
    return projection


def cycles(pairs: Iterable[tuple[str, str, int]]) -> tuple[tuple[str, ...], ...]:
    """The strongly connected groups of two or more names, each sorted, largest first."""
    import networkx

    groups = [tuple(sorted(group)) for group in networkx.strongly_connected_components(digraph(pairs))]
    return tuple(
        sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), group))
    )
