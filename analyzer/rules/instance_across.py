"""Services hand each other ids and values, not rows.

What it does
    A call from one service into another must not pass an instance of a mapped class (Django's or
    SQLAlchemy's), a list of them or a query for them, nor get one back: whichever service owns its
    table. Rows of tables under `[shared]`, or of tables that nobody claims, are free. Tests and calls
    that are merely possible do not count; what may be a row of several classes is not told.

Why it matters
    A row carries its table along: who holds it can follow its relations, save it and delete it, past
    its owner and without an import that a linter could see. Once the services run apart it cannot be
    sent: its values are copied, lazy loads fail, and changes to the copy are lost.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]
        tables = ["order"]

        [services.billing]
        modules = ["shop.billing"]
        tables = ["invoice"]

    shop/orders/views.py:

        invoice = billing.api.bill(order)

    CO106 orders must not pass rows of Order to billing

How to fix it
    Pass the id, or the few values that are needed, and return a dataclass or a dict: what would
    stand in a request and its response. Who needs more asks the owner for it.

Options
    [[ignore]]
    rule = "instance-across"     # or CO106
    source = "shop.orders.views.pay"
    target = "shop.billing.api.bill"
    reason = "gets the id in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..graph.cut import Membership
from ..graph.interfaces import name_of, possessive
from ..model.boundary import SHARED, Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, between_services, listed, violation

_COST = "this row becomes a copy of its values: no lazy loads, no save()"
_PATTERN = "an id or plain values (a DTO) in the owner's API"


class InstanceAcross:
    """Calls into another service that take or give rows."""

    id = "instance-across"
    code = "CO106"
    group = "dependency"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per caller and function."""
        owned = _Owned(graph, boundary)
        calls = (edge for edge in cut if edge.edge.how)
        for found in between_services(calls, "calls"):
            words = sorted({word for edge in found.edges for word in edge.edge.how})
            takes, gives = (
                [name for verb, _, name in (word.partition(" ") for word in words) if verb == wanted]
                for wanted in ("takes", "gives")
            )
            takes, gives = [n for n in takes if owned.by(n)], [n for n in gives if owned.by(n)]
            if takes or gives:
                yield self._violation(found, takes, gives, owned, boundary)

    def _violation(
        self, found: Relationship, takes: list[str], gives: list[str], owned: _Owned, boundary: Boundary
    ) -> Violation:
        origin, owner, target = found.origin, found.owner, name_of(found.target)
        if takes:
            title = f"{origin} must not pass rows of {_short(takes)} to {owner}"
            help = f"pass the id or plain values, and let {owner} ask for what else it needs"
        else:
            title = f"{origin} must not get rows of {_short(gives)} from {owner}"
            help = f"let {owner} return an id or plain values (a dataclass, a dict)"
        told = [f"gets rows of {_short(takes)}"] if takes else []
        told += [f"gives back rows of {_short(gives)}"] if gives else []
        kept: dict[str, list[str]] = {owned.by(name): [] for name in sorted({*takes, *gives})}
        for name in sorted({*takes, *gives}):
            kept[owned.by(name)].append(name)
        belong = [
            f"{_short(names)} {'is' if len(names) == 1 else 'are'} kept in {possessive(service)} tables"
            for service, names in kept.items()
        ]
        made = violation(
            found,
            rule=self,
            title=title,
            why=f"{target} {' and '.join(told)}; {listed(belong, 2)}",
            help=help,
            boundary=boundary,
        )
        return replace(made, cost=_COST, pattern=_PATTERN)


class _Owned:
    """Which service owns the table that instances of a class are kept in."""

    def __init__(self, graph: Graph, boundary: Boundary) -> None:
        self._graph, self._membership = graph, Membership(graph, boundary)

    def by(self, name: str) -> str:
        """The service; "" where the table is shared or nobody's."""
        owners = {self._membership.of(edge.target) for edge in self._graph.out(f"model:{name}", "maps")}
        return min((owner for owner in owners if owner and owner != SHARED), default="")


def _short(names: Sequence[str]) -> str:
    return listed([name.rpartition(".")[2] for name in names])


rule = InstanceAcross()
