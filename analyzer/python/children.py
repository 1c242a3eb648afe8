"""What stands below a node of the syntax tree, and what a node binds."""

from __future__ import annotations

import ast
from typing import Any

_NO_NODES = frozenset({
    "ctx", "op", "ops", "id", "attr", "arg", "asname", "module", "level", "conversion", "simple", "is_async",
    "type_comment", "kind", "kwd_attrs", "rest",
})  # fmt: skip
_FIELDS = {
    kind: tuple(name for name in reversed(kind._fields) if name not in _NO_NODES)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST) and kind not in (ast.Global, ast.Nonlocal)
} | {ast.Global: (), ast.Nonlocal: ()}
"""The fields of each type of node that may hold nodes, contexts and operators apart, the last one first."""

Binding = tuple[ast.expr | str | None, ast.expr | None, str]


def bindings(node: ast.AST) -> list[Binding]:
    """(target or name, value, how) of what a node binds; see `Store`."""
    if isinstance(node, ast.Assign):
        return [(target, node.value, "value") for target in node.targets]
    if isinstance(node, ast.NamedExpr):
        return [(node.target, node.value, "value")]
    if isinstance(node, ast.AugAssign):
        return [(node.target, None, "value")]
    if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        return [(node.target, node.iter, "element")]
    if isinstance(node, ast.With | ast.AsyncWith):
        return [(item.optional_vars, item.context_expr, "entered") for item in node.items]
    if isinstance(node, ast.ExceptHandler):
        return [(node.name, node.type, "type")]
    if isinstance(node, ast.MatchAs | ast.MatchStar):
        return [(node.name, None, "value")]
    return [(node.rest, None, "value")] if isinstance(node, ast.MatchMapping) else []


def push(node: ast.AST, stack: list[Any]) -> None:
    """Puts the child nodes on the stack, the first one last, without contexts and operators."""
    if isinstance(node, ast.Dict):
        for key, item in zip(reversed(node.keys), reversed(node.values), strict=True):
            stack += (item,) if key is None else (item, key)
        return
    if isinstance(node, ast.arguments) and None in node.kw_defaults:
        given = [default for default in node.kw_defaults if default is not None]
        node = ast.arguments(**{**vars(node), "kw_defaults": given})
    for name in _FIELDS[node.__class__]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            stack += reversed(value)
        elif isinstance(value, ast.AST):
            stack.append(value)
