"""Tables that no class is mapped to, and which class they belong to nevertheless."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from ..model.graph import Graph


def declared_inside(graph: Graph, tables: Collection[str], classes: Iterable[str]) -> Mapping[str, str]:
    """Table of a many-to-many field -> the mapped class that declares it, of `classes` by id.

    What an abstract class declares is found at the same place for several tables, and belongs to none.
    """
    places = {(node.path, node.line): id for id in tables if (node := graph.node(id)) and node.path}
    paths = {path for path, _ in places}
    found: dict[str, str] = {}
    for id in classes:
        node = graph.node(id)
        if node is None or node.path not in paths:
            continue
        lines = range(node.line, node.end_line + 1)
        found.update({places[node.path, n]: node.name for n in lines if (node.path, n) in places})
    return found


def between(graph: Graph, tables: Collection[str], definers: Mapping[str, str]) -> Mapping[str, str]:
    """Table between two others -> what defines the one that begins its name.

    `ab_user_role` goes with `ab_user`, and a field of an abstract class with the class that inherits it.
    """
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for source, target, _, _ in graph.pairs("references"):
        if source in tables and placed(graph, source):
            targets[source].add(target)
    found = {
        table: max((t for t in ends if t in definers and table.startswith(f"{t}_")), key=len, default="")
        for table, ends in sorted(targets.items())
        if len(ends) > 1
    }
    return {table: definers[end] for table, end in found.items() if end}


def placed(graph: Graph, id: str) -> bool:
    """Whether the source says where a table is declared."""
    node = graph.node(id)
    return node is not None and node.path is not None
