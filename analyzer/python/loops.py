"""Loops: what a file does once for each of many."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.facts import Loop
from .syntax import PythonSyntax

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FEW = (ast.Tuple, ast.List, ast.Set, ast.Constant)


def read_loops(syntax: PythonSyntax) -> Iterator[Loop]:
    """`for` loops and comprehensions, other than those over what is written out or counted."""
    for node, scope in syntax.find(ast.For, ast.AsyncFor, *_COMPREHENSIONS):
        if isinstance(node, ast.For | ast.AsyncFor):
            if not _is_few(node.iter) and node.body:
                yield _loop(scope, node.body[0], node.body[-1])
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            first = node.generators[0]
            if _is_few(first.iter):
                continue
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            parts += [*first.ifs, *(g.iter for g in node.generators[1:])]
            parts += [test for g in node.generators[1:] for test in g.ifs]
            for part in parts:
                yield _loop(scope, part, part)


def _is_few(node: ast.expr) -> bool:
    """Whether what is gone over stands in the source, or is a number of attempts."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return all(isinstance(argument, ast.Constant) for argument in node.args)
    return isinstance(node, _FEW)


def _loop(scope: str, first: ast.stmt | ast.expr, last: ast.stmt | ast.expr) -> Loop:
    start = (first.lineno, first.col_offset)
    return Loop(scope, start, (last.end_lineno or last.lineno, last.end_col_offset or 0))
