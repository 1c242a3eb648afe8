"""Facts about Kafka, read from one file: calls that name a topic, and those that may hand one on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.handed_texts import read_hands
from ...python.nodes import last_name, shown
from ...python.patterns import parts_of

PUBLISHES = frozenset({"send", "send_and_wait", "produce"})
CONSUMERS = frozenset({"KafkaConsumer", "AIOKafkaConsumer"})
SUBSCRIBES = frozenset({"subscribe"}) | CONSUMERS
_HANDS = re.compile(
    r"\w*(?:publish|produce|send|emit|event|message|consum|listen|topic|kafka)\w*\Z", re.IGNORECASE
)


def read_kafka(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `use` (a topic is named) and `hands`."""
    for call, scope, last in syntax.called(_hands):
        if last in PUBLISHES | SUBSCRIBES:
            yield from _used(syntax, call, scope)
        yield from read_hands(syntax, call, scope)


@lru_cache(maxsize=65536)
def _hands(name: str) -> bool:
    return name in PUBLISHES | SUBSCRIBES or _HANDS.match(name) is not None


def _used(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """`producer.send("orders", value)`, `KafkaConsumer("orders")`, `consumer.subscribe(["orders"])`."""
    last = last_name(call.func)
    named = next((word.value for word in call.keywords if word.arg in ("topic", "topics")), None)
    topics = [named] if named is not None else call.args if last in CONSUMERS else call.args[:1]
    items: list[ast.expr] = []
    for topic in topics:
        held = syntax.bound(topic, scope)
        items += held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else [topic]
    # Starred ones are several, that nothing tells; confluent-kafka's consumers are given their configuration.
    unknown = (ast.Starred, ast.Dict, ast.Call) if last in CONSUMERS else (ast.Starred, ast.Dict)
    items = [item for item in items if not isinstance(item, unknown)]
    keys: list[list[Json]] = [parts_of(syntax, item, scope) for item in items]
    if keys:
        holder = call.func.value if isinstance(call.func, ast.Attribute) else None
        data = {
            "on": syntax.express(holder, scope) if holder is not None else "",
            "by": syntax.express(call.func, scope),
            "kind": "publishes" if last in PUBLISHES else "subscribes",
            "method": last,
            "texts": keys,
            "text": shown(call),
        }
        yield Fact("use", scope, call.lineno, call.col_offset, data)
