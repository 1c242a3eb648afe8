"""Multiple receiver: one occurrence goes to several independent receivers.

When it applies
    A signal or topic has several subscribers, or a function calls functions of three or more other
    services, each of which changes something, and takes no rows from any of them.

Evidence
    The places where receivers subscribe, or where they are called.

Consequences
    Each receiver fails and is repeated alone, and a new one is added without touching the sender. Their
    order is no longer fixed.

How to do it
    Publish one event; give each receiver a queue of its own (a fan-out).

Scaffold
    `outbox`: `carveout scaffold SERVICE --step events`, for each service that listens; see `outbox`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.roles import ASIDE, role_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import recommend

_SUBSCRIBERS, _SERVICES = 2, 3


class MultipleReceiver:
    """Occurrences with several receivers."""

    name = "multiple_receiver"
    scaffold: str | None = "outbox"
    why = "one failing receiver stops the others, and the sender knows them all"
    help = "publish one event, with a queue for each receiver"
    consequences = "receivers run, fail and are repeated alone; their order is not fixed"
    effort = "2 to 5 days"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each signal or topic, and for each function."""
        asked = survey(graph, boundary)
        for node in graph.nodes("signal", "topic"):
            heard = [
                edge
                for edge in (*graph.into(node.id, "subscribes"), *graph.out(node.id, "subscribes"))
                if edge.evidence and role_of(edge.evidence[0].place.path) not in ASIDE
            ]
            if len({(edge.source, edge.target) for edge in heard}) >= _SUBSCRIBERS:
                title = f"{node.name} has {len(heard)} receivers"
                yield recommend(self, node.id, title, (place for edge in heard for place in edge.evidence))
        for function in asked.functions:
            told = _told(asked, function)
            if len(told) >= _SERVICES:
                title = f"{name_of(asked.id(function))} calls {', '.join(sorted(told))} one after the other"
                yield recommend(
                    self, asked.id(function), title, (p for e in told.values() for p in e.evidence)
                )


def _told(asked: Survey, function: int) -> dict[str, Edge]:
    """Other service -> a call that changes something there, and from which nothing is taken."""
    home, found = asked.owner(asked.id(function)), dict[str, Edge]()
    for edge in asked.edges(function, "calls"):
        owner = asked.owner(edge.target)
        if owner is None or owner == home or not asked.is_own(edge.target):
            continue
        gives = any(word.startswith("gives") for word in edge.how)
        if not gives and asked.behind(asked.index(edge.target)).writes:
            found.setdefault(owner, edge)
    return found if home is not None else {}


detector = MultipleReceiver()
