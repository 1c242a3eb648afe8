"""Who sends signals."""

from __future__ import annotations

from collections.abc import Container, Iterator

from ...model.evidence import Confidence, Evidence, Place, Via
from ...model.graph import Edge
from ...model.world import World
from .known import Signals
from .reading import SENDS


def link_publishing(world: World, signals: Signals) -> Iterator[Edge]:
    """`publishes` from the functions that call `.send()` of a signal."""
    answered = {
        Place(path, fact.line, fact.column)
        for path, fact in world.facts("signals")
        if fact.kind == "answered"
    }
    for path in world.files:
        for call, _ in world.calls(path):
            code, _, method = call.target.rpartition(".")
            if method not in SENDS or not code:
                continue
            place = Place(path, call.line, call.column)
            id = signals.find(path, call.scope, (code, ""))
            if id:
                yield _edge(world, call.scope, id, place, call.order, answered)
                continue
            for each in signals.below(path, call.scope, code):
                yield _edge(world, call.scope, each, place, call.order, answered, "likely")
    for path, fact in world.facts("signals"):
        if fact.kind == "send":
            id = signals.find(path, fact.scope, fact.data["signal"])
            if id:
                yield _edge(world, fact.scope, id, Place(path, fact.line, fact.column), 0, answered)


def _edge(
    world: World,
    scope: str,
    id: str,
    place: Place,
    order: int,
    answered: Container[Place],
    trust: Confidence = "certain",
) -> Edge:
    via: Via = "syntax" if trust == "certain" else "convention"
    how = ("answered",) if place in answered else ()
    source = world.scope_id(place.path, scope)
    return Edge(source, id, "publishes", trust, (Evidence(place, via),), order, how=how)
