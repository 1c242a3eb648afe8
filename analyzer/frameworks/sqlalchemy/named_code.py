"""Path expressions of what calls of sessions and statements name: arguments, and what they start from."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact, Json
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


def handed_queries(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """`field(query_factory=lambda: Order.query)`: queries that are handed on, to be run elsewhere."""
    for node in [*call.args, *(keyword.value for keyword in call.keywords)]:
        given = node.body if isinstance(node, ast.Lambda) else node
        if not isinstance(given, ast.Attribute) or given.attr != "query":
            continue
        code = code_of(syntax, given.value, scope)
        if code:
            inner = syntax.name_of(node, scope) if isinstance(node, ast.Lambda) else scope
            data: dict[str, Json] = {"mode": "reads", "code": [code], "method": "query"}
            yield Fact("access", inner, given.lineno, given.col_offset, data)
