"""Rows that are counted to check something: `if lines.count() > 0`; nobody reads that number."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.nodes import position


def read_counted(syntax: Syntax) -> Iterator[Fact]:
    """Facts of the kind `checked-count`, at the place of what is counted."""
    for node, scope in syntax.find(ast.Compare, ast.If, ast.IfExp, ast.While, ast.UnaryOp, ast.BoolOp):
        for each in _tested(node):
            if (
                isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr == "count"
            ):
                yield Fact("checked-count", scope, *position(each), {"what": "count"})


def _tested(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return [node.test]
    if isinstance(node, ast.UnaryOp):
        return [node.operand] if isinstance(node.op, ast.Not) else []
    return node.values if isinstance(node, ast.BoolOp) else []
