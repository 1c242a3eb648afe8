"""The declared types of parameters, as they stand in the source."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .syntax import PythonSyntax

_LONGEST = 120


def declared_types(syntax: PythonSyntax) -> dict[tuple[str, int], Sequence[str]]:
    """Name and line of each function with annotations -> these, in the order of `Access.parameters`."""
    found: dict[tuple[str, int], Sequence[str]] = {}
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        named += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        if any(argument.annotation is not None for argument in named):
            name = syntax.name_of(node, scope)
            found[name, node.lineno] = [_text(syntax, argument.annotation) for argument in named]
    return found


def _text(syntax: PythonSyntax, node: ast.expr | None) -> str:
    """An annotation with imported names spelt out where that is simple."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return str(node.value)[:_LONGEST]
    if isinstance(node, ast.Name | ast.Attribute):
        return syntax.dotted(node)[:_LONGEST]
    try:
        return ast.unparse(node)[:_LONGEST]
    except RecursionError:
        return ""
