"""The columns and relations that conditions and expressions name: `Order.id`, `Order.lines.any(...)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from ...model.world import Syntax

_RELATED = frozenset({"has", "any", "contains"})
_STATEMENTS = frozenset({"query", "select", "filter", "where", "having", "order_by", "group_by"})
_OF_A_ROW = re.compile(r"[)\]](?:\.[a-z]\w*(?:\[\])?)+\Z")
_MOST_NODES, _MOST = 300, 20


def mentioned(syntax: Syntax, nodes: Sequence[ast.expr], scope: str) -> list[str]:
    """Path expressions of attributes of classes; `>` ends one whose rows are asked for (`Order.lines.any()`).

    Statements inside are left out: they are read by themselves.
    """
    found: dict[str, None] = {}
    stack: list[ast.AST] = list(reversed(nodes))
    for _ in range(_MOST_NODES):
        if not stack or len(found) >= _MOST:
            break
        node = stack.pop()
        if isinstance(node, ast.Attribute):
            text = _attribute(syntax, node, scope)
            if text:
                found[text] = None
            else:
                stack.append(node.value)
            continue
        if isinstance(node, ast.Call):
            function = node.func
            method = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            related = _attribute(syntax, function.value, scope) if isinstance(function, ast.Attribute) else ""
            if related and method in _RELATED:
                found[f"{related}>"] = None
                stack.extend(reversed(node.args))
                continue
            if method in _STATEMENTS:
                continue
        elif isinstance(node, ast.Lambda):
            continue
        inner = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr | ast.keyword)]
        stack.extend(reversed(inner))
    return list(found)


def of_a_row(code: str) -> bool:
    """Whether a path expression ends with attributes of what was fetched: `Order.query.first().owner`."""
    return _OF_A_ROW.search(code) is not None


def _attribute(syntax: Syntax, node: ast.expr, scope: str) -> str:
    """`Order.id`, `models.Order.id` or `cls.id`; "" for what names no attribute of a class."""
    if not isinstance(node, ast.Attribute):
        return ""
    owner = node.value
    last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    if last != "cls" and not last[:1].isupper():
        return ""
    text = syntax.express(node, scope)
    return "" if text.startswith("?") else text
