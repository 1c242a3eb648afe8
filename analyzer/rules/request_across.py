"""Requests to another service's routes are sent only as it was agreed.

What it does
    Code that sends an HTTP request to the project's own host (localhost, 127.0.0.1) and a path that another
    service answers, or to a host that bears the name of another service (`http://billing:8000`,
    `settings.BILLING_URL`), depends on it. Where the owner has `callers`, the service must be among them;
    where the service has `may_use`, the owner must be. Without either nothing is held, nor are requests to
    hosts outside. Tests do not count.

Why it matters
    A request is a dependency that no import shows: the owner cannot change or move the route without the
    caller, and a list of who may call whom that leaves requests out is wrong on the day it is enforced.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]
        may_use = ["catalogue"]

        [services.billing]
        modules = ["shop.billing"]

    shop/orders/views.py:

        requests.get("http://localhost:8000/invoices/", timeout=2)

    CO307 orders must not send requests to billing's GET /invoices/

How to fix it
    If it is meant to be used, say so: add the owner to `may_use`, the service to `callers`. Else ask a
    service that may be used, or listen to an event of the owner. As long as both run in one process, a call
    of the owner's public interface does the same without a network.

Options
    [[ignore]]
    rule = "request-across"      # or CO307
    source = "shop.orders.views"
    target = "route:GET /invoices/"
    reason = "replaced by an event in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..graph.cut import Membership
from ..graph.interfaces import name_of, possessive
from ..graph.outbound import Request, requests
from ..graph.roles import role_of
from ..model.boundary import SHARED, Boundary, CutEdge, Level, Service
from ..model.findings import Violation
from ..model.graph import Edge, Graph
from ..model.routes import has_address
from . import Relationship, not_agreed, violation

_OWN = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::\d+)?\Z")
_HELD = re.compile(r"\{(?:settings|env)\.(\w+?)_(?:BASE_URL|API_URL|URL|URI|HOST|API|ADDRESS|ENDPOINT)\}\Z")
_OPEN = re.compile(r"[<{(*]")
_COST = "this request goes to another service"
_REMEDY = "its address comes from configuration; say what happens when it does not answer"


class RequestAcross:
    """Requests to services that were not agreed on."""

    id = "request-across"
    code = "CO307"
    group = "hooks"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, route or host)."""
        membership = Membership(graph, boundary)
        services = {service.name: service for service in boundary.services}
        found: dict[tuple[str, str, str, str], list[Edge]] = {}
        for request in requests(graph):
            if role_of(request.place.path) == "test":
                continue
            for target, owner in _targets(request, graph, membership, services):
                for edge in _sent(request, graph):
                    origin = membership.of(edge.source)
                    if origin not in (None, SHARED, owner) and owner in services:
                        found.setdefault((edge.source, target, origin or "", owner), []).append(edge)
        for (source, target, origin, owner), edges in sorted(found.items()):
            broken, agree = not_agreed(services[origin], services[owner])
            if broken:
                crossing = tuple(CutEdge(edge, origin, owner, _COST, _REMEDY) for edge in edges)
                yield violation(
                    Relationship(source, target, origin, owner, crossing),
                    rule=self,
                    title=f"{origin} must not send requests to {possessive(owner)} {name_of(target)}",
                    why=f"{name_of(source)} sends one; {broken}",
                    help=f"ask a service that may be used; or agree on it: {agree}",
                    boundary=boundary,
                )


def _targets(
    request: Request, graph: Graph, membership: Membership, services: dict[str, Service]
) -> Iterator[tuple[str, str]]:
    """(route or host, its service): what a request leads to, as far as the project answers it itself."""
    if _OWN.match(request.host):
        routes = (node.id for node in graph.nodes("route") if _leads(request, node.name))
        first = next(((id, owner) for id in routes if (owner := membership.of(id))), None)
        if first is not None:
            yield first
        return
    held = _HELD.match(request.host)
    called = held[1] if held else request.host.partition(":")[0].partition(".")[0]
    for name in services:
        if name.replace("_", "-").lower() == called.replace("_", "-").lower():
            yield f"host:{request.host}", name


def _leads(request: Request, route: str) -> bool:
    """Whether a route answers a request: the same method, and a path of which a part at least is written."""
    method, _, path = route.partition(" ")
    if (request.method not in ("?", method) and method != "ANY") or not has_address(route):
        return False
    asked, answered = _pieces(request.path), _pieces(path)
    if len(asked) != len(answered) or not any(one == two for one, two in zip(asked, answered, strict=True)):
        return False
    return all(one == two or _OPEN.search(one + two) for one, two in zip(asked, answered, strict=True))


def _pieces(path: str) -> list[str]:
    return [piece for piece in path.strip("^$").split("/") if piece]


def _sent(request: Request, graph: Graph) -> Iterator[Edge]:
    """The edges of the functions that send a request, each with the place of this one alone."""
    for edge in graph.into(f"host:{request.host}", "requests"):
        if any(item.place == request.place for item in edge.evidence):
            yield edge


rule = RequestAcross()
