"""What code gives to a scheduler of APScheduler: functions, or methods that send tasks of other queues."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ..model.facts import Fact
from ..model.world import Syntax
from .nodes import last_name, shown

_ADDS = ("add_job", "add_schedule")
_ONCE = ("", "date", "DateTrigger")
_TIMES = (
    "year month week day day_of_week hour minute second weeks days hours minutes seconds crontab run_date"
).split()


class AddedJob(NamedTuple):
    """A call that gives something to a scheduler; `schedule` is "" for what is started once."""

    call: ast.Call
    scope: str
    what: ast.expr
    schedule: str


def added_jobs(syntax: Syntax) -> Iterator[AddedJob]:
    """`scheduler.add_job(f, "cron", hour=3)`."""
    for call, scope, _ in syntax.called(_ADDS):
        words = {word.arg: word.value for word in call.keywords if word.arg}
        what = words.get("func", call.args[0] if call.args else None)
        when = words.get("trigger", call.args[1] if len(call.args) > 1 else None)
        if what is not None and not isinstance(what, ast.Starred):
            yield AddedJob(call, scope, what, schedule_text(syntax, when, words, scope))


def unwrapped(syntax: Syntax, what: ast.expr, scope: str) -> tuple[ast.expr, bool]:
    """The function within what is around it (`partial(f, 1)`, `safely(f)`), and whether it is that alone."""
    bound = syntax.bound(what, scope)
    held = what if isinstance(what, ast.Call) else bound if isinstance(bound, ast.Call) else None
    if held is not None and held.args and isinstance(held.args[0], ast.Name | ast.Attribute):
        return held.args[0], last_name(held.func) == "partial"
    return what, True


def read_started(syntax: Syntax, sends: Collection[str]) -> Iterator[Fact]:
    """Facts of kind `started`: `add_job(task.delay, ...)`: a schedule sends the task of another queue."""
    for added in added_jobs(syntax):
        what, _ = unwrapped(syntax, added.what, added.scope)
        if isinstance(what, ast.Attribute) and what.attr in sends:
            data = {"item": syntax.express(what.value, added.scope), "schedule": added.schedule}
            yield Fact("started", added.scope, added.call.lineno, added.call.col_offset, data)


def schedule_text(syntax: Syntax, when: ast.expr | None, words: Mapping[str, ast.expr], scope: str) -> str:
    """`cron hour=3 minute=0`, `IntervalTrigger(hours=1)`; "" for what is started once."""
    text = syntax.string(when)
    if text is not None:
        times = [f"{word}={shown(words[word])}" for word in _TIMES if word in words]
        return " ".join([text, *times]) if text not in _ONCE else ""
    bound = syntax.bound(when, scope)
    if when is None or (isinstance(bound, ast.Call) and last_name(bound.func) in _ONCE):
        return ""
    if isinstance(when, ast.Constant):
        return ""
    return shown(bound if isinstance(bound, ast.Call) else when)
