"""Facts about Huey, read from one file: what makes tasks, joins them, and hands them on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.decorated_tasks import Words, read_decorated
from ...python.handed_functions import read_given
from ...python.nodes import last_name

SIGNATURE = "s"
"""The method of a task that gives it with its arguments, to be queued later."""
_QUEUES = ("enqueue", "then", "error", "group", "chord")
LATER = ("schedule", "map")
"""Methods of a task that queue it."""
_HELPS = re.compile(r"\w*(?:enqueue|queue|schedule|launch|background|defer|task)\w*\Z", re.IGNORECASE)
_HANDS = ("on_commit", "partial", "then", "error")
_WORDS = Words(re.compile(r"\w*task\w*\Z", re.IGNORECASE), "name", "queue")


def read_huey(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `task`, `made`, `queued` (places of signatures), `handed`, `sent` and `given`."""
    yield from read_decorated(syntax, _WORDS)
    queued = {
        (inner.lineno, inner.col_offset)
        for call, _, _ in syntax.called(_QUEUES)
        for inner in ast.walk(call)
        if isinstance(inner, ast.Call) and last_name(inner.func) == SIGNATURE
    }
    if queued:
        yield Fact("queued", "", 0, 0, {"at": [list(place) for place in sorted(queued)]})
    for call, scope, _ in syntax.called(_HANDS):
        item = call.args[0] if call.args else None
        if isinstance(item, ast.Name | ast.Attribute):
            data = {"item": syntax.express(item, scope)}
            yield Fact("handed", scope, item.lineno, item.col_offset, data)
    for call, scope, _ in syntax.called(_helps):
        if isinstance(call.func, ast.Attribute) and call.func.attr in (*LATER, SIGNATURE):
            held = call.func.value
            if isinstance(held, ast.Name):  # perhaps a parameter
                data = {"code": syntax.express(held, scope)}
                yield Fact("sent", scope, call.lineno, call.col_offset, data)
        yield from read_given(syntax, call, scope)


@lru_cache(maxsize=65536)
def _helps(name: str) -> bool:
    """Whether a function of that name may queue a task that it is given."""
    return name in LATER or name == SIGNATURE or _HELPS.match(name) is not None
