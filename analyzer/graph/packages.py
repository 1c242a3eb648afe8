"""The packages of today as if they were services: what a graph is told by before any service is agreed."""

from __future__ import annotations

from ..model.boundary import Boundary, Service
from ..model.graph import Graph
from ..model.tables import TableViews
from .homes import Homes
from .roles import role_of


def packages(graph: Graph, tables: TableViews) -> Boundary:
    """Each package with its modules, and with the tables that it declares or writes most."""
    homes = Homes(graph)
    modules: dict[str, list[str]] = {}
    for node in graph.nodes("module"):
        if node.path and role_of(node.path) == "code":
            modules.setdefault(homes.of_path(node.path), []).append(node.name)
    owned: dict[str, list[str]] = {}
    for table in tables.tables:
        owned.setdefault(table.owner, []).append(table.name)
    names = sorted({*modules, *owned} - {""})
    services = [(name, tuple(modules.get(name, ())), tuple(owned.get(name, ()))) for name in names]
    return Boundary(tuple(Service(name, inside, tables=held) for name, inside, held in services))
