"""Statements put together as lists: `parts = ["SELECT a"]; parts.append("FROM b"); " ".join(parts)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.world import Syntax

Joined = tuple[set[ast.AST], set[tuple[str, str]]]
"""The displays of lists that are joined, and (scope, name) of the variables that hold such lists."""


def joined_lists(syntax: Syntax) -> Joined:
    """What `" ".join(...)` is given, with nothing but white space in between."""
    nodes: set[ast.AST] = set()
    names: set[tuple[str, str]] = set()
    for call, scope, _ in syntax.called(frozenset({"join"})):
        if not (isinstance(call.func, ast.Attribute) and len(call.args) == 1):
            continue
        between = call.func.value
        if (
            not (isinstance(between, ast.Constant) and isinstance(between.value, str))
            or between.value.strip()
        ):
            continue
        given = call.args[0]
        while isinstance(given, ast.BinOp) and isinstance(given.op, ast.Add):
            given = given.left  # what is added behind it adds clauses
        if isinstance(given, ast.Name):
            names.add((scope, given.id))
        elif isinstance(given, ast.List | ast.Tuple):
            nodes.add(given)
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign) if names else ():
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(value, ast.List) and isinstance(target, ast.Name) and (scope, target.id) in names:
            nodes.add(value)
    return nodes, names


def joined_parts(syntax: Syntax, node: ast.AST) -> list[str]:
    """The texts of a display; `{}` for what no text is known of."""
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    texts = [syntax.string(item) for item in items]
    return ["{}" if text is None else text for text in texts] if any(texts) else []


def added_parts(syntax: Syntax) -> Iterator[tuple[tuple[int, str, ast.AST], str, str]]:
    """((line, text, node), scope, name) of what is put behind the lists that are joined in the end."""
    names = syntax.once(joined_lists)[1]
    for call, scope, method in syntax.called(frozenset({"append", "extend"})) if names else ():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(owner, ast.Name) and (scope, owner.id) in names and len(call.args) == 1:
            given = call.args[0]
            for part in [given] if method == "append" else getattr(given, "elts", []):
                yield (call.lineno, syntax.string(part) or "{}", part), scope, owner.id
    for node, scope in syntax.find(ast.AugAssign) if names else ():
        if (
            isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.op, ast.Add)
        ):
            for part in getattr(node.value, "elts", []) if (scope, node.target.id) in names else ():
                yield (node.lineno, syntax.string(part) or "{}", part), scope, node.target.id
