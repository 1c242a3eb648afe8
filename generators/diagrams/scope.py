"""What of a graph a picture is about: the application's own modules and tables, not those of its tests."""

from __future__ import annotations

from collections import Counter

from ...analyzer.graph.roles import role_of
from ...analyzer.model.graph import Graph, Node

_TOUCHING = ("reads", "writes", "joins", "references", "maps")


def own_modules(graph: Graph) -> tuple[Node, ...]:
    """The project's modules that are neither tests nor migrations, sorted by id."""
    aside = ("test", "migration")
    return tuple(node for node in graph.nodes("module") if node.path and role_of(node.path) not in aside)


def own_tables(graph: Graph) -> tuple[tuple[Node, int], ...]:
    """Tables and views with the number of edges from the application that touch them, sorted by id.

    A table that tests or example scripts declare counts only if the application touches it as well.
    """
    roles: dict[str, str] = {}
    touched: Counter[str] = Counter()
    for source, target, _, _ in graph.pairs(*_TOUCHING):
        if source not in roles:
            node = graph.node(source)
            roles[source] = role_of(node.path) if node and node.path else "code"
        if roles[source] not in ("test", "script"):
            touched[target] += 1
    tables = (node for node in graph.nodes("table", "view"))
    return tuple(
        (node, touched[node.id])
        for node in tables
        if touched[node.id] or role_of(node.path or "") not in ("test", "script")
    )
