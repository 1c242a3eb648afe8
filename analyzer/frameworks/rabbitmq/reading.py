"""Facts about RabbitMQ, read from one file: what is published where, consumed, bound, and kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.handed_texts import read_hands
from ...python.nodes import last_name, shown
from ...python.patterns import parts_of

SEPARATOR = "\x1f"
"""Between exchange and routing key, in a text that tells both."""
_MAKES = {
    "Exchange": "exchange", "declare_exchange": "exchange", "get_exchange": "exchange",
    "Queue": "queue", "declare_queue": "queue", "get_queue": "queue",
    "Producer": "producer", "Publisher": "producer",
}  # fmt: skip
_PUBLISHES = frozenset({"publish", "basic_publish"})
_BINDS = frozenset({"queue_bind", "bind", "bind_to"})
_CONSUMES = frozenset({"basic_consume", "consume", "iterator", "basic_get"})
_HANDS = re.compile(
    r"\w*(?:publish|produce|send|emit|event|message|consum|topic|queue|notify|dispatch)\w*\Z", re.IGNORECASE
)
_CALLBACKS = ("on_message_callback", "on_message", "callback", "callbacks", "consumer_callback")
_KEPT = re.compile(r"exchange|queue|producer|publisher|rabbit|amqp", re.IGNORECASE)
"""What variables and functions are called that keep or give such objects."""
_Words = Mapping[str | None, ast.expr]


def read_rabbitmq(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `object`, `use`, `hands`, `bound` and `consumed`."""
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign, ast.Return):
        assert isinstance(node, ast.Assign | ast.AnnAssign | ast.Return)
        yield from _object(syntax, node, scope)
    for call, scope, last in syntax.calls():
        words: _Words = {word.arg: word.value for word in call.keywords}
        if last in _PUBLISHES:
            yield from _published(syntax, call, scope, last, words)
        elif last in _BINDS and isinstance(call.func, ast.Attribute):
            yield from _bound(syntax, call, scope, last, words)
        elif last in _CONSUMES or "queues" in words:
            yield from _consumed(syntax, call, scope, last, words)
        if _HANDS.match(last):
            yield from read_hands(syntax, call, scope)


def _object(syntax: Syntax, node: ast.Assign | ast.AnnAssign | ast.Return, scope: str) -> Iterator[Fact]:
    """`self.events = Exchange("events")`, `return Queue("bills", exchange=events)`, `all = get_events()`."""
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    if not isinstance(value, ast.Call):
        return
    name = f"{scope}()"
    if not isinstance(node, ast.Return):
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        inside = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        if not (isinstance(target, ast.Name) or (inside and last_name(target.value) in ("self", "cls"))):  # type: ignore[attr-defined]
            return
        holder = scope.rpartition(".")[0] if isinstance(target, ast.Attribute) else scope
        name = f"{holder}.{last_name(target)}".lstrip(".")
    kind = _kind(value)
    if kind:
        yield Fact(
            "object",
            scope,
            value.lineno,
            value.col_offset,
            {"name": name, **_made(syntax, value, scope, kind)},
        )
    elif not isinstance(node, ast.Return) and _KEPT.search(f"{name} {last_name(value.func)}"):
        data = {"name": name, "kind": "", "code": syntax.express(value.func, scope)}
        yield Fact("object", scope, value.lineno, value.col_offset, data)


def _kind(call: ast.Call) -> str:
    """What a call makes: exchange, queue or producer; "" for anything else."""
    last = last_name(call.func)
    asked = not last[:1].isupper()  # `channel.declare_queue("bills")`
    return _MAKES.get(last, "") if not asked or (isinstance(call.func, ast.Attribute) and call.args) else ""


def _made(syntax: Syntax, call: ast.Call, scope: str, kind: str) -> dict[str, Json]:
    """What an exchange, queue or producer is told when it is made."""
    words: _Words = {word.arg: word.value for word in call.keywords}
    first = call.args[0] if call.args else None
    exchange = words.get("exchange", call.args[1] if len(call.args) > 1 and kind != "exchange" else None)
    return {
        "kind": kind,
        "by": syntax.dotted(call.func),
        "text": _parts(
            syntax, words.get("name", words.get("queue", first)) if kind != "producer" else None, scope
        ),
        "exchange": _reference(syntax, exchange, scope),
        "key": _parts(syntax, words.get("routing_key"), scope),
    }


def _parts(syntax: Syntax, node: ast.expr | None, scope: str) -> list[Json]:
    return parts_of(syntax, node, scope) if node is not None else []


def _reference(syntax: Syntax, node: ast.expr | None, scope: str) -> dict[str, Json] | None:
    """An exchange or a queue: its name, code that holds it, or how it is made on the spot."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    held = syntax.bound(node, scope)
    node = held if isinstance(held, ast.expr) else node
    node = node.value if isinstance(node, ast.Await) else node
    if isinstance(node, ast.Call) and _kind(node):
        return {"code": "", **_made(syntax, node, scope, _kind(node))}
    return {"code": syntax.express(node, scope), "text": parts_of(syntax, node, scope)}


def _published(syntax: Syntax, call: ast.Call, scope: str, last: str, words: _Words) -> Iterator[Fact]:
    """`channel.basic_publish("events", "k", m)`, `producer.publish(m, exchange=e)`, `e.publish(m, "k")`."""
    places = call.args if last == "basic_publish" else [None, *call.args[1:2]]
    exchange = words.get("exchange", places[0] if places else None)
    key = words.get("routing_key", places[1] if len(places) > 1 else None)
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    named = last == "basic_publish" or bool({"exchange", "routing_key"} & set(words))
    if holder is None or not (named or key is not None):
        return
    reference = _reference(syntax, exchange, scope)
    text = reference["text"] if reference is not None else []
    yield Fact("use", scope, call.lineno, call.col_offset, {
        "kind": "publishes", "texts": [[*text, SEPARATOR, *_parts(syntax, key, scope)]], "text": shown(call),
        "on": syntax.express(holder, scope), "method": last, "exchange": reference, "named": named,
        "key": _parts(syntax, key, scope), "holder": _reference(syntax, holder, scope),
        "by": syntax.express(call.func, scope),
    })  # fmt: skip


def _bound(syntax: Syntax, call: ast.Call, scope: str, last: str, words: _Words) -> Iterator[Fact]:
    """`channel.queue_bind(queue=q, exchange="events", routing_key="paid")`, `queue.bind(events, "paid")`."""
    given: list[ast.expr | None] = [*call.args, None, None, None]
    assert isinstance(call.func, ast.Attribute)
    if last != "queue_bind":
        given.insert(0, call.func.value)
    queue, exchange, key = (
        words.get(name, given[place]) for place, name in enumerate(("queue", "exchange", "routing_key"))
    )
    data = {
        "queue": _reference(syntax, queue, scope),
        "exchange": _reference(syntax, exchange, scope),
        "key": _parts(syntax, key, scope),
    }
    if data["queue"] and data["exchange"]:
        yield Fact("bound", scope, call.lineno, call.col_offset, data)


def _consumed(syntax: Syntax, call: ast.Call, scope: str, last: str, words: _Words) -> Iterator[Fact]:
    """`Consumer(queues=[q], callbacks=[f])`, `channel.basic_consume("q", f)`, `await queue.consume(f)`."""
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    queues: list[ast.expr] = []
    if "queues" in words:
        held = syntax.bound(words["queues"], scope)
        queues = [*held.elts] if isinstance(held, ast.List | ast.Tuple) else [words["queues"]]
    elif last.startswith("basic_"):
        given = words.get("queue", next((each for each in call.args if not _is_function(syntax, each)), None))
        queues = [given] if given is not None else []
    elif holder is not None:
        queues = [holder]
    asked = [words[name] for name in _CALLBACKS if name in words]
    asked = [
        each for item in asked for each in (item.elts if isinstance(item, ast.List | ast.Tuple) else [item])
    ]
    if not asked and last in ("consume", "basic_consume"):
        asked = call.args[:1] if last == "consume" else [each for each in call.args if each not in queues]
    references = [reference for each in queues if (reference := _reference(syntax, each, scope))]
    if references:
        yield Fact("consumed", scope, call.lineno, call.col_offset, {
            "queues": references, "text": shown(call), "method": last,
            "callbacks": [syntax.express(_called(each), scope) for each in asked],
        })  # fmt: skip


def _is_function(syntax: Syntax, node: ast.expr) -> bool:
    name = last_name(node)
    return isinstance(node, ast.Lambda) or "callback" in name or name.startswith(("on_", "handle", "process"))


def _called(node: ast.expr) -> ast.expr:
    """What a callback calls: `f` of `lambda m: f(m)` and of `partial(f, 1)`."""
    if isinstance(node, ast.Lambda) and isinstance(node.body, ast.Call):
        return node.body.func
    if isinstance(node, ast.Call) and last_name(node.func) == "partial" and node.args:
        return node.args[0]
    return node
