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
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..graph.entrance import entrance
from ..graph.interfaces import name_of
from ..graph.outbound import host_said, requests
from ..graph.practices import practices
from ..graph.roles import ASIDE, role_of
from ..graph.transactions import Transaction, lines_of, transactions
from ..model.evidence import Evidence, Place
from ..model.findings import Weakness
from ..model.graph import Edge, Graph
from . import weakness

_FEW, _LIMIT = 3, 300
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
        handed = _handed(graph)
        for each in requests(graph):
            if each.may_wait_for_ever and role_of(each.place.path) not in ASIDE and each.place not in handed:
                yield weakness(
                    self.name,
                    "no-timeout",
                    f"a request to {host_said(each.host)} may wait for ever",
                    [Evidence(each.place, "syntax")],
                    "one slow host takes all workers",
                    "give it a timeout",
                )
        yield from _asked_by_one_of_several(graph)
        for transaction in transactions(graph):
            for host in transaction.of("requests"):
                if role_of(transaction.node.path or "") not in ASIDE:
                    places = [
                        p
                        for e in graph.out(transaction.node.id, "spans")
                        if e.target == host
                        for p in e.evidence
                    ]
                    said = host_said(name_of(host))
                    yield weakness(
                        self.name,
                        "request-in-transaction",
                        f"{name_of(transaction.owner)} asks {said} while a transaction is open",
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


def _handed(graph: Graph) -> set[Place]:
    """Where a function of the project that sends is called: it is told once, where it sends."""
    found = set[Place]()
    for edge in graph.edges("requests"):
        places = {each.place for each in edge.evidence if each.via == "value-flow"}
        for call in graph.out(edge.source, "calls") if places else ():
            node = graph.node(call.target)
            if node is not None and node.path is not None:
                found |= places & {each.place for each in call.evidence}
    return found


def _asked_by_one_of_several(graph: Graph) -> Iterator[Weakness]:
    """Requests inside a transaction by one of a few that a call may reach: an adapter, and its stand-in."""
    seen = set[tuple[str, str]]()
    for each in transactions(graph):
        if role_of(each.node.path or "") in ASIDE:
            continue
        for function in _inside(graph, each):
            for edge, host in _requesting(graph, function):
                if host not in each.of("requests") and (function, host) not in seen:
                    seen.add((function, host))
                    owner = name_of(each.owner)
                    yield weakness(
                        "resilience",
                        "request-in-transaction",
                        f"{name_of(function)} may ask {host_said(name_of(host))} in a transaction of {owner}",
                        edge.evidence,
                        "rows stay locked as long as the host takes",
                        "ask before the transaction, or after it",
                    )


def _inside(graph: Graph, transaction: Transaction) -> list[str]:
    """The functions that surely run inside of a transaction, the nearest first."""
    lines = lines_of(dict(transaction.node.attributes).get("lines", ""))
    found = [transaction.owner]
    seen = {transaction.owner}
    for id in found:
        for edge in graph.out(id, "calls"):
            if (
                edge.confidence == "possible"
                or edge.target in seen
                or not edge.target.startswith("function:")
            ):
                continue
            at = [each.place.line for each in edge.evidence]
            if id == transaction.owner and lines and not any(a <= line <= b for line in at for a, b in lines):
                continue
            seen.add(edge.target)
            found.append(edge.target)
        if len(found) > _LIMIT:
            break
    return [id for id in found if (node := graph.node(id)) is not None and node.path is not None]


def _requesting(graph: Graph, function: str) -> Iterator[tuple[Edge, str]]:
    """The calls of a function that reach one of a few of the same name, and the host that it asks."""
    at: dict[Evidence, list[Edge]] = defaultdict(list)
    for edge in graph.out(function, "calls"):
        if edge.confidence == "possible" and edge.evidence:
            at[edge.evidence[0]].append(edge)
    for edges in at.values():
        names = {edge.target.rpartition(".")[2] for edge in edges}
        if len(edges) > _FEW or len(names) > 1 or any(word.startswith("__") for word in names):
            continue
        for edge in edges:
            for asked in graph.out(edge.target, "requests"):
                yield edge, asked.target


capability = Resilience()
