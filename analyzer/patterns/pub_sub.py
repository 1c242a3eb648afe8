"""Publish and subscribe: publishers and subscribers know a broker, not each other.

When it applies
    A function tells others of a change and does not ask for their answer: it sends a signal, calls a
    registry of handlers, or a function that publishes events by its name (`publish_event`, `emit`,
    `notify_...`).

Evidence
    The places where it is told. That the answer is not needed is what signals and events are for; of
    functions that are called by name it is a convention, so those are `possible` unless the function
    also writes. What is sent before the change asks for leave; whoever uses the answers asks, too.

Consequences
    The publisher no longer waits for its listeners, nor fails with them. Listeners see the change a
    moment later, perhaps twice: they must be able to take the same event again.

How to do it
    Write the event in the transaction of the change (an outbox), let a relay publish it, and give each
    subscriber its own queue and a table of what it has seen.

Scaffold
    `outbox`: `carveout scaffold SERVICE --step events`, for each service that listens; see `outbox`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import listed, recommend

_TELLS = re.compile(
    r"_*(?:publish|emit|announce|broadcast)(?:_.+)?\Z|_*(?:notify|send|fire|trigger|raise)_.*events?\Z"
)

_ASKS = re.compile(r"[.:_](?:can|may|allow|check|validate|get|extra|filter|collect|register)_\w+\Z")
"""Signals that, by their names, ask those who listen: who is told gives no answer."""


class PubSub:
    """Functions that tell others of a change."""

    name = "pub_sub"
    scaffold: str | None = "outbox"
    why = "who changes something waits for all that listen, and fails with them"
    help = "write an event with the change and publish it from there"
    consequences = "listeners run apart and see the change a moment later, perhaps twice"
    effort = "2 to 5 days for the first event, hours for each further one"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function that publishes."""
        asked = survey(graph, boundary)
        for function in asked.functions:
            told = list(_told(asked, function))
            if told and not _TELLS.match(asked.id(function).rpartition(".")[2]):
                title = (
                    f"{name_of(asked.id(function))} tells others by {listed(edge.target for edge in told)}"
                )
                places = (place for edge in told for place in edge.evidence)
                yield recommend(self, asked.id(function), title, places)


def _told(asked: Survey, function: int) -> Iterable[Edge]:
    """The edges by which a function tells of something, and asks nobody for an answer, nor beforehand."""
    changed = [
        _line(edge)
        for edge in (*asked.edges(function, "writes"), *asked.calls(function))
        if edge.kind == "writes"
        or (asked.is_own(edge.target) and asked.behind(asked.index(edge.target)).writes)
    ]
    for edge in asked.edges(function, "publishes"):
        before = bool(changed) and _line(edge) < min(changed)
        asks = "answered" in edge.how or _ASKS.search(edge.target) is not None
        if not edge.target.startswith("signal:django.db.") and not before and not asks:
            yield edge
    for edge in asked.edges(function, "calls"):
        last = edge.target.rpartition(".")[2]
        told = edge.target.startswith("function:") and _TELLS.match(last) and asked.is_own(edge.target)
        if told and not any(word.startswith("gives") for word in edge.how):
            yield edge


def _line(edge: Edge) -> int:
    """Where an edge stands in its function, by its first place."""
    return min((each.place.line for each in edge.evidence), default=0)


detector = PubSub()
