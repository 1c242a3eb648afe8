"""What stands in the body of a function: its own nodes, whether it yields, whether what it gives is plain."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_MAKE_PLAIN = frozenset({"bool", "float", "int", "len", "ord", "repr", "str", "any", "all", "isinstance"})


def yields(function: Function) -> bool:
    """Whether a function is a generator."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """What stands in a function itself, not in one inside of it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def is_plain(node: ast.expr | None) -> bool:
    """Whether an expression is plainly a constant, a comparison, a text, or made by such a builtin."""
    if isinstance(node, ast.BoolOp):
        return all(map(is_plain, node.values))
    if isinstance(node, ast.IfExp):
        return is_plain(node.body) and is_plain(node.orelse)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) or is_plain(node.operand)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _MAKE_PLAIN
    return node is None or isinstance(node, ast.Constant | ast.JoinedStr | ast.Compare)
