"""Loops that set attributes by keys: `for key, value in given.items(): setattr(x, key, value)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def attributes_set(node: ast.For | ast.AsyncFor) -> tuple[ast.expr, ast.expr] | None:
    """What such a loop gives attributes to, and the dictionary; None for other loops."""
    items, target = node.iter, node.target
    if not (isinstance(target, ast.Tuple) and len(target.elts) == 2 and isinstance(items, ast.Call)):
        return None
    if not (isinstance(items.func, ast.Attribute) and items.func.attr == "items" and not items.args):
        return None
    given, (key, value) = items.func.value, target.elts
    if not (isinstance(key, ast.Name) and isinstance(value, ast.Name) and _is_plain(given)):
        return None
    for call in _calls(node.body):
        names = [argument.id if isinstance(argument, ast.Name) else "" for argument in call.args[1:]]
        if names == [key.id, value.id] and _is_plain(call.args[0]):
            return call.args[0], given
    return None


def _is_plain(node: ast.expr) -> bool:
    """Whether reading an expression once more calls nothing."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _calls(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """The calls of `setattr` that stand in a block, or in the branches of its `if`s."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _calls(statement.body)
            yield from _calls(statement.orelse)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            function = statement.value.func
            if isinstance(function, ast.Name) and function.id == "setattr":
                yield statement.value
