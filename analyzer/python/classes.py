"""Definitions: the classes and functions of a file, and how classes inherit among all files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.facts import Definition
from .nodes import bases_of
from .syntax import PythonSyntax

_YIELDS = (ast.Yield, ast.YieldFrom)
_MANAGERS = ("contextmanager", "asynccontextmanager")


def read_definitions(syntax: PythonSyntax) -> Iterator[Definition]:
    """Every class and function of a file, outer before inner, in source order."""
    returns, yields = _returned(syntax), _yielded(syntax)
    for node, scope in syntax.find(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        if isinstance(node, ast.Lambda):
            yield _lambda(syntax, node, scope)
            continue
        assert isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        name = syntax.name_of(node, scope)
        express = syntax.expressions.express
        decorators = [express(decorator, scope) for decorator in node.decorator_list]
        line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        end = node.end_lineno or node.lineno
        if isinstance(node, ast.ClassDef):
            bases = [express(base, scope) for base in bases_of(node)]
            yield Definition("class", name, line, node.col_offset, end, bases, decorators, [], node.lineno)
            continue
        parameters = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        result = "?"
        if any(decorator.rpartition(".")[2] in _MANAGERS for decorator in decorators):
            result = yields.get(name, "?")  # what `with` gives
        elif node.returns is None:
            result = returns.get(name, "?")
        if result == "?" and node.returns is not None:
            result = syntax.expressions.instance(node.returns, scope)
        bases = [] if result.startswith("?") else [result]
        yield Definition("function", name, line, node.col_offset, end, bases, decorators, parameters)


def _lambda(syntax: PythonSyntax, node: ast.Lambda, scope: str) -> Definition:
    name = syntax.own_scopes[node]
    result = syntax.expressions.express(node.body, name)
    bases = [] if result.startswith("?") else [result]
    end = node.end_lineno or node.lineno
    return Definition("function", name, node.lineno, node.col_offset, end, bases, [], [])


def _returned(syntax: PythonSyntax) -> dict[str, str]:
    """Function -> the path expression that all its `return`s agree on; none for generators."""
    generators = {scope for _, scope in syntax.find(*_YIELDS)}
    agreed = _agreed(syntax, ast.Return)
    return {scope: text for scope, text in agreed.items() if scope not in generators}


def _yielded(syntax: PythonSyntax) -> dict[str, str]:
    """The same of what generators yield."""
    return _agreed(syntax, ast.Yield)


def _agreed(syntax: PythonSyntax, kind: type[ast.Return | ast.Yield]) -> dict[str, str]:
    values: dict[str, set[str]] = {}
    for node, scope in syntax.find(kind):
        assert isinstance(node, ast.Return | ast.Yield)
        if node.value is not None:
            values.setdefault(scope, set()).add(syntax.expressions.express(node.value, scope))
    agreed = {}
    for scope, texts in values.items():
        known = texts - {"?none"}
        text = next(iter(known)) if len(known) == 1 else "?"
        # A name of the function's own scope means nothing outside it.
        if text.partition(".")[0].partition("(")[0] not in syntax.aliases.get(scope, ()):
            agreed[scope] = text
    return agreed
