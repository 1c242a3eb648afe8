"""Facts about Dramatiq, read from one file: what makes actors, names them, and hands their methods on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.decorated_tasks import Words, read_decorated
from ...python.nodes import last_name, shown
from ...python.schedules import read_started

SENDS = frozenset({"send", "send_with_options"})
MESSAGES = frozenset({"message", "message_with_options"})
"""Methods of an actor that give a message, to be sent later."""
_AFTERWARDS = ("on_success", "on_failure")
_JOINS = frozenset({"pipeline", "group", "enqueue"})
_NAMES = re.compile(r"\w*(?:enqueue|get_actor|Message|send_task|send_job|dispatch|job|task)\w*\Z")
_STARTS = frozenset({"add_job", "scheduled_job", "register_job"})
_WORDS = Words(re.compile(r"\w*(?:actor|task)\w*\Z", re.IGNORECASE), "actor_name", "queue_name")


def read_dramatiq(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `task`, `made`, `started`, `canvas`, `handed` and `named`."""
    yield from read_decorated(syntax, _WORDS)
    yield from read_started(syntax, SENDS)
    sent: set[tuple[int, int]] = set()
    for node, _ in syntax.find(ast.Call, ast.BinOp):
        joins = isinstance(node, ast.Call) and last_name(node.func) in _JOINS
        if joins or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and last_name(inner.func) in MESSAGES:
                    sent.add((inner.lineno, inner.col_offset))
    if sent:
        yield Fact("canvas", "", 0, 0, {"at": [list(place) for place in sorted(sent)]})
    scheduled = {
        inner
        for call, _, _ in syntax.called(_STARTS)
        for inner in ast.walk(call)
        if isinstance(inner, ast.Call)
    }
    for call, scope, last in syntax.calls():
        if call not in scheduled:  # else a schedule sends it, not this function
            yield from _handed(syntax, call, scope)
        if _names(last):
            yield from _named(syntax, call, scope)


@lru_cache(maxsize=65536)
def _names(function: str) -> bool:
    return _NAMES.match(function) is not None


def _handed(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """`on_commit(actor.send)`, `partial(actor.send, 1)`, `actor.send_with_options(on_failure=other)`."""
    values = [*call.args, *(word.value for word in call.keywords)]
    items = [item.value for item in values if isinstance(item, ast.Attribute) and item.attr in SENDS]
    if last_name(call.func) in SENDS | MESSAGES:
        words = [word.value for word in call.keywords if word.arg in _AFTERWARDS]
        items += [item for item in words if isinstance(item, ast.Name | ast.Attribute)]
    for item in items:
        data = {"item": syntax.express(item, scope)}
        yield Fact("handed", scope, item.lineno, item.col_offset, data)


def _named(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """`broker.get_actor("bill")`, `Message(actor_name="bill")`, `enqueue_job("bill", 1)`."""
    given = next((word.value for word in call.keywords if word.arg in ("actor_name", "actor")), None)
    name = syntax.string(given if given is not None else call.args[0] if call.args else None)
    if name:
        data = {"on": syntax.express(call.func, scope), "name": name, "text": shown(call)}
        yield Fact("named", scope, call.lineno, call.col_offset, data)
