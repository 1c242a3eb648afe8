"""Facts about Celery, read from one file: what makes tasks, names them, joins and schedules them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json, SourceFile
from ...model.world import Syntax
from ...python.nodes import last_name, shown
from ...python.patterns import parts_of
from ...python.schedules import read_started
from .chosen import read_chosen
from .handing import read_handing

SIGNATURES = ("s", "si", "signature", "subtask")
"""Methods of a task that give a signature: the task with its arguments, to be sent later."""
_MAKER = re.compile(r"\w*task\w*\Z", re.IGNORECASE)
_MADE = ("task", "shared_task", "register_task")
_CANVAS = ("chain", "group", "chord", "chunks", "xmap", "xstarmap", "replace", "add_to_chord")
_LINKS = ("link", "link_error", "body", "header")
_NAMED = ("send_task", "signature", "subtask")
_STORED = ("create", "get_or_create", "update_or_create", "PeriodicTask")
_ENTRY = frozenset({"schedule", "options", "args", "kwargs", "name"})


def read_celery(file: SourceFile, syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `task`, `class`, `made`, `canvas`, `named`, `periodic`, `started`, `beat` and
    `chosen`."""
    yield from read_started(syntax, ("delay", "apply_async"))
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, syntax.name_of(node, scope), decorator, scope)
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        runs = any(isinstance(part, ast.FunctionDef) and part.name == "run" for part in node.body)
        if runs or any(last_name(base).endswith("Task") for base in node.bases):
            yield from _class(syntax, node, scope)
    targets = {
        node.value: node.targets[0]
        for node, _ in syntax.find(ast.Assign)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    }
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        yield from _called(syntax, node, scope, targets.get(node))
    yield from _canvases(syntax)
    yield from read_chosen(syntax, frozenset({"delay", "apply_async", *SIGNATURES}))
    yield from read_handing(syntax, frozenset({"delay", "apply_async", *SIGNATURES}))
    if "beat" in file.text.lower():
        yield from _schedules(syntax)


def _decorated(syntax: Syntax, handler: str, decorator: ast.expr, scope: str) -> Iterator[Fact]:
    """`@app.task`, `@shared_task(name="x")` and whatever else a project calls its own task decorator."""
    call = decorator if isinstance(decorator, ast.Call) else None
    function = call.func if call is not None else decorator
    if not _MAKER.match(last_name(function)):
        return
    data = {
        "by": syntax.express(function, scope),
        "handler": handler,
        **_options(syntax, call, scope),
    }
    yield Fact("task", scope, decorator.lineno, decorator.col_offset, data)


def _class(syntax: Syntax, node: ast.ClassDef, scope: str) -> Iterator[Fact]:
    """The name that a task class gives itself."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and last_name(statement.targets[0]) == "name":
            name = syntax.string(statement.value)
            if name and "{}" not in name:
                data = {"class": syntax.name_of(node, scope), "name": name}
                yield Fact("class", scope, node.lineno, node.col_offset, data)


def _options(syntax: Syntax, call: ast.Call | None, scope: str) -> dict[str, Json]:
    """What a task is told when it is made: its name, its queue and, in older versions, its schedule."""
    words = {k.arg: k.value for k in call.keywords} if call is not None else {}
    name = syntax.string(words.get("name"))
    found: dict[str, Json] = {"name": name if name and "{}" not in name else ""}
    if (
        isinstance(words.get("name"), ast.Name | ast.Attribute | ast.JoinedStr | ast.BinOp) and not name
    ):  # a constant, perhaps of another module
        found["parts"] = parts_of(syntax, words["name"], scope)
    queue = syntax.string(words.get("queue"))
    if queue and "{}" not in queue:
        found["queue"] = queue
    if "run_every" in words:
        found["schedule"] = shown(words["run_every"])
    return found


def _called(syntax: Syntax, node: ast.Call, scope: str, target: ast.expr | None) -> Iterator[Fact]:
    last = last_name(node.func)
    place = (node.lineno, node.col_offset)
    if last in _MADE or (isinstance(node.func, ast.Call) and last_name(node.func.func) in _MADE):
        yield from _made(syntax, node, scope, target)
    elif last in _NAMED and (node.args or node.keywords):
        given = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "name"), None)
        name = syntax.string(given)
        data: dict[str, Json] = {
            "on": syntax.express(node.func, scope),
            "name": name if name is not None and "{}" not in name else None,
            "parts": parts_of(syntax, given, scope) if name is None and given is not None else [],
            "last": last,
            "text": shown(node),
        }
        yield Fact("named", scope, *place, data)
    elif last == "add_periodic_task" and len(node.args) > 1:
        item = node.args[1]
        name = syntax.string(next((k.value for k in node.keywords if k.arg == "name"), None))
        data = {
            "item": syntax.express(item, scope),
            "at": [item.lineno, item.col_offset],
            "name": name or "",
            "schedule": shown(node.args[0]),
            "text": shown(item),
        }
        yield Fact("periodic", scope, *place, data)
    elif last in _STORED and "PeriodicTask" in syntax.dotted(node.func):
        words = {k.arg: syntax.string(k.value) for k in node.keywords}
        if words.get("task"):
            data = {"name": words.get("name") or "", "task": words["task"], "code": "", "schedule": ""}
            yield Fact("beat", scope, *place, data)


def _made(syntax: Syntax, node: ast.Call, scope: str, target: ast.expr | None) -> Iterator[Fact]:
    """`add = app.task(function)`, `app.task(name="x")(function)`, `Send = app.register_task(Send())`."""
    if not node.args or not isinstance(node.args[0], ast.Name | ast.Attribute | ast.Call):
        return
    inner = node.func if isinstance(node.func, ast.Call) else None
    variable = target.id if isinstance(target, ast.Name) else ""
    data = {
        "by": syntax.express(inner.func if inner is not None else node.func, scope),
        "item": syntax.express(node.args[0], scope),
        "variable": variable,
        **_options(syntax, inner or node, scope),
    }
    yield Fact("made", scope, node.lineno, node.col_offset, data)


def _canvases(syntax: Syntax) -> Iterator[Fact]:
    """Where the signatures stand that a chain, group or chord, `|` or a link sends for certain."""
    sent: set[tuple[int, int]] = set()
    seen: set[ast.AST] = set()
    for node, _ in syntax.find(ast.Call, ast.BinOp):
        if node in seen:
            continue
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            parts = [node]
        elif isinstance(node, ast.Call):
            parts = [k.value for k in node.keywords if k.arg in _LINKS]
            function = node.func
            if last_name(function) in _CANVAS:
                parts += node.args
            elif isinstance(function, ast.Attribute) and function.attr in ("delay", "apply_async", "apply"):
                parts.append(function.value)
        for part in parts:
            for inner in ast.walk(part):
                seen.add(inner)
                if isinstance(inner, ast.Call) and last_name(inner.func) in SIGNATURES:
                    sent.add((inner.lineno, inner.col_offset))
    if sent:
        yield Fact("canvas", "", 0, 0, {"at": [list(place) for place in sorted(sent)]})


def _schedules(syntax: Syntax) -> Iterator[Fact]:
    """Entries of a beat schedule: dictionaries that name a task, under the key that names the entry."""
    names: dict[ast.AST, str] = {}
    for node, _ in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        if isinstance(node.value, ast.Dict) and isinstance(node.targets[0], ast.Subscript):
            names[node.value] = syntax.string(node.targets[0].slice) or ""
    for node, scope in syntax.find(ast.Dict):
        assert isinstance(node, ast.Dict)
        entry: dict[str, ast.expr] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            text = syntax.string(key) or ""
            entry[text] = value
            if isinstance(value, ast.Dict):
                names[value] = text
        if "task" not in entry or _ENTRY.isdisjoint(entry):
            continue
        task = syntax.string(entry["task"])
        data = {
            "name": names.get(node) or syntax.string(entry.get("name")) or "",
            "task": task if task is not None and "{}" not in task else "",
            "code": "" if task is not None else syntax.express(entry["task"], scope),
            "schedule": shown(entry["schedule"]) if "schedule" in entry else "",
            "text": shown(entry["task"]),
        }
        yield Fact("beat", scope, node.lineno, node.col_offset, data)
