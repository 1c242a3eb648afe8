"""Others use a service through its public interface only.

What it does
    When a service declares `public`, imports and calls from other services (and from the shared
    kernel) must end at what is listed there: a module, a package with all below it, a class, a
    function. A name that a public module imports from inside the service and hands on counts as
    public, too. A service without `public` restricts nothing: every name of it is public. Tests and
    code that belongs to no service do not count.

Why it matters
    What is imported from outside becomes a network call when the service is carried out. A small
    agreed interface is something one can version, secure and put a facade in front of; a service
    that is entered at forty places cannot be moved, and none of the forty knows that it is one.

Example
    carveout.toml:

        [services.billing]
        modules = ["shop.billing"]
        public = ["shop.billing.api"]

    shop/orders/service.py:

        from shop.billing.models import Invoice

    CO101 orders must not use billing past its public interface

How to fix it
    Call a function of the public interface that returns plain values. If there is none that does
    it, add one to the owner's interface: the owner decides what others may rely on. If others are
    meant to use the name, add it to `public`. What is not about the service's own business
    (formatting, base classes) belongs to the shared kernel.

Options
    public = []                  # under [services.NAME]; empty: nothing is restricted

    [[ignore]]
    rule = "public-interface"    # or CO101
    source = "shop.reports.*"
    target = "shop.billing.models"
    reason = "monthly report, moves in step 4"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.access import in_database
from ..graph.doors import Door
from ..graph.imports import Imports
from ..graph.interfaces import Advisor, name_of, possessive
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, between_services, depending, violation


class PublicInterface:
    """Imports and calls that enter a service past its `public`."""

    id = "public-interface"
    code = "CO101"
    group = "public-interface"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, target)."""
        advisor = Advisor(graph, boundary)
        imports = Imports(graph)
        doors = {s.name: Door(graph, imports, s.public) for s in boundary.services if s.public}
        for found in between_services(depending(cut), "imports", "calls"):
            door = doors.get(found.owner)
            if door is None or door.admits(found.source, found.target):
                continue
            yield _trigger(self, found, boundary) or self._violation(found, advisor, boundary)

    def _violation(self, found: Relationship, advisor: Advisor, boundary: Boundary) -> Violation:
        verb = "calls" if "calls" in found.kinds else "imports"
        source, target = name_of(found.source), name_of(found.target)
        return violation(
            found,
            rule=self,
            title=f"{found.origin} must not use {found.owner} past its public interface",
            why=f"{source} {verb} {target}, which {found.owner} keeps to itself",
            help=advisor.instead(found.owner, found.source, found.target, "calls"),
            boundary=boundary,
        )


def _trigger(rule: PublicInterface, found: Relationship, boundary: Boundary) -> Violation | None:
    """A table calls nothing but triggers: it is their service that reaches past an interface."""
    if not in_database(found.source):
        return None
    table, trigger = name_of(found.source), name_of(found.target)
    return violation(
        found,
        rule=rule,
        title=f"{found.owner} must not hang a trigger on {possessive(found.origin)} tables",
        why=f"each change of {table} runs {trigger}, which is {possessive(found.owner)}",
        help=f"let {found.origin} publish an event (outbox), and let {found.owner} do it when told",
        boundary=boundary,
    )


rule = PublicInterface()
