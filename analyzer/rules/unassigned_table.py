"""Every table belongs to a service, or is shared.

What it does
    A table or view that no `tables` list claims is held to nothing: everybody may read and write it.
    With this rule on, each is a violation. Tables that only tests, scripts
    and migrations know do not count. It is off unless `[rules]` says otherwise.

Why it matters
    A table without an owner has no one writer, no one who may change it, and no database to go to
    once the services have their own.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]
        tables = ["order"]

        [rules]
        unassigned = "error"

    CO902 the table order_line belongs to no service

How to fix it
    Add it to `tables` of the service that writes it, or, if nobody does at run time, to `tables`
    under `[shared]`. Tables of libraries (sessions, migrations) go where the library is used, or to
    `[shared]`.

Options
    [rules]
    unassigned-table = "error"   # or unassigned, for modules and tables: error, warning or off

    [[ignore]]
    rule = "unassigned-table"    # or CO902
    source = "table:legacy_*"
    target = "*"
    reason = "dropped with the old reports"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.cut import Membership
from ..graph.unassigned import nearest, tables
from ..model.boundary import Boundary, CutEdge, Level
from ..model.evidence import Evidence, Place
from ..model.findings import Violation
from ..model.graph import Graph, Node


class UnassignedTable:
    """Tables that no service claims."""

    id = "unassigned-table"
    code = "CO902"
    group = "unassigned"
    level: Level = "off"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per table or view."""
        membership = Membership(graph, boundary)
        found = [node for node in tables(graph) if membership.of(node.id) is None]
        near = nearest(graph, membership, (node.id for node in found))
        for node in found:
            service = near.get(node.id, "")
            place = f"[services.{service}], which uses it most," if service else "a service"
            yield Violation(
                id=self.code, rule=self.id, title=f"the {node.kind} {node.name} belongs to no service",
                evidence=_places(graph, node),
                why="everybody may read and write it",
                help=f'add "{node.name}" to tables of {place} or of [shared]',
                source=node.id, target="", origin="", owner="",
                cost="no service takes it along", pattern="one owner for each table",
            )  # fmt: skip


def _places(graph: Graph, node: Node) -> tuple[Evidence, ...]:
    """Where a table is declared, else where it is used."""
    if node.path:
        return (Evidence(Place(node.path, node.line)),)
    return tuple(sorted({place for edge in graph.into(node.id) for place in edge.evidence}))


rule = UnassignedTable()
