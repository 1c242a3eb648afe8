"""Facts about RQ, read from one file: what is decorated, enqueued, scheduled, and handed on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.handed_functions import named_function, read_given
from ...python.nodes import last_name, shown


class _Place(NamedTuple):
    """Where a call takes the function: its place, its keyword, and the keywords of what is called when."""

    place: int
    keyword: str
    times: tuple[str, ...] = ()


SENDS = {
    "enqueue": _Place(0, "f"),
    "enqueue_call": _Place(0, "func"),
    "enqueue_in": _Place(1, "func"),
    "enqueue_at": _Place(1, "f"),
    "prepare_data": _Place(0, "func"),
    "schedule": _Place(1, "func", ("interval",)),
    "cron": _Place(1, "func", ("cron_string",)),
    "register": _Place(0, "func", ("cron", "interval")),
}
"""Methods of queues and schedulers that take a function, and where."""
_AFTERWARDS = ("on_success", "on_failure", "on_stopped")
_MAKER = re.compile(r"\w*job\w*\Z", re.IGNORECASE)
_HANDS = re.compile(r"\w*(?:enqueue|queue|schedule|launch|background|defer|job|task)\w*\Z", re.IGNORECASE)
_WHEN = ("interval", "cron_string", "cron")
_SHOWN = 120


def read_rq(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `job`, `partial`, `sent`, `given` and `entry`."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, syntax.name_of(node, scope), decorator, scope)
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        target, value = node.targets[0], node.value
        if not (isinstance(target, ast.Name) and isinstance(value, ast.Call) and _makes(target.id)):
            continue
        if value.args and syntax.dotted(value.func) == "functools.partial":
            data: dict[str, Json] = {"name": target.id, "of": syntax.express(value.args[0], scope)}
            yield Fact("partial", scope, node.lineno, node.col_offset, data)
    for call, scope, _ in syntax.called(_hands):
        yield from _called(syntax, call, scope)
    for call, scope, _ in syntax.called(("partial",)):
        if call.args and last_name(call.args[0]) in SENDS:
            yield from _sent(syntax, call, scope, call.args[0], call.args[1:])
    for node, scope in syntax.find(ast.Dict):
        assert isinstance(node, ast.Dict)
        yield from _entry(syntax, node, scope)


@lru_cache(maxsize=65536)
def _hands(name: str) -> bool:
    """Whether a function of that name may enqueue what it is given."""
    return name in SENDS or _HANDS.match(name) is not None


@lru_cache(maxsize=65536)
def _makes(name: str) -> bool:
    return _MAKER.match(name) is not None


def _decorated(syntax: Syntax, handler: str, decorator: ast.expr, scope: str) -> Iterator[Fact]:
    """`@job`, `@job("mail", connection=redis)`, `@rq.job(queue="mail")`."""
    call = decorator if isinstance(decorator, ast.Call) else None
    function = call.func if call is not None else decorator
    if _makes(last_name(function)):
        queue = None
        if call is not None:
            words = {word.arg: word.value for word in call.keywords}
            queue = syntax.string(call.args[0] if call.args else words.get("queue"))
        data = {"by": syntax.express(function, scope), "handler": handler, "queue": queue or ""}
        yield Fact("job", scope, decorator.lineno, decorator.col_offset, data)


def _called(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    if last_name(call.func) in SENDS:
        yield from _sent(syntax, call, scope, call.func, call.args)
    yield from read_given(syntax, call, scope)


def _sent(
    syntax: Syntax, call: ast.Call, scope: str, function: ast.expr, arguments: list[ast.expr]
) -> Iterator[Fact]:
    """What a queue is given, and what is called once that is done."""
    last = last_name(function)
    place, keyword, times = SENDS[last]
    words = {word.arg: word.value for word in call.keywords}
    what = words.get(keyword) or words.get("func")
    if what is None and place < len(arguments):
        what = arguments[place]
    if what is None or isinstance(what, ast.Starred):
        return
    when = next((words[each] for each in times if each in words), None)
    if times and when is None and arguments and last == "cron":
        when = arguments[0]
    for item in (what, *(words[each] for each in _AFTERWARDS if each in words)):
        if isinstance(item, ast.Call) and last_name(item.func) == "Callback" and item.args:
            item = item.args[0]
        code, name = named_function(syntax, item, scope)
        data = {
            "on": syntax.express(function, scope),
            "last": last,
            "code": code,
            "name": name,
            "schedule": shown(when) if when is not None else "",
            "text": f"{last}({shown(item)})"[:_SHOWN],
        }
        yield Fact("sent", scope, call.lineno, call.col_offset, data)


def _entry(syntax: Syntax, node: ast.Dict, scope: str) -> Iterator[Fact]:
    """`{"func": refresh, "interval": 60}`: the arguments of a schedule, in a list of them."""
    entry = {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    when = next((entry[each] for each in _WHEN if each in entry), None)
    if when is not None and "func" in entry:
        code, name = named_function(syntax, entry["func"], scope)
        data = {"code": code, "name": name, "schedule": shown(when)}
        yield Fact("entry", scope, node.lineno, node.col_offset, data)
