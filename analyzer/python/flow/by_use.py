"""Parameters without a declared type, of which name and use tell what they are: sessions of SQLAlchemy.

`def find(db_session, pk): db_session.query(Order).get(pk)`: callers that nobody sees (a server, a queue, a
decorator that makes the session) give it, so that no value would reach it.
"""

from __future__ import annotations

import ast
import re

_SESSION = re.compile(r"(?:\w+_)?session\Z")
_ASKS = frozenset({"query", "get", "scalars", "scalar", "execute"})
_STATEMENTS = frozenset({"select", "update", "delete", "insert"})
TYPE = ("sqlalchemy.orm", "Session")
"""The module and the name of what they are."""


def sessions(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The parameters without a type that are asked for rows of a class, or given a statement."""
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    named = {a.arg for a in arguments if a.annotation is None and _SESSION.match(a.arg)}
    if not named:
        return frozenset()
    called = (part for part in ast.walk(node) if isinstance(part, ast.Call))
    return frozenset(name for call in called if (name := _asked(call)) in named)


def _asked(call: ast.Call) -> str:
    """The name of what a call asks for rows, "" for other calls."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name) or not call.args:
        return ""
    return function.value.id if function.attr in _ASKS and _tells(call.args[0]) else ""


def _tells(node: ast.expr) -> bool:
    """Whether what is given is a class, a column of one, or a statement."""
    while isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Name):
            return function.id in _STATEMENTS
        if not isinstance(function, ast.Attribute):
            return False
        node = function.value
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return any(part[:1].isupper() and not part.isupper() for part in parts)
