"""A service writes only its own tables.

What it does
    Every table has one writer: the service that owns it. Inserts, updates and deletes by another
    service are violations, through the ORM, by SQL in a string or a file, or in a stored routine.
    A table under `[shared]` belongs to nobody and is not checked. Tests do not count.

Why it matters
    What must hold in a table is written in its owner's code: a second writer goes past it. It is
    also the hardest edge to cut: two services cannot write in one transaction, so a write across
    becomes a command to the owner, and what was atomic becomes an outbox or a saga.

Example
    carveout.toml:

        [services.billing]
        modules = ["shop.billing"]
        tables = ["invoice"]

    shop/orders/service.py:

        def cancel(order):
            order.status = "cancelled"
            Invoice.query.filter_by(order_id=order.id).update({"status": "void"})

    CO202 orders must not write billing's tables

How to fix it
    Give the owner a function that says what is meant (`billing.api.void_invoice(order_id)`) and
    call that. Where both writes must happen or none, let the caller publish an event with its own
    write (outbox), or give each step its compensation (saga). Where the table is really the
    writer's, move it in carveout.toml.

Options
    [[ignore]]
    rule = "table-write"         # or CO202, or "table-access" for reads and writes together
    source = "shop.orders.service.cancel"
    target = "table:invoice"
    reason = "moves with the outbox in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import table_access


class TableWrite:
    """Writes to a table that belongs to another service."""

    id = "table-write"
    code = "CO202"
    group = "table-access"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per writer and table."""
        return table_access(self, cut, graph, boundary, writes="write")


rule = TableWrite()
