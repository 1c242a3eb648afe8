"""A service reads or joins only its own tables.

What it does
    Every table belongs to one service. Code of another service must not read it: not through the
    ORM, not by SQL in a string or a file, not by joining it into a query of its own. Tables listed
    under `[shared]` may be read by all. Tests do not count.

Why it matters
    A table that others read cannot change without them: each of its columns is a promise that
    nobody wrote down. And once the owner has a database of its own, the query fails: a read becomes
    a network call or a read model, and a join across two databases does not exist.

Example
    carveout.toml:

        [services.billing]
        modules = ["shop.billing"]
        tables = ["invoice"]
        public = ["shop.billing.api"]

    shop/orders/views.py:

        cur.execute("SELECT total FROM invoice WHERE order_id = %s", [order.id])

    CO201 orders must not read billing's tables

How to fix it
    Ask the owner: call a function of its public interface that returns plain values. When lists,
    reports or searches need the data, keep a read model of one's own, fed by the owner's events.
    When the table is really the reader's, move it in carveout.toml. Data that never changes
    (countries, currencies) can go to `tables` under `[shared]`.

Options
    [[ignore]]
    rule = "table-read"          # or CO201, or "table-access" for reads and writes together
    source = "shop.reports.*"    # who reads: a name, all below it, or a glob
    target = "table:invoice"
    reason = "monthly report, moves in step 4"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import table_access


class TableRead:
    """Reads and joins of a table that belongs to another service."""

    id = "table-read"
    code = "CO201"
    group = "table-access"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per reader and table."""
        return table_access(self, cut, graph, boundary, reads="read", joins="join")


rule = TableRead()
