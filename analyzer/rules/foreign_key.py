"""A foreign key stays inside one service.

What it does
    A table of one service must not have a foreign key to a table of another: declared in SQL, in a
    model, or as a string relation such as `ForeignKey("basket.Basket")`, which no import shows.
    Keys to tables under `[shared]` are not checked.

Why it matters
    The database keeps the promise of a foreign key only inside one database. When the services run
    apart the column stays as a plain id without a constraint: nothing cascades, nothing is refused,
    and `order.basket` in the code becomes a call that can fail or answer "gone".

Example
    carveout.toml:

        [services.basket]
        modules = ["shop.basket"]
        tables = ["basket_basket"]

    shop/order/models.py:

        class Order(models.Model):
            basket = models.ForeignKey("basket.Basket", on_delete=models.PROTECT)

    CO203 order must not hold a foreign key to basket's tables

How to fix it
    Keep the id, drop the constraint, and look the other side up through its owner's public
    interface; say what happens when it is gone. What must survive the other side (the price paid,
    an address) is copied when it happens. Tables that are always written together belong to one
    service: move one of them in carveout.toml.

Options
    [[ignore]]
    rule = "foreign-key"         # or CO203
    source = "table:order_order"
    target = "table:basket_basket"
    reason = "dropped in step 3, data"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import Advisor, name_of, possessive
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, relationships, speaker, violation


class ForeignKey:
    """Foreign keys from a table of one service to a table of another."""

    id = "foreign-key"
    code = "CO203"
    group = "foreign-key"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per pair of tables."""
        advisor = Advisor(graph, boundary)
        for found in relationships(cut, "references"):
            advice = advisor.instead(found.owner, found.source, found.target, "reads", "joins")
            holder, owner = speaker(found.origin), possessive(found.owner)
            yield violation(
                found,
                rule=self,
                title=f"{holder} must not hold a foreign key to {owner} tables",
                why=f'table "{name_of(found.target)}" belongs to {found.owner}; {_key(found)} points to it',
                help=f"keep the id without the constraint and look it up: {advice}",
                boundary=boundary,
            )


def _key(found: Relationship) -> str:
    """`order.basket_id`, or the table alone when the columns are not known."""
    table = name_of(found.source)
    columns = sorted({column for edge in found.edges for column in edge.edge.columns})
    return ", ".join(f"{table}.{column}" for column in columns) or f'"{table}"'


rule = ForeignKey()
