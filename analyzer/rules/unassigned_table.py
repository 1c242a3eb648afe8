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

from ..graph.unassigned import tables
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import without_owner


class UnassignedTable:
    """Tables that no service claims."""

    id = "unassigned-table"
    code = "CO902"
    group = "unassigned"
    level: Level = "off"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per table or view."""
        return without_owner(self, tables(graph), graph, boundary, list="tables", tie="uses it most")


rule = UnassignedTable()
