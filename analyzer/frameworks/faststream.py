"""FastStream (Kafka, RabbitMQ, NATS, Redis): functions that subscribe to topics, and those that publish.

`@broker.subscriber("orders")`, `@broker.publisher("bills")` on what gives a message, `broker.publish(m)`.
A name is a text, or that of an object (`RabbitQueue("orders")`, a publisher); helpers that hand one on are
followed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.filled_patterns import Patterns
from ..python.handed_texts import HandedTexts, Told, Trust, Use, read_hands
from ..python.holes import is_known
from ..python.libraries import imports_any, is_of
from ..python.nodes import last_name, shown
from ..python.patterns import parts_of
from ..python.variables import Variables

_PACKAGES = frozenset({"faststream", "propan"})
_WORDS = ("queue", "topic", "subject", "channel", "list", "stream", "topics")
_OBJECTS = frozenset(
    {"publisher", "RabbitQueue", "ListSub", "StreamSub", "PubSub", "TopicPartition", "NatsSubject"}
)
_HANDS = re.compile(r"\w*(?:publish|produce|send|emit|event|message|notify|dispatch)\w*\Z", re.IGNORECASE)
_USUAL = re.compile(r"(?:.*[._?])?\w*(?:broker|router)\w*(?:\(\))?\Z", re.IGNORECASE)


class FastStream(Framework):
    """See the module."""

    name = "faststream"
    version = 1
    triggers = ("faststream", "propan", "subscriber", "publisher", "publish", "RabbitQueue")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `object` (a queue that is kept), `use` and `hands`."""
        if syntax is None:
            return
        for node, scope in syntax.find(ast.Assign):
            assert isinstance(node, ast.Assign)
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Name) and _is_object(value):
                data = {"name": target.id, "text": _texts(syntax, value, scope)}
                yield Fact("object", scope, node.lineno, node.col_offset, data)
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for each in node.decorator_list:
                last = last_name(each.func) if isinstance(each, ast.Call) else ""
                if isinstance(each, ast.Name | ast.Attribute) and "publisher" in last_name(each):
                    call = ast.copy_location(ast.Call(ast.Attribute(each, "publish"), [], []), each)
                    yield from _used(syntax, call, scope, "publishes", [], syntax.name_of(node, scope))
                if isinstance(each, ast.Call) and last in ("subscriber", "publisher"):
                    kind = "subscribes" if last == "subscriber" else "publishes"
                    yield from _used(syntax, each, scope, kind, each.args[:1], syntax.name_of(node, scope))
        for call, scope, last in syntax.called(_asked):
            if last == "publish":
                yield from _used(syntax, call, scope, "publishes", call.args[1:2], scope)
            if _HANDS.match(last):
                yield from read_hands(syntax, call, scope)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Nothing where no code of the project imports the library."""
        if not imports_any(world, _PACKAGES):
            return
        facts = [(path, fact) for path, fact in world.facts(self.name) if not world.is_test(path)]
        objects = {
            ".".join(part for part in (world.module_of(path), fact.scope, str(fact.data["name"])) if part): (
                path,
                fact,
            )
            for path, fact in facts
            if fact.kind == "object"
        }
        variables, patterns = Variables(world, objects), Patterns(world)

        def trusts(path: str, fact: Fact) -> Trust | None:
            on = str(fact.data["on"])
            symbol = world.resolve(path, fact.scope, on)
            if is_of(world, symbol, _PACKAGES):
                return (
                    ("certain", "syntax")
                    if symbol is not None and symbol.evident
                    else ("likely", "value-flow")
                )
            own = symbol is not None and symbol.kind not in ("variable", "external")
            return ("likely", "convention") if not own and _USUAL.match(on) else None

        def tells(use: Use, path: str, fact: Fact) -> Told:
            held = objects.get(variables.find(path, fact.scope, str(fact.data.get("code", ""))))
            text = patterns.text(held[0], held[1].scope, held[1].data["text"]) if held else use.text
            if is_known(text):
                source = world.scope_id(path, str(fact.data.get("function", fact.scope)))
                evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
                yield Node(f"topic:{text}", attributes=(("store", "faststream"),))
                yield Edge(source, f"topic:{text}", use.kind, use.trust, evidence)

        yield from HandedTexts(world, facts, "unknown-topic", trusts, tells).items()


@lru_cache(maxsize=65536)
def _asked(name: str) -> bool:
    return _HANDS.match(name) is not None


def _is_object(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in _OBJECTS


def _texts(syntax: Syntax, node: ast.expr, scope: str) -> list[object]:
    """The parts of the name that a text or an object of the library is."""
    held = syntax.bound(node, scope)
    if isinstance(held, ast.Call) and _is_object(held):
        words = (word.value for word in held.keywords if word.arg in ("name", *_WORDS))
        name = next(words, next(iter(held.args), None))
        return parts_of(syntax, name, scope) if name is not None else [["code", "?"]]
    return parts_of(syntax, node, scope)


def _used(
    syntax: Syntax, call: ast.Call, scope: str, kind: str, given: list[ast.expr], function: str
) -> Iterator[Fact]:
    """What a call names, by its place or by its word."""
    named = [word.value for word in call.keywords if word.arg in _WORDS]
    names = [each for each in (named or given) if not isinstance(each, ast.Starred)]
    if not names and isinstance(call.func, ast.Attribute) and "publisher" in last_name(call.func.value):
        names = [call.func.value]  # it knows its topic
    if names and isinstance(call.func, ast.Attribute):
        yield Fact("use", scope, call.lineno, call.col_offset, {
            "kind": kind, "texts": [_texts(syntax, each, scope) for each in names[:1]], "text": shown(call),
            "on": syntax.express(call.func.value, scope), "function": function,
            "code": syntax.express(names[0], scope) if isinstance(names[0], ast.Name | ast.Attribute) else "",
        })  # fmt: skip


framework = FastStream()
