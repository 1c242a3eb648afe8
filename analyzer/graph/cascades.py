"""Rows that go with others: which foreign key makes a delete reach a table that no code names there."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.graph import Edge, Graph


def cascade(graph: Graph, deletes: Iterable[Edge]) -> str:
    """The key by which rows of one table go with those that code deletes (`visit.poll_id -> poll`), or "".

    `deletes` are the edges from that code to that table. All have to be deletes at places where rows of a
    table go to which it has a foreign key: what is also written by its own name is no mere cascade.
    """
    edges = tuple(deletes)
    if not edges or any(edge.kind != "writes" or edge.how != ("delete",) for edge in edges):
        return ""
    if any(item.via != "convention" for edge in edges for item in edge.evidence):
        return ""
    source, target = edges[0].source, edges[0].target
    places = {item.place for edge in edges for item in edge.evidence}
    gone = {
        other.target
        for other in graph.out(source, "writes")
        if "delete" in other.how and not places.isdisjoint(item.place for item in other.evidence)
    }
    keys = [key for key in graph.out(target, "references") if key.target in gone - {target}]
    if not keys:
        return ""
    key = min(keys, key=lambda each: (each.target, each.columns))
    column = f".{key.columns[0]}" if key.columns else ""
    return f"{target.partition(':')[2]}{column} -> {key.target.partition(':')[2]}"
