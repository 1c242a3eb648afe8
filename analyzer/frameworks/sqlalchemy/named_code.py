"""Path expressions of what calls of sessions and statements name: arguments, and what they start from."""

from __future__ import annotations

import ast

from ...model.world import Syntax
from .core_names import core_name


def receiver_code(syntax: Syntax, node: ast.expr, scope: str) -> list[str]:
    """What a chain of calls began with: `Order.query.filter().delete()`, `assoc.insert()`."""
    queried = _queried(node)
    code = [code_of(syntax, argument, scope) for argument in queried] or [
        core_name(syntax, node, scope) or syntax.express(node, scope)
    ]
    return [text for text in code if text and not text.startswith("?")]


def _queried(node: ast.expr) -> list[ast.expr]:
    """What `session.query(X)...` at the root of a chain of calls asks for."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "query":
                return node.args
            node = node.func
        else:
            node = node.value
    return []


def class_query(syntax: Syntax, node: ast.Call, scope: str) -> list[str]:
    """Flask-SQLAlchemy's `Order.query.filter(...)`: the class."""
    function = node.func
    owner = function.value if isinstance(function, ast.Attribute) else None
    if not isinstance(owner, ast.Attribute) or owner.attr != "query":
        return []
    code = code_of(syntax, owner.value, scope)
    return [code] if code else []


def code_of(syntax: Syntax, node: ast.expr, scope: str) -> str:
    """The path expression of what an argument names; inside `func.count(Order.id)` that is `Order.id`."""
    if taken := core_name(syntax, node, scope):
        return taken
    express = syntax.express(node, scope)
    if isinstance(node, ast.Call) and node.args and "func." in express:
        express = syntax.express(node.args[0], scope)
    return (
        "" if express.startswith("?") or express.endswith(("str()", "int()", "list()", "dict()")) else express
    )
