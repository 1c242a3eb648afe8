"""Which functions publish to topics, and which listen to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.filled_patterns import Patterns
from ...python.holes import is_known
from ...python.patterns import names_in
from .reading import CONSUMERS, PUBLISHES

_LIBRARIES = frozenset({"kafka", "aiokafka", "confluent_kafka"})
_USUAL = re.compile(r"(?:.*[._?])?\w*(?:producer|consumer|kafka)\w*(?:\(\))?\Z", re.IGNORECASE)
"""What producers and consumers are called, where nothing tells what they are."""
_ROUNDS, _GIVEN = 3, "\0"


class _Use(NamedTuple):
    """A topic that a function names; in `text`, `_GIVEN` stands for what its callers give for `parameter`."""

    kind: str
    text: str
    parameter: str
    trust: Confidence
    via: Via


def link_kafka(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nothing where no code of the project imports one of the libraries."""
    if _is_used(world):
        yield from _Linking(world).items()


class _Linking:
    """One linking: `waiting` is what is told of a function unless its callers tell more."""

    def __init__(self, world: World) -> None:
        self.world, self.patterns = world, Patterns(world)
        self.facts = [(path, fact) for path, fact in world.facts("kafka") if not world.is_test(path)]
        self.handing: dict[str, list[_Use]] = {}
        self.waiting: dict[str, list[Node | Edge | BlindSpot]] = {}

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        for path, fact in self.facts:
            if fact.kind == "use":
                yield from self._used(path, fact)
        for _ in range(_ROUNDS):
            handing, self.handing = self.handing, {}
            for path, fact in self.facts if handing else ():
                if fact.kind == "hands":
                    yield from self._handed(handing, path, fact)
        for items in self.waiting.values():
            yield from items

    def _used(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        """What a call of a producer or consumer names."""
        sure = _trust(self.world, path, fact)
        if sure is None:
            return
        function = f"{self.world.module_of(path)}.{fact.scope}"
        kind = "publishes" if fact.data["method"] in PUBLISHES else "subscribes"
        for topic in fact.data["topics"]:
            use = _Use(kind, self.patterns.text(path, fact.scope, topic), "", *sure)
            told: list[Node | Edge | BlindSpot] = [*self._edges(use, path, fact)]
            if not told:
                place = Place(path, fact.line, fact.column)
                told.append(BlindSpot("unknown-topic", place, str(fact.data["text"])))
            if self._hand_on(use, _GIVEN, path, fact, topic):
                self.waiting.setdefault(function, []).extend(told)
            else:
                yield from told

    def _handed(self, handing: Mapping[str, list[_Use]], path: str, fact: Fact) -> Iterator[Node | Edge]:
        """What a call gives for the parameters of a function that hands them on as topics."""
        symbol = self.world.resolve(path, fact.scope, str(fact.data["by"]))
        name = symbol.name if symbol is not None and symbol.kind == "function" else ""
        for use in handing.get(name, ()):
            for given, parts in fact.data["given"]:
                if given in use.parameter.split():
                    text = use.text.replace(_GIVEN, self.patterns.text(path, fact.scope, parts))
                    mine = _Use(use.kind, text, "", "likely", "value-flow")
                    found = [*self._edges(mine, path, fact)]
                    more = self._hand_on(mine, use.text, path, fact, parts)
                    if found or more:
                        self.waiting.pop(name, None)
                    if more:
                        own = f"{self.world.module_of(path)}.{fact.scope}"
                        self.waiting.setdefault(own, []).extend(found)
                    else:
                        yield from found

    def _hand_on(self, use: _Use, whole: str, path: str, fact: Fact, parts: Sequence[Json]) -> bool:
        """Whether callers of the function tell the topic, or a part of it."""
        known = next((d.parameters for d in self.world.files[path].definitions if d.name == fact.scope), ())
        for name in names_in(parts):
            if name in known:
                own = self.patterns.text(path, fact.scope, parts, {name: _GIVEN})
                bound = "." in fact.scope and known[0] in ("self", "cls")
                function = f"{self.world.module_of(path)}.{fact.scope}"
                place = f"{name} {[*known].index(name) - bound}"
                text = whole.replace(_GIVEN, own)
                self.handing.setdefault(function, []).append(use._replace(text=text, parameter=place))
                return True
        return False

    def _edges(self, use: _Use, path: str, fact: Fact) -> Iterator[Node | Edge]:
        if is_known(use.text):
            evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
            source = self.world.scope_id(path, fact.scope)
            yield Node(f"topic:{use.text}", attributes=(("store", "kafka"),))
            yield Edge(source, f"topic:{use.text}", use.kind, use.trust, evidence)


def _is_used(world: World) -> bool:
    libraries = {name for name in _LIBRARIES if name not in world.modules}
    return any(
        item.module.partition(".")[0] in libraries
        for path, file in world.files.items()
        if not world.is_test(path)
        for item in file.imports
    )


def _trust(world: World, path: str, fact: Fact) -> tuple[Confidence, Via] | None:
    """How sure it is that a call is one of a producer or consumer; None where it is not."""
    method, holder = str(fact.data["method"]), str(fact.data["on"])
    code = str(fact.data["by"]) if method in CONSUMERS else holder
    symbol = world.resolve(path, fact.scope, code) if code else None
    if symbol is not None and _is_library(world, symbol):
        return ("certain", "syntax") if symbol.evident else ("likely", "value-flow")
    unknown = symbol is None or symbol.kind == "variable"
    usual = unknown and method not in CONSUMERS and _USUAL.match(holder) is not None
    return ("likely", "convention") if usual else None


def _is_library(world: World, symbol: Symbol) -> bool:
    if symbol.kind in ("class", "instance"):
        above = world.ancestors(symbol.name)
        return any(each.kind == "external" and _is_library(world, each) for each in above)
    return symbol.kind == "external" and symbol.name.partition(".")[0] in _LIBRARIES
