"""Resilience: survives faults without losing data or function.

What counts
    Requests that may wait for ever, other hosts that are asked while a transaction is open, work that is
    tried again without an end, and no route that tells whether the application is healthy.

Why it matters
    One slow host takes all workers, and locks rows while it does; without a health route nobody
    restarts what hangs.

How to fix it
    A timeout on each request; ask before the transaction or after it; try again a few times, later each
    time; a route that checks what it depends on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..graph.entrance import entrance
from ..graph.interfaces import name_of
from ..graph.outbound import requests
from ..graph.practices import practices
from ..graph.roles import ASIDE, role_of
from ..graph.transactions import transactions
from ..model.evidence import Evidence
from ..model.findings import Weakness
from ..model.graph import Graph
from . import weakness

_HEALTH = re.compile(r".*(?:health|livez|readyz|heartbeat|/ping|alive|/status)", re.IGNORECASE)


class Resilience:
    """What a fault elsewhere does to the application."""

    name = "resilience"

    def find(self, graph: Graph) -> Iterable[Weakness]:
        """One weakness for each request, transaction and endless retry, and one for the application."""
        for again in practices(graph, "retries"):
            yield weakness(
                self.name,
                "endless-retry",
                f"{name_of(again.id)} tries again until it succeeds, without an end",
                [Evidence(again.place)],
                "what is broken is asked all the harder, and a worker is taken for ever",
                "bound how often, and wait longer each time",
            )
        for each in requests(graph):
            if each.may_wait_for_ever and role_of(each.place.path) not in ASIDE:
                yield weakness(
                    self.name,
                    "no-timeout",
                    f"a request to {each.host} may wait for ever",
                    [Evidence(each.place, "syntax")],
                    "one slow host takes all workers",
                    "give it a timeout",
                )
        for transaction in transactions(graph):
            for host in transaction.of("requests"):
                if role_of(transaction.node.path or "") not in ASIDE:
                    places = [
                        p
                        for e in graph.out(transaction.node.id, "spans")
                        if e.target == host
                        for p in e.evidence
                    ]
                    yield weakness(
                        self.name,
                        "request-in-transaction",
                        f"{name_of(transaction.owner)} asks {name_of(host)} while a transaction is open",
                        places,
                        "rows stay locked as long as the host takes",
                        "ask before the transaction, or after it",
                    )
        routes = [node for node in graph.nodes("route") if node.path and role_of(node.path) not in ASIDE]
        if routes and not any(_HEALTH.match(node.name) for node in routes):
            places = list(entrance(graph))
            yield weakness(
                self.name,
                "no-health-route",
                f"none of {len(routes)} routes tells whether the application is healthy",
                places,
                "nobody restarts what hangs",
                "add a route that checks what the application depends on",
            )


capability = Resilience()
