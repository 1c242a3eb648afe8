"""A service is used by its callers only, for what they were granted.

What it does
    Where a service names its `callers`, no other service may import from it or call it, and each
    caller may only use what stands beside its name: a function, class or module of the service, by
    its dotted name, the end of it, or a glob; "*" is all that is public. A service whose `exposure`
    is "external" has no callers among the services. What lies past `public` is CO101's.

Why it matters
    Each caller is a promise that the owner keeps: it cannot change or move what others call without
    them. A list of who may call what is what a gateway, a mesh or a token's scopes enforce once the
    services run apart; kept now, it is right on that day.

Example
    carveout.toml:

        [services.payments]
        modules = ["shop.payments"]
        public = ["shop.payments.api"]
        callers = { orders = ["charge"], support = ["charge", "refund"] }

    shop/orders/views.py:

        payments.api.refund(order.payment_id)

    CO102 orders must not use what payments does not grant it

How to fix it
    Use what was granted. If the need is real, agree with the owner and add the name to `callers`:
    the change is reviewed where it belongs. If the caller should not be one, let it ask a service
    that is, or listen to an event of the owner.

Options
    [services.payments]
    callers = { orders = ["charge"], support = ["*"] }

    [[ignore]]
    rule = "callers"             # or CO102
    source = "shop.orders.views.cancel"
    target = "shop.payments.api.refund"
    reason = "goes with the old checkout"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.cut import Membership
from ..graph.doors import Door, granted
from ..graph.imports import Imports
from ..graph.interfaces import name_of
from ..model.boundary import Boundary, CutEdge, Level, Service
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, between_services, depending, listed, violation


class Callers:
    """Imports and calls by services that were not granted them."""

    id = "callers"
    code = "CO102"
    group = "public-interface"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, target)."""
        imports, membership = Imports(graph), Membership(graph, boundary)
        choosy = {s.name: s for s in boundary.services if s.callers or s.exposure == "external"}
        fronts = {name: Door(graph, imports, s.public) for name, s in choosy.items() if s.public}
        doors: dict[tuple[str, str], Door] = {}
        for found in between_services(depending(cut), "imports", "calls"):
            service = choosy.get(found.owner)
            if service is None:
                continue
            front = fronts.get(found.owner)
            if front is not None and not front.admits(found.source, found.target):
                continue
            key = (found.origin, found.owner)
            if key not in doors:
                doors[key] = Door(graph, imports, granted(graph, membership, service, found.origin))
            if not doors[key].admits(found.source, found.target):
                yield self._violation(found, service, boundary)

    def _violation(self, found: Relationship, service: Service, boundary: Boundary) -> Violation:
        origin, owner, target = found.origin, found.owner, name_of(found.target)
        verb = "calls" if "calls" in found.kinds else "imports"
        title = f"{origin} must not use {owner}: it is not among its callers"
        among = listed(tuple(service.callers))
        kept, what = f"lets {among} in", f"{origin} = [...]"
        if not service.callers:
            kept = 'has exposure = "external", so no service calls it'
        elif origin in service.callers:
            title = f"{origin} must not use what {owner} does not grant it"
            kept = f"grants {origin} {listed(service.callers[origin]) or 'nothing'}"
            what = f'"{target.rpartition(".")[2]}" under {origin}'
        way = f"let {listed(tuple(service.callers), word='or')} do it"
        if service.callers.get(origin):
            way = "use what was granted"
        help = f"{way}; or agree with {owner} on {what} in its callers"
        if not service.callers:
            help = f'call a service that is meant for it; or agree on exposure = "both" for {owner}'
        return violation(
            found,
            rule=self,
            title=title,
            why=f"{name_of(found.source)} {verb} {target}; {owner} {kept}",
            help=help,
            boundary=boundary,
        )


rule = Callers()
