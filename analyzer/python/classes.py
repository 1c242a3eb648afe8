"""Definitions: the classes and functions of a file, and how classes inherit among all files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.facts import Definition
from .syntax import PythonSyntax

_YIELDS = (ast.Yield, ast.YieldFrom)


def read_definitions(syntax: PythonSyntax) -> Iterator[Definition]:
    """Every class and function of a file, outer before inner, in source order."""
    returns = _returned(syntax)
    for node, scope in syntax.find(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        if isinstance(node, ast.Lambda):
            yield _lambda(syntax, node, scope)
            continue
        assert isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        name = f"{scope}.{node.name}" if scope else node.name
        express = syntax.expressions.express
        decorators = [express(decorator, scope) for decorator in node.decorator_list]
        line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        end = node.end_lineno or node.lineno
        if isinstance(node, ast.ClassDef):
            bases = [express(base, scope) for base in node.bases]
            yield Definition("class", name, line, node.col_offset, end, bases, decorators, [])
            continue
        parameters = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        result = syntax.expressions.instance(node.returns, scope) if node.returns else returns.get(name, "?")
        bases = [] if result.startswith("?") else [result]
        yield Definition("function", name, line, node.col_offset, end, bases, decorators, parameters)


def _lambda(syntax: PythonSyntax, node: ast.Lambda, scope: str) -> Definition:
    name = syntax.lambda_scopes[node]
    result = syntax.expressions.express(node.body, name)
    bases = [] if result.startswith("?") else [result]
    end = node.end_lineno or node.lineno
    return Definition("function", name, node.lineno, node.col_offset, end, bases, [], [])


def _returned(syntax: PythonSyntax) -> dict[str, str]:
    """Function -> the path expression that all its `return`s agree on; none for generators."""
    values: dict[str, set[str]] = {}
    for node, scope in syntax.find(ast.Return):
        assert isinstance(node, ast.Return)
        if node.value is not None:
            values.setdefault(scope, set()).add(syntax.expressions.express(node.value, scope))
    generators = {scope for _, scope in syntax.find(*_YIELDS)}
    agreed = {}
    for scope, texts in values.items():
        known = texts - {"?none"}
        text = next(iter(known)) if len(known) == 1 else "?"
        # A name of the function's own scope means nothing outside it.
        if scope not in generators and text.partition(".")[0].partition("(")[0] not in syntax.aliases.get(
            scope, ()
        ):
            agreed[scope] = text
    return agreed
