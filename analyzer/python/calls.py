"""Calls: what each scope of a file calls, in the order in which it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ..model.facts import Call
from ..model.world import Syntax
from .expressions import loaded_names
from .syntax import PythonSyntax


class CallSite(NamedTuple):
    """Where a call ends (inner calls end, and run, before outer ones) and what it calls."""

    end: tuple[int, int]
    start: tuple[int, int]
    node: ast.expr
    call: ast.Call | None


CallSites = dict[str, list[CallSite]]
"""The calls of a file by the scope that they stand in, in the order in which they run."""


def read_calls(syntax: PythonSyntax) -> Iterator[Call]:
    """The calls of a file, by scope, numbered from 1 in each scope; decorators count as calls."""
    alone = set(_alone(syntax))
    for scope, found in syntax.once(call_sites).items():
        for order, site in enumerate(found, 1):
            target = syntax.expressions.express(site.node, scope)
            line, column = site.start
            strings = loaded_names(site.call) if site.call is not None else []
            yield Call(scope, target, order, line, column, strings, site.call in alone)


def _alone(syntax: Syntax) -> Iterator[ast.Call]:
    """The calls that are statements of their own, awaited or not."""
    for node, _ in syntax.find(ast.Expr):
        value = node.value if isinstance(node, ast.Expr) else None
        value = value.value if isinstance(value, ast.Await) else value
        if isinstance(value, ast.Call):
            yield value


def call_numbers(syntax: Syntax) -> dict[ast.AST, int]:
    """The number in its scope of each call, by its node; for decorators that are no calls, by theirs."""
    return {
        site.call if site.call is not None else site.node: order
        for found in syntax.once(call_sites).values()
        for order, site in enumerate(found, 1)
    }


def call_sites(syntax: Syntax) -> CallSites:
    """The calls of a file, decorators included."""
    sites: CallSites = {}
    for call, scope, _ in syntax.calls():
        sites.setdefault(scope, []).append(CallSite(_end(call), _start(call), call.func, call))
    for node, scope in syntax.find(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                sites.setdefault(scope, []).append(
                    CallSite(_end(decorator), _start(decorator), decorator, None)
                )
    for found in sites.values():
        found.sort(key=lambda site: (site.end, site.start))
    return sites


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0
