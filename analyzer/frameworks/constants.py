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
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.patterns import is_text, names_in, parts_of
from ..python.settings_read import setting_read

_ARGUMENTS = 5


class Constants(Framework):
    """See the module."""

    name = "constants"
    version = 1
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        texts, returned, made = list(_texts(syntax)), list(_returned(syntax)), list(_made(syntax))
        if texts or returned or made:
            yield Fact("texts", "", 0, 0, {"texts": texts, "returned": returned, "made": made})

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        return ()


def _texts(syntax: Syntax) -> Iterator[list[Json]]:
    """[name, scope, parts] of what modules, classes and methods (`self.x = ...`) bind to a text."""
    scopes = {syntax.name_of(node, scope) for node, scope in _defined(syntax, ast.ClassDef)}
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
            handed = scope.endswith(".__init__") and any(names_in(parts))  # `self.url = url`
            if is_text(parts) or handed:
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


def _made(syntax: Syntax) -> Iterator[list[Json]]:
    """[class, scope, texts, texts by keyword] of objects that are made with an address or a setting."""
    for node, scope, _ in syntax.called(_may_be_class):
        given = [*node.args[:_ARGUMENTS], *(k.value for k in node.keywords[:_ARGUMENTS])]
        if not any(_is_address(syntax, item, scope) for item in given):
            continue
        texts = [parts_of(syntax, item, scope) for item in node.args[:_ARGUMENTS]]
        named = {k.arg: parts_of(syntax, k.value, scope) for k in node.keywords[:_ARGUMENTS] if k.arg}
        yield [syntax.express(node.func, scope), scope, texts, named]


def _may_be_class(name: str) -> bool:
    return name[:1].isupper()


def _is_address(syntax: Syntax, node: ast.expr, scope: str) -> bool:
    """Whether an argument is a URL, a setting, or a constant that may be either."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        text = syntax.string(node)
        return text is not None and "://" in text
    last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return last.isupper() or setting_read(syntax, node, scope) is not None


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
