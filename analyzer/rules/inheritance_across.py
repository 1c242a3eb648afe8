"""A class inherits only from its own service's classes.

What it does
    A class of one service must not inherit from a class of another: also from one that its owner
    shows to others. Bases under `[shared]` and in libraries are free, and tests do not count. So it
    is with tables that inherit from (or are partitions of) another service's table.

Why it matters
    Inheriting is the closest way to depend: the subclass relies on what its base does inside, and
    the base cannot change a method without knowing who overrides it. It is also the one dependency
    that no network call can stand for: once the services run apart, the class has no base.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [services.billing]
        modules = ["shop.billing"]

    shop/billing/models.py:

        class Invoice(orders.models.Document): ...

    CO105 billing must not inherit from orders' classes

How to fix it
    If the base is library code (a mixin, an abstract model, an exception), move it to the shared
    kernel: `modules` under `[shared]`. If it carries the owner's data or rules, hold its id and ask
    the owner instead of being one of it. A model with a parent in another service becomes a model
    of its own with the parent's id.

Options
    [[ignore]]
    rule = "inheritance-across"  # or CO105
    source = "shop.billing.models.Invoice"
    target = "shop.orders.models.Document"
    reason = "the base moves to the kernel in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.access import in_database
from ..graph.interfaces import name_of, possessive
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import between_services, violation


class InheritanceAcross:
    """Classes and tables whose base belongs to another service."""

    id = "inheritance-across"
    code = "CO105"
    group = "dependency"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per class and base."""
        for found in between_services(cut, "inherits"):
            what = "tables" if in_database(found.target) else "classes"
            base = name_of(found.target)
            yield violation(
                found,
                rule=self,
                title=f"{found.origin} must not inherit from {possessive(found.owner)} {what}",
                why=f"{name_of(found.source)} inherits from {base}, which belongs to {found.owner}",
                help=f"if the base is library code, move it to the kernel (modules in [shared]); if it is"
                f" {possessive(found.owner)} data or rules, keep its id and ask {found.owner}",
                boundary=boundary,
            )


rule = InheritanceAcross()
