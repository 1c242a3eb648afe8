"""Facts about commands, read from one file: functions that are commands, groups, calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import keyword, last_name

_DECLARES = re.compile(r"(?:\w*_)?(?:command|group)\Z|callback\Z")
_GROUPS = re.compile(r"(?:\w*Group|Typer|Manager|CommandCollection)\Z")
_OBJECT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")


def read_commands(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `declared`, `group`, `added`, `script` and `call`."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            yield from _declared(syntax, syntax.name_of(node, scope), decorator, scope)
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        yield from _group(syntax, node, scope)
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        yield from _called(syntax, node, scope)


def _declared(syntax: Syntax, handler: str, decorator: ast.expr, scope: str) -> Iterator[Fact]:
    """`@click.command("x")`, `@cli.group()`, `@app.cli.command()`, `@app.callback()`."""
    call = decorator if isinstance(decorator, ast.Call) else None
    function = call.func if call is not None else decorator
    if not _DECLARES.match(last_name(function)):
        return
    words = {k.arg: k.value for k in call.keywords} if call is not None else {}
    loaded = (syntax.string(value) or "" for value in words.values())
    data: dict[str, Json] = {
        "by": syntax.express(function, scope),
        "owner": syntax.express(function.value, scope) if isinstance(function, ast.Attribute) else "",
        "last": last_name(function),
        "name": _name(syntax, call),
        "loads": next((text for text in loaded if _OBJECT.match(text)), ""),
        "handler": handler,
    }
    yield Fact("declared", scope, decorator.lineno, decorator.col_offset, data)


def _group(syntax: Syntax, node: ast.Assign, scope: str) -> Iterator[Fact]:
    """`users = AppGroup("users")`, `app = typer.Typer(name="x")`."""
    target = node.targets[0]
    if not isinstance(node.value, ast.Call) or not isinstance(target, ast.Name):
        return
    if _GROUPS.match(last_name(node.value.func)):
        data = {
            "variable": f"{scope}.{target.id}" if scope else target.id,
            "by": syntax.express(node.value.func, scope),
            "name": _name(syntax, node.value),
        }
        yield Fact("group", scope, node.lineno, node.col_offset, data)


def _called(syntax: Syntax, node: ast.Call, scope: str) -> Iterator[Fact]:
    last, place = last_name(node.func), (node.lineno, node.col_offset)
    if last in ("add_command", "add_typer") and isinstance(node.func, ast.Attribute) and node.args:
        name = node.args[1] if len(node.args) > 1 else keyword(node, "name")
        data = {
            "on": syntax.express(node.func.value, scope),
            "child": syntax.express(node.args[0], scope),
            "name": _text(syntax, name),
        }
        yield Fact("added", scope, *place, data)
    elif last == "call_command" and node.args:
        called = _text(syntax, node.args[0])
        if called:
            yield Fact("call", scope, *place, {"name": called})


def _name(syntax: Syntax, call: ast.Call | None) -> str:
    """The name that a command is given: the first argument, or `name=`."""
    if call is None:
        return ""
    return _text(syntax, call.args[0] if call.args else keyword(call, "name"))


def _text(syntax: Syntax, node: ast.expr | None) -> str:
    text = syntax.string(node) or ""
    return "" if "{}" in text else text
