"""Which functions publish to exchanges and queues, and which are called for what comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.filled_patterns import Patterns
from ...python.handed_texts import HandedTexts, Told, Trust, Use
from ...python.holes import is_known
from ...python.libraries import imports_any, is_of
from ...python.variables import Variables
from .reading import SEPARATOR

_PACKAGES = frozenset({"pika", "kombu", "aio_pika", "aiormq", "rabbitpy", "pamqp", "amqp", "aioamqp"})
_USUAL = re.compile(
    r"(?:.*[._?])?\w*(?:producer|publisher|exchange|channel|chan|amqp|rabbit)\w*(?:\(\))?\Z", re.IGNORECASE
)
"""What is published with, where nothing tells what it is."""
_DEFAULT = re.compile(r".*\.default_exchange\Z")
_Reference = Mapping[str, Any]


class _Way(NamedTuple):
    """An exchange with a routing key: "" where there is none, or it is not told."""

    exchange: str
    key: str

    @property
    def topic(self) -> str:
        return "/".join(part for part in self if part)


def link_rabbitmq(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nothing where no code of the project imports one of the libraries."""
    if imports_any(world, _PACKAGES):
        yield from _Linking(world).items()


class _Linking:
    """One linking: objects that stand for exchanges and queues, and what was published."""

    def __init__(self, world: World) -> None:
        self.world, self.patterns = world, Patterns(world)
        self.facts = [(path, fact) for path, fact in world.facts("rabbitmq") if not world.is_test(path)]
        self.objects = {
            f"{world.module_of(path)}.{fact.data['name']}": (path, fact)
            for path, fact in self.facts
            if fact.kind == "object" and (fact.data["kind"] or self._gives(path, fact))
        }
        self.variables = Variables(world, self.objects)
        self.ways: dict[str, _Way] = {}
        self.published: set[_Way] = set()
        self.bound: dict[str, list[_Way]] = {}

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        facts = [(path, self._resolved(path, fact)) for path, fact in self.facts]
        texts = HandedTexts(self.world, facts, "unknown-topic", self._trusts, self._tells)
        for item in texts.items():  # all that is published is known before what is consumed is told
            if isinstance(item, Edge):
                self.published.add(self.ways[item.target])
            yield item
        for path, fact in self.facts:
            if fact.kind == "bound":
                queue, way = self._queue(path, fact, fact.data["queue"])
                exchange = self._name(path, fact, fact.data["exchange"])
                if exchange:
                    key = self._known(path, fact, fact.data["key"])
                    self.bound.setdefault(queue or way.topic, []).append(_Way(exchange, key))
        for path, fact in self.facts:
            if fact.kind == "consumed":
                yield from self._consumed(path, fact)

    # What stands for what --------------------------------------------------------------------------

    def _gives(self, path: str, fact: Fact) -> bool:
        """Whether what is kept came from a function of the project that makes it."""
        symbol = self.world.resolve(path, fact.scope, str(fact.data["code"]))
        return symbol is not None and symbol.kind == "function"

    def _object(self, path: str, scope: str, code: str, depth: int = 3) -> tuple[str, Fact] | None:
        """The exchange, queue or producer that code holds."""
        found = self.objects.get(self.variables.find(path, scope, code)) if code else None
        if found is None and code.endswith("()"):
            symbol = self.world.resolve(path, scope, code.removesuffix("()"))
            found = self.objects.get(f"{symbol.name}()") if symbol is not None else None
        if found is None or found[1].data["kind"]:
            return found
        made = f"{found[1].data['code']}()"
        return self._object(found[0], found[1].scope, made, depth - 1) if depth else None

    def _known(self, path: str, fact: Fact, parts: Any) -> str:
        text = self.patterns.text(path, fact.scope, parts) if parts else ""
        return text if is_known(text) else ""

    def _name(self, path: str, fact: Fact, reference: _Reference | None) -> str:
        """The name of an exchange or queue, "" where it is empty or nothing tells."""
        if reference is None:
            return ""
        held = self._object(path, fact.scope, str(reference.get("code", "")))
        if held is not None:
            return self._known(*held, held[1].data["text"])
        return self._known(path, fact, reference["text"])

    def _queue(self, path: str, fact: Fact, reference: _Reference) -> tuple[str, _Way]:
        """(what tells a queue from others, the way that it is bound by where it is made)."""
        held = self._object(path, fact.scope, str(reference.get("code", "")))
        where, made = held if held is not None else (path, fact)
        told = made.data if held is not None else reference
        name = self._name(path, fact, reference)
        exchange = self._name(where, made, told.get("exchange"))
        key = self._known(where, made, told.get("key"))
        code = f"{path} {reference.get('code', '')}"
        return name or code, _Way(exchange, key) if exchange else _Way("", name)

    # What is published -----------------------------------------------------------------------------

    def _trusts(self, path: str, fact: Fact) -> Trust | None:
        on = str(fact.data["on"])
        symbol = self.world.resolve(path, fact.scope, on)
        if self._holder(path, fact) is not None:
            return "certain", "syntax"
        if is_of(self.world, symbol, _PACKAGES):
            return (
                ("certain", "syntax") if symbol is not None and symbol.evident else ("likely", "value-flow")
            )
        own = self.world.resolve(path, fact.scope, str(fact.data["by"]))
        if (own is not None and own.kind == "function") or (symbol is not None and symbol.internal):
            return None
        named = fact.data["named"] and (fact.data["method"] == "basic_publish" or fact.data["exchange"])
        usual = fact.data["named"] and _USUAL.match(on) is not None
        return ("likely", "convention") if named or usual or _DEFAULT.match(on) else None

    def _holder(self, path: str, fact: Fact) -> tuple[tuple[str, Fact], Mapping[str, Any]] | None:
        """What something is published with, where that is told: where it was made, and how."""
        if (fact.data["holder"] or {}).get("kind"):
            return (path, fact), fact.data["holder"]
        held = self._object(path, fact.scope, str(fact.data["on"]))
        return (held, held[1].data) if held is not None else None

    def _resolved(self, path: str, fact: Fact) -> Fact:
        """A fact of kind `use` with the exchange, and the key, of what objects stand for."""
        if fact.kind != "use":
            return fact
        held = self._holder(path, fact)
        exchange, key = self._name(path, fact, fact.data["exchange"]), fact.data["key"]
        if held is not None and not exchange:
            where, made = held
            told = {"text": made["text"]} if made["kind"] == "exchange" else made["exchange"]
            exchange = self._name(*where, told)
            own = self._known(*where, made["key"])
            key = key or ([own] if own else [])
        parts = fact.data["texts"][0]
        given = [exchange] if exchange else parts[: parts.index(SEPARATOR)]
        return fact._replace(data={**fact.data, "texts": [[*given, SEPARATOR, *key]]})

    def _tells(self, use: Use, path: str, fact: Fact) -> Told:
        exchange, _, key = use.text.partition(SEPARATOR)
        way = _Way(exchange if is_known(exchange) else "", key if is_known(key) else "")
        if way.topic:
            self.ways[f"topic:{way.topic}"] = way
            source = self.world.scope_id(path, fact.scope)
            evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
            yield Node(f"topic:{way.topic}", attributes=(("store", "rabbitmq"),))
            yield Edge(source, f"topic:{way.topic}", use.kind, use.trust, evidence)

    # What is consumed ------------------------------------------------------------------------------

    def _consumed(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        """The callbacks of a consumer subscribe to what its queues are bound to."""
        place = Place(path, fact.line, fact.column)
        told = False
        for reference in fact.data["queues"]:
            kept = reference.get("kind") or self._object(path, fact.scope, str(reference.get("code", "")))
            if not kept and not _is_consumer(fact):
                return  # anything may be consumed and iterated over, and have queues
            queue, way = self._queue(path, fact, reference)
            ways = [*self.bound.get(queue, ()), *([way] if way.topic else ())]
            for topic in sorted({topic for each in ways for topic in self._topics(each)}):
                told = True
                yield Node(f"topic:{topic}", attributes=(("store", "rabbitmq"),))
                for source, trust in self._callbacks(path, fact):
                    yield Edge(source, f"topic:{topic}", "subscribes", trust, (Evidence(place),))
        if not told:
            yield BlindSpot("unknown-topic", place, str(fact.data["text"]))

    def _topics(self, way: _Way) -> Iterator[str]:
        """What is published that comes this way; what it is itself, where that is nothing."""
        found = [
            each.topic
            for each in self.published
            if each.exchange == way.exchange and _fits(each.key, way.key)
        ]
        yield from found or [way.topic]

    def _callbacks(self, path: str, fact: Fact) -> Iterator[tuple[str, Confidence]]:
        found: list[tuple[str, Confidence]] = []
        for code in fact.data["callbacks"]:
            symbol = self.world.resolve(path, fact.scope, str(code))
            if symbol is not None and symbol.kind == "function":
                found.append((f"function:{symbol.name}", "certain" if symbol.evident else "likely"))
        yield from found or [(self.world.scope_id(path, fact.scope), "certain")]


def _is_consumer(fact: Fact) -> bool:
    """Whether a call makes or runs a consumer by its name, or by the callbacks that it is given."""
    method = str(fact.data["method"])
    if method in ("consume", "iterator"):
        return False
    return method.startswith("basic_") or "consum" in method.lower() or bool(fact.data["callbacks"])


def _fits(key: str, bound: str) -> bool:
    """Whether a routing key is one that a queue is bound by: `*` is one word, `#` any number of them."""
    if not key or not bound or key == bound:
        return True
    pattern = re.escape(bound).replace(r"\*", r"[^.]+").replace(r"\#", ".*").replace(r"\{\}", ".*")
    return re.fullmatch(pattern, key) is not None
