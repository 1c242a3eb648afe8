"""Failures: what each function raises itself, and what its `try` statements catch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.facts import Guard, Handler, Raised
from .syntax import PythonSyntax

UNKNOWN = "?"
_SUPPRESS = frozenset({"suppress", "contextlib.suppress"})


def read_raised(syntax: PythonSyntax) -> Iterator[Raised]:
    """The `raise` statements of a file; those that raise again are told by the handlers that they are in."""
    again = {
        statement
        for node, _ in syntax.find(ast.Try, ast.TryStar)
        for handler in node.handlers  # type: ignore[attr-defined]
        for statement in _again(handler)
    }
    for node, scope in syntax.find(ast.Raise):
        assert isinstance(node, ast.Raise)
        if node not in again:
            yield Raised(scope, node.lineno, node.col_offset, _exception(syntax, node.exc, scope))


def read_guards(syntax: PythonSyntax) -> Iterator[Guard]:
    """The `try` statements with handlers, and `with suppress(...)`, outer before inner."""
    for node, scope in syntax.find(ast.Try, ast.TryStar, ast.With):
        if isinstance(node, ast.With):
            calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
            handlers = [
                Handler([_exception(syntax, argument, scope) for argument in call.args], False)
                for call in calls
                if syntax.dotted(call.func) in _SUPPRESS
            ]
        else:
            assert isinstance(node, ast.Try | ast.TryStar)
            handlers = [
                Handler(_caught(syntax, handler.type, scope), bool(_again(handler)))
                for handler in node.handlers
            ]
        if handlers:
            first, last = node.body[0], node.body[-1]
            yield Guard(scope, [first.lineno, first.col_offset], _end(last), handlers)


def _end(node: ast.stmt) -> list[int]:
    return [node.end_lineno or node.lineno, node.end_col_offset or 0]


def _exception(syntax: PythonSyntax, node: ast.expr | None, scope: str) -> str:
    """The path expression of an exception class, whether it is named or made."""
    while isinstance(node, ast.Call):
        method = node.func
        if not (isinstance(method, ast.Attribute) and method.attr == "with_traceback"):
            node = method
            break
        node = method.value
    return syntax.express(node, scope) if node is not None else UNKNOWN


def _caught(syntax: PythonSyntax, node: ast.expr | None, scope: str) -> list[str]:
    """What an `except` names; a tuple may have a name of its own."""
    if node is None:
        return ["BaseException"]
    named = syntax.bound(node, scope)
    elements = named.elts if isinstance(named, ast.Tuple | ast.List) else [node]
    return [_exception(syntax, element, scope) for element in elements]


def _again(handler: ast.ExceptHandler) -> list[ast.Raise]:
    """The statements by which a handler raises again what it caught."""
    found: list[ast.Raise] = []
    stack: list[ast.AST] = list(handler.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Raise):
            name = node.exc.id if isinstance(node.exc, ast.Name) else ""
            if node.exc is None or (name and name == handler.name):
                found.append(node)
        elif isinstance(node, ast.Try | ast.TryStar):
            stack += [*node.body, *node.orelse, *node.finalbody]
        elif isinstance(node, ast.stmt | ast.match_case) and not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            stack.extend(ast.iter_child_nodes(node))
    return found
