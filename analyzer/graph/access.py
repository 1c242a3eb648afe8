"""Who touches which table."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.graph import Graph
from .roles import ASIDE, role_of

ACCESS_KINDS = ("reads", "joins", "writes")


@dataclass(frozen=True, slots=True)
class TableAccess:
    """One table with the ids of the nodes that read (or join) it and that write it, sorted."""

    table: str
    readers: tuple[str, ...]
    writers: tuple[str, ...]


def table_access(graph: Graph) -> tuple[TableAccess, ...]:
    """The access of every table, sorted by table; tests, scripts and vendored code do not count."""
    readers: dict[str, set[str]] = {node.id: set() for node in graph.nodes("table", "view")}
    writers: dict[str, set[str]] = {id: set() for id in readers}
    for source, target, kind, _ in graph.pairs(*ACCESS_KINDS):
        node = graph.node(source)
        if target not in readers or node is None or (node.path and role_of(node.path) in ASIDE):
            continue
        (writers if kind == "writes" else readers)[target].add(source)
    return tuple(
        TableAccess(id, tuple(sorted(readers[id])), tuple(sorted(writers[id]))) for id in sorted(readers)
    )
