"""Which functions publish to topics, and which listen to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.handed_texts import HandedTexts, Told, Trust, Use
from ...python.holes import is_known
from ...python.libraries import imports_any, is_of
from .reading import CONSUMERS

_LIBRARIES = frozenset({"kafka", "aiokafka", "confluent_kafka"})
_USUAL = re.compile(r"(?:.*[._?])?\w*(?:producer|consumer|kafka)\w*(?:\(\))?\Z", re.IGNORECASE)
"""What producers and consumers are called, where nothing tells what they are."""


def link_kafka(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nothing where no code of the project imports one of the libraries."""
    if not imports_any(world, _LIBRARIES):
        return

    def tells(use: Use, path: str, fact: Fact) -> Told:
        if is_known(use.text):
            evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
            source = world.scope_id(path, fact.scope)
            yield Node(f"topic:{use.text}", attributes=(("store", "kafka"),))
            yield Edge(source, f"topic:{use.text}", use.kind, use.trust, evidence)

    facts = [(path, fact) for path, fact in world.facts("kafka") if not world.is_test(path)]
    texts = HandedTexts(world, facts, "unknown-topic", lambda path, fact: _trust(world, path, fact), tells)
    yield from texts.items()


def _trust(world: World, path: str, fact: Fact) -> Trust | None:
    """How sure it is that a call is one of a producer or consumer; None where it is not."""
    method, holder = str(fact.data["method"]), str(fact.data["on"])
    code = str(fact.data["by"]) if method in CONSUMERS else holder
    symbol = world.resolve(path, fact.scope, code) if code else None
    if symbol is not None and is_of(world, symbol, _LIBRARIES):
        return ("certain", "syntax") if symbol.evident else ("likely", "value-flow")
    unknown = symbol is None or symbol.kind == "variable"
    usual = unknown and method not in CONSUMERS and _USUAL.match(holder) is not None
    return ("likely", "convention") if usual else None
