"""What of a graph a picture is about: the application's own modules and tables, not those of its tests."""

from __future__ import annotations

from ...analyzer.graph import access
from ...analyzer.graph.roles import role_of
from ...analyzer.model.graph import Graph, Node


def own_modules(graph: Graph) -> tuple[Node, ...]:
    """The project's modules that are neither tests nor migrations, sorted by id."""
    aside = ("test", "migration")
    return tuple(node for node in graph.nodes("module") if node.path and role_of(node.path) not in aside)


def own_tables(graph: Graph) -> tuple[tuple[Node, int], ...]:
    """The application's own tables and views, with the number of its edges that touch each, sorted by id.

    What has no name (the table of an abstract model) is nothing to draw.
    """
    touched = access.touches(graph)
    return tuple((node, touched[node.id]) for node in access.own_tables(graph) if node.name)
