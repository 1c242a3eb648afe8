"""Outbox: a call that nobody waits for is written down with the change, and made afterwards.

When it applies
    A function writes, then calls a function of another service that changes something, and takes no
    answer from it.

Evidence
    The call. Whether the other function raises what the caller must know of cannot be told from the
    call: the step *events* names what it raises.

Consequences
    The change and the word of it are kept together or not at all; the sender no longer fails with the
    receiver, nor waits for it. The receiver does its work a moment later, perhaps twice: each event is
    noted in the transaction of what it does.

How to do it
    Write an event in the transaction of the change, let a relay pass it on, give each receiver an inbox
    that takes each event once and keeps the order of those about the same thing.

Scaffold
    `carveout scaffold SERVICE --step events`, for the service that is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import listed, recommend


class Outbox:
    """Functions that tell another service of what they wrote, and do not ask for its answer."""

    name = "outbox"
    scaffold: str | None = "outbox"
    why = "the change is kept and the call fails, or the change is taken back and the call was made"
    help = "write an event with the change: carveout scaffold SERVICE --step events"
    consequences = "both are kept or neither; the receiver works a moment later, perhaps twice"
    effort = "1 to 3 days for the first service, hours for each further one"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function that calls so."""
        asked = survey(graph, boundary)
        for function in asked.functions:
            told = list(_told(asked, function))
            if told:
                names = listed(edge.target for edge in told)
                title = (
                    f"{name_of(asked.id(function))} writes, then calls {names}, whose answer it does not take"
                )
                places = (place for edge in told for place in edge.evidence)
                yield recommend(self, asked.id(function), title, places)


def _told(asked: Survey, function: int) -> Iterable[Edge]:
    """The calls of other services behind the function's first write, from which nothing is taken."""
    home = asked.owner(asked.id(function))
    first: int | None = None
    for edge in sorted(
        [*asked.calls(function), *asked.edges(function, "writes")], key=lambda edge: edge.order
    ):
        owner = asked.owner(edge.target)
        if edge.kind == "writes":
            first = edge.order if first is None else first
            continue
        if home is None or not asked.is_own(edge.target):
            continue
        changes = bool(asked.behind(asked.index(edge.target)).writes)
        if owner in (home, None):
            first = edge.order if changes and first is None else first
        elif changes and "answered" not in edge.how and first is not None and edge.order > first:
            yield edge


detector = Outbox()
