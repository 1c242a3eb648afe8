"""Texts that constants hold and functions return.

They add nothing to the graph themselves: other frameworks fill the holes of their patterns with them (keys of
caches, addresses of hosts; see `python/patterns.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework, Syntax, World
from ..python.patterns import is_text, parts_of


class Constants(Framework):
    """See the module."""

    name = "constants"
    version = 1
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        texts, returned = list(_texts(syntax)), list(_returned(syntax))
        if texts or returned:
            yield Fact("texts", "", 0, 0, {"texts": texts, "returned": returned})

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        return ()


def _texts(syntax: Syntax) -> Iterator[list[Json]]:
    """[name, scope, parts] of what modules, classes and methods (`self.x = ...`) bind to a text."""
    scopes = {
        f"{scope}.{node.name}" if scope else node.name for node, scope in _defined(syntax, ast.ClassDef)
    }
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        if node.value is None or not _may_be_text(node.value):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = ""
            if isinstance(target, ast.Name) and (not scope or scope in scopes):
                name = f"{scope}.{target.id}" if scope else target.id
            elif isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "self":
                owner = scope.rpartition(".")[0]
                name = f"{owner}.{target.attr}" if owner in scopes else ""
            parts = parts_of(syntax, node.value, scope) if name else []
            if is_text(parts):
                yield [name, scope, parts]


def _returned(syntax: Syntax) -> Iterator[list[Json]]:
    """[function, parts] of functions with one `return`, of a text."""
    found: dict[str, list[ast.expr]] = {}
    for node, scope in syntax.find(ast.Return):
        if isinstance(node, ast.Return) and node.value is not None:
            found.setdefault(scope, []).append(node.value)
    for scope, values in found.items():
        if len(values) == 1 and _may_be_text(values[0]):
            parts = parts_of(syntax, values[0], scope)
            if is_text(parts):
                yield [scope, parts]


def _may_be_text(node: ast.expr) -> bool:
    """Whether an expression may give a short text."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and "\n" not in node.value
    return isinstance(node, ast.JoinedStr | ast.BinOp | ast.Call | ast.Subscript | ast.Name | ast.BoolOp)


def _defined(syntax: Syntax, kind: type[ast.ClassDef]) -> Iterator[tuple[ast.ClassDef, str]]:
    for node, scope in syntax.find(kind):
        assert isinstance(node, ast.ClassDef)
        yield node, scope


framework = Constants()
