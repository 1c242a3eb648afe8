"""A transaction writes the tables of one service only.

What it does
    A transaction that writes (or locks) tables of two services is a violation, one for each table that
    is not its own: also when the other service is asked properly, through its public interface, because
    what it does runs inside the caller's transaction. Blocks, decorators, context managers of the project,
    what runs up to a commit and, with ATOMIC_REQUESTS, whole views are transactions; `on_commit` runs after
    one. Reading alone does not count, nor do tables under `[shared]`, nor tests.

Why it matters
    Once the services have databases of their own, nothing commits in both or in none. The call still
    works, and so do the tests; but a failure in between leaves an order without its payment. No other
    edge hides a change of behaviour so well, so it is to be decided before the first step, not after.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]
        tables = ["order"]

        [services.billing]
        modules = ["shop.billing"]
        tables = ["payment"]
        public = ["shop.billing.api"]

    shop/orders/service.py:

        with transaction.atomic():
            order.save()
            billing.api.charge(order.id, order.total)   # writes payment

    CO204 orders must not write billing's tables in its transactions

How to fix it
    Ask whether both must happen together. If the other part may come later, write an event with the
    caller's own change and let the owner act on it (outbox), or call the owner after the commit. If it
    must come first, give it a state of its own (reserved, pending) that a later step confirms or takes
    back (saga). If neither will do, the tables belong to one service: move one in carveout.toml.

Options
    [[ignore]]
    rule = "transaction-across"    # or CO204
    source = "shop.orders.service.place"
    target = "table:payment"
    reason = "becomes a saga in step 3"
    until = 2027-03-01             # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.access import in_database
from ..graph.cut import Membership
from ..graph.interfaces import name_of, possessive
from ..graph.transactions import CHANGES, source_of
from ..model.boundary import SHARED, Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, listed, speaker, violation


class TransactionAcross:
    """Transactions that write tables of several services."""

    id = "transaction-across"
    code = "CO204"
    group = "transaction-across"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per function (or route) with such transactions and table of another service."""
        membership = Membership(graph, boundary)
        grouped: dict[tuple[str, str], list[CutEdge]] = {}
        for crossing in (each for each in cut if in_database(each.edge.target)):
            if crossing.edge.kind == "spans":
                key = (source_of(crossing.edge.source), crossing.edge.target)
                grouped.setdefault(key, []).append(crossing)
        for (source, target), edges in sorted(grouped.items()):
            origin, owner = edges[0].origin, edges[0].owner
            yield violation(
                Relationship(source, target, origin, owner, tuple(edges)),
                rule=self,
                title=f"{speaker(origin)} must not write {possessive(owner)} tables in its transactions",
                why=f"{name_of(source)} writes tables of {_owners(graph, membership, edges)} in one"
                f' transaction; table "{name_of(target)}" belongs to {owner}',
                help=f"let {owner} do its part after the commit, told by an event that is written with the"
                " rest (outbox); or give each step its compensation (saga)",
                boundary=boundary,
            )


def _owners(graph: Graph, membership: Membership, edges: Iterable[CutEdge]) -> str:
    """`billing, orders and 2 more`: the services whose tables are written in these transactions."""
    spanned = (edge for found in edges for edge in graph.out(found.edge.source, "spans"))
    owners = {membership.of(edge.target) for edge in spanned if not CHANGES.isdisjoint(edge.how)}
    names = sorted(owner for owner in owners if owner not in (None, SHARED))
    return listed(names)


rule = TransactionAcross()
