"""A route is answered by code of the service that it belongs to.

What it does
    Where `entry_points` gives a route, task, command or job to a service, the function that handles it
    must belong to that service as well. Without `entry_points` it goes with its handler, and there is
    nothing to hold. A handler under `[shared]` is open to all.

Why it matters
    The proxy will send the route to the service that owns it. If the code that answers stays with another
    one, the service has a route and nothing behind it: the request ends with 404, or is passed on, so that
    each request pays for two.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [services.billing]
        modules = ["shop.billing"]
        entry_points = ["POST /invoices"]

    shop/orders/views.py:

        @app.post("/invoices")
        def create_invoice(): ...

    CO303 orders must not answer billing's POST /invoices

How to fix it
    Move the handler to the service that owns the route (`functions` gives a service single functions), or
    give the route to the service whose code answers it: take it out of `entry_points`.

Options
    functions = ["shop.orders.views.create_invoice"]    # under [services.billing]

    [[ignore]]
    rule = "route-across"        # or CO303
    source = "shop.orders.views.create_invoice"
    target = "route:POST /invoices"
    reason = "moves in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.cut import Membership
from ..graph.interfaces import name_of, possessive
from ..model.boundary import SHARED, Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Edge, Graph


class RouteAcross:
    """Entry points that are given to one service and handled by another."""

    id = "route-across"
    code = "CO303"
    group = "hooks"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (handler, entry point)."""
        if not any(service.entry_points for service in boundary.services):
            return
        membership = Membership(graph, boundary)
        places = {service.name: service.place for service in boundary.services}
        for edge in graph.edges("handles"):
            owner, origin = membership.given(edge.source), membership.of(edge.target)
            if owner is None or origin in (None, owner, SHARED) or _view(graph, membership, edge) == owner:
                continue
            name, handler = name_of(edge.source), name_of(edge.target)
            yield Violation(
                id=self.code,
                rule=self.id,
                title=f"{origin} must not answer {possessive(owner)} {name}",
                evidence=edge.evidence,
                why=f"{handler} handles it and belongs to {origin}",
                help=f'add "{handler}" to functions in [services.{owner}], or take the route from it',
                source=edge.target,
                target=edge.source,
                origin=origin,
                owner=owner,
                cost="this request reaches a service that cannot answer it",
                pattern="move the handler with its route",
                owner_place=str(places[owner]) if places.get(owner) else "",
            )


def _view(graph: Graph, membership: Membership, edge: Edge) -> str | None:
    """Whose view a route has: where its class is the owner's, it may well inherit what answers."""
    node = graph.node(edge.source)
    view = dict(node.attributes).get("view") if node is not None else None
    return membership.of(f"class:{view}") if view else None


rule = RouteAcross()
