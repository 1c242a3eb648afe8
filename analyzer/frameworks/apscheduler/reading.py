"""Facts about APScheduler, read from one file: what schedulers are given, by call, decorator or list."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.handed_functions import named_function, read_given
from ...python.nodes import last_name, shown
from ...python.schedules import added_jobs, schedule_text, unwrapped

_DECORATES = ("scheduled_job", "task", "register_job")
_HANDS = re.compile(r"\w*(?:job|sched|callback|cron|task|periodic)\w*\Z", re.IGNORECASE)
_SHOWN = 120


def read_apscheduler(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `sent` (calls and lists), `job` (decorators) and `given`."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in node.decorator_list:
            if isinstance(call, ast.Call) and last_name(call.func) in _DECORATES:
                yield from _decorated(syntax, syntax.name_of(node, scope), call, scope)
    for added in added_jobs(syntax):
        on = syntax.express(added.call.func, added.scope)
        yield from _sent(syntax, added.call, added.scope, on, added.what, added.schedule)
    for call, scope, _ in syntax.called(_hands):
        yield from read_given(syntax, call, scope)
    for entry, scope in syntax.find(ast.Dict):
        assert isinstance(entry, ast.Dict)
        words = {
            key.value: value
            for key, value in zip(entry.keys, entry.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        if "func" in words and "trigger" in words:  # Flask-APScheduler's JOBS
            when = schedule_text(syntax, words["trigger"], words, scope)
            yield from _sent(syntax, entry, scope, "", words["func"], when)


@lru_cache(maxsize=65536)
def _hands(name: str) -> bool:
    """Whether a function of that name may give a scheduler what it is given."""
    return _HANDS.match(name) is not None


def _decorated(syntax: Syntax, handler: str, call: ast.Call, scope: str) -> Iterator[Fact]:
    """`@scheduler.scheduled_job("cron", hour=3)`, `@register_job(scheduler, "interval", hours=1)`."""
    words = {word.arg: word.value for word in call.keywords if word.arg}
    args = call.args[1:] if last_name(call.func) == "register_job" else call.args
    when = words.get("trigger", args[0] if args else None)
    data = {
        "by": syntax.express(call.func, scope),
        "handler": handler,
        "schedule": schedule_text(syntax, when, words, scope),
    }
    yield Fact("job", scope, call.lineno, call.col_offset, data)


def _sent(
    syntax: Syntax, node: ast.Call | ast.Dict, scope: str, on: str, what: ast.expr, schedule: str
) -> Iterator[Fact]:
    """The function that is given, out of what is put around it (`partial(f, 1)`, `safely(f)`)."""
    what, whole = unwrapped(syntax, what, scope)
    code, name = named_function(syntax, what, scope)
    if isinstance(what, ast.Lambda):
        code = f"<{syntax.name_of(what, scope)}>"
    data: dict[str, Json] = {
        "on": on,
        "code": code,
        "name": name,
        "whole": whole,
        "schedule": schedule,
        "text": f"add_job({shown(what)})"[:_SHOWN],
    }
    yield Fact("sent", scope, node.lineno, node.col_offset, data)
