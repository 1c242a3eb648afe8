"""What a function keeps once: made at its first use, remembered by its key, or registered by a decorator.

Each process comes to the same by itself, so that nothing is lost where there are several, unless what was
made changes what it holds afterwards: what may have made it is told along.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ...model.world import Syntax

_MISSING = frozenset({"KeyError", "LookupError"})
_FILLS = frozenset({"append", "add", "insert", "setdefault"})
_CHANGES = _FILLS | {"pop", "clear", "update", "remove", "discard"}


def read_once(syntax: Syntax, written: Mapping[str, set[str]]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """(scope, name -> what makes it) of variables that a function writes in no other way.

    `written`: all that scopes write; what makes a variable are the expressions that are called for it.
    """
    for node, outer in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        scope = syntax.name_of(node, outer)
        names = written.get(scope)
        if names:
            found = [name for name in sorted(names) if name.isidentifier() and _is_once(node, name)]
            if found:
                yield scope, {name: sorted(_makers(syntax, node, scope, name)) for name in found}


def _makers(syntax: Syntax, function: ast.AST, scope: str, name: str) -> set[str]:
    return {
        syntax.express(part.value.func, scope)
        for part in ast.walk(function)
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call) and _targets(part, name)
    }


def _is_once(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    parts = list(ast.walk(function))
    returned = {
        each.id
        for part in parts
        if isinstance(part, ast.Return) and part.value is not None
        for each in ast.walk(part.value)
        if isinstance(each, ast.Name)
    }
    arguments = {each.arg for each in (*function.args.posonlyargs, *function.args.args)}
    if _registers(parts, name, arguments & returned):
        return True
    stores = [part for part in parts if isinstance(part, ast.Assign) and _targets(part, name)]
    changes = sum(_is_name(part.value, name) for part in parts if _changes(part))  # type: ignore[attr-defined]
    if not stores or changes or not any(_asks(part, name) for part in parts):
        return False
    if all(_targets(part, name) == "name" for part in stores):
        return True
    aliases = {
        each.id
        for part in stores
        for node in (*part.targets, part.value)
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and not isinstance(node, ast.Subscript)
    }
    return bool(returned & {name, *aliases})


def _registers(parts: list[ast.AST], name: str, handed_back: set[str]) -> bool:
    """Whether what a function hands back as it was is put into the variable, as decorators do."""
    for part in parts:
        if isinstance(part, ast.Assign) and _targets(part, name) == "item":
            given = [part.value]
        elif (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in _FILLS
            and _is_name(part.func.value, name)
        ):
            given = part.args
        else:
            continue
        if _mentions(given, handed_back):
            return True
    return False


def _mentions(nodes: list[ast.expr], names: set[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in names for node in nodes for each in ast.walk(node))


def _targets(node: ast.Assign, name: str) -> str:
    """How an assignment writes the variable: its `name`, an `item` of it, or not at all."""
    for target in node.targets:
        if _is_name(target, name):
            return "name"
        if isinstance(target, ast.Subscript) and _is_name(target.value, name):
            return "item"
    return ""


def _changes(part: ast.AST) -> bool:
    """Whether something is done to an object by one of its methods that fill or empty it, or by `del`."""
    if isinstance(part, ast.Subscript):
        return isinstance(part.ctx, ast.Del)
    return isinstance(part, ast.Attribute) and part.attr in _CHANGES


def _asks(part: ast.AST, name: str) -> bool:
    """Whether it is looked at whether the variable, or one of its items, is there."""
    if isinstance(part, ast.Compare):
        if isinstance(part.ops[0], ast.Is | ast.IsNot):
            return _is_name(part.left, name)
        return isinstance(part.ops[0], ast.In | ast.NotIn) and _is_name(part.comparators[0], name)
    if isinstance(part, ast.UnaryOp):
        return isinstance(part.op, ast.Not) and _is_name(part.operand, name)
    if isinstance(part, ast.If | ast.IfExp):
        return _is_name(part.test, name)
    if isinstance(part, ast.Call):
        function = part.func
        return (
            isinstance(function, ast.Attribute) and function.attr == "get" and _is_name(function.value, name)
        )
    if isinstance(part, ast.ExceptHandler):
        return isinstance(part.type, ast.Name) and part.type.id in _MISSING
    return False


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
