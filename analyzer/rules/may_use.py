"""A service depends only on the services that it may use.

What it does
    Where a service has `may_use`, its code must not import, call or inherit from code of a service
    that the list does not name; an empty list means none, no list means any. One violation stands
    for what one module uses of another. To call what was handed in (a callback) is no dependency.
    Tables, routes, tasks and the like have rules of their own, the shared kernel is open to all, and
    tests do not count.

Why it matters
    Each dependency is a promise to be kept over a network one day: a call that can fail, a release
    that has to wait for another. They come one import at a time, and nobody decides on them. A list
    that is reviewed makes each new one a decision, and shows the order in which services can leave.

Example
    carveout.toml:

        [services.basket]
        modules = ["shop.basket"]
        may_use = ["catalogue"]

    shop/basket/views.py:

        from shop.order.api import last_order

    CO103 basket must not depend on order

How to fix it
    Let the other side come: order may use basket and hand it what it needs, or say what happened by
    an event that basket listens to. What both need belongs to a third service, or to the shared
    kernel if it is plain library code. If the dependency is right, add it to `may_use`.

Options
    [services.basket]
    may_use = ["catalogue", "order"]

    [[ignore]]
    rule = "may-use"             # or CO103
    source = "shop.basket.views"
    target = "shop.order.*"
    reason = "goes with the old basket page"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import between_modules, depending, listed, violation


class MayUse:
    """Code that depends on a service which `may_use` does not name."""

    id = "may-use"
    code = "CO103"
    group = "dependency"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per pair of modules."""
        allowed = {s.name: s.may_use for s in boundary.services if s.may_use is not None}
        edges = depending(cut)
        wrong = (edge for edge in edges if edge.owner not in allowed.get(edge.origin, (edge.owner,)))
        for found, done in between_modules(wrong, graph, "calls", "inherits", "imports"):
            origin, owner = found.origin, found.owner
            service = boundary.service(origin)
            assert service is not None  # the kernel has no `may_use`
            names = listed(allowed[origin]) or "no other service"
            yield violation(
                found,
                rule=self,
                title=f"{origin} must not depend on {owner}",
                why=f"{name_of(found.source)} {done} {name_of(found.target)}; {origin} may use {names}",
                help=f"let {owner} hand over what is needed, or publish an event; or agree on it:"
                f' add "{owner}" to may_use in [services.{origin}]',
                boundary=boundary,
                place=service.places.get(("may_use", ""), service.place),
            )


rule = MayUse()
