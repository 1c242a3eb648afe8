"""Reverse-proxy split: a proxy in front sends the paths of one service to it, all others to the monolith.

When it applies
    At least nine of ten routes of a service lie below path prefixes where nobody else has a route (or are
    whole paths without parameters), so that a few lines in the proxy tell them.

Evidence
    Where the routes are declared. Beside it stands what both sides must agree on once two processes answer
    for one host: routes of others in the way (conflicts), the session, CSRF tokens, cookies, redirects and
    links to routes of others by their name, absolute URLs, and uploads.

Consequences
    Clients keep host and paths, and one line takes the step back. Both processes must know the session, the
    secret that signs it and the scheme and host of the outside; names of routes do not reach across.

How to do it
    Route by prefix in the proxy, first a share of the requests; share the session's store and secret (or send
    a token); pass `Host` and `X-Forwarded-*` on and trust only the proxy for them; give uploads one limit.

Scaffold
    Advice only. `carveout scaffold SERVICE --step routes` writes exact routes for nginx, not prefixes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..graph.cut import Membership
from ..graph.prefixes import Prefixes, prefixes
from ..graph.shared_host import SharedHost
from ..graph.survey import survey
from ..model.boundary import Boundary, CutEdge
from ..model.evidence import Evidence, Place
from ..model.findings import Care, Recommendation
from ..model.graph import Graph, Node
from . import recommend

_SHARE = 0.9
_SHOWN = 4


class ReverseProxySplit:
    """Services whose paths a proxy can tell by their prefix."""

    name = "reverse_proxy_split"
    scaffold: str | None = None
    why = "clients keep host and paths while a service moves out behind them"
    help = "send these prefixes to the service, and share session, secrets and the outside's host"
    consequences = "one line in the proxy takes the step back; both sides must agree on what is listed"
    effort = "1 to 3 days, most of it for the session"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each service; its routes' places are the evidence."""
        shared = SharedHost(survey(graph, boundary))
        for name, told in prefixes(graph, Membership(graph, boundary)).items():
            clear = len(told.routes) - len(told.mixed)
            if "/" in told.own:
                continue  # all routes there are: nothing to tell apart
            if boundary.service(name) is not None and clear >= _SHARE * len(told.routes):
                cares = _cares(told, shared.cares(name))
                yield recommend(self, f"service:{name}", _title(told), map(_place, told.routes), cares=cares)


def _title(told: Prefixes) -> str:
    paths = sorted({*told.own, *told.exact})
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    routes = f"{len(told.routes) - len(told.mixed)} of {len(told.routes)} routes"
    return f"{routes} of {told.service} lie below {', '.join(paths[:_SHOWN])}{more}"


def _place(node: Node) -> Evidence:
    return Evidence(Place(node.path or "", node.line, 0), "syntax")


def _cares(told: Prefixes, found: Iterable[Care]) -> Iterator[Care]:
    """Routes of others in the way, then what both sides must agree on."""
    if told.mixed:
        ways = ", ".join(sorted({f"{one.name} beside {other.name}" for one, other in told.mixed})[:2])
        yield Care(
            "conflicts",
            f"these need a line of their own: {ways}",
            tuple(_place(one) for one, _ in told.mixed),
        )
    yield from found


detector = ReverseProxySplit()
