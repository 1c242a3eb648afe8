"""Where values come from within one function: out of which container, under which key."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from ...model.facts import Json
from ...model.world import Syntax

_DEPTH = 6
_MOST = 4
"""Bindings of one name that are looked at."""
_TAKES = ("get", "setdefault", "pop", "__getitem__")
_WHOLE = ("values", "items", "copy")
_PASSES = ("list", "tuple", "sorted", "reversed", "set", "frozenset", "iter", "enumerate", "filter", "next")


class Origin(NamedTuple):
    """A container by its path expression, or the call that gives it, and the key asked for.

    `taken` says whether the value is (or may be) an element rather than the container itself. Keys and
    arguments are specs: ["text", key], ["parameter", name, function], ["code", ...] or ["computed"].
    """

    code: str
    key: Json = None
    taken: bool = False
    call: list[Json] | None = None


class Origins:
    """The bindings of all scopes of a file."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._bound: dict[str, dict[str, list[tuple[ast.expr, bool]]]] = {}
        self._parameters: dict[str, set[str]] = {}
        self._memo: dict[ast.AST, Origin | None] = {}
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            given = node.args
            named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            inner = syntax.name_of(node, scope)
            self._parameters.setdefault(inner, set()).update(argument.arg for argument in named)
        for node, scope in syntax.find(
            ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension
        ):
            for target, value, element in _bindings(node):
                for name in _names(target):
                    self._bound.setdefault(scope, {}).setdefault(name, []).append((value, element))

        for names in self._bound.values():
            for bindings in names.values():
                bindings.sort(key=lambda row: _end(row[0]))

    def is_bound(self, name: str, scope: str) -> bool:
        """Whether a function binds a name itself."""
        return name in self._bound.get(scope, ()) and bool(scope)

    def owner(self, name: str, scope: str) -> str:
        """The function, this one or one around it, whose parameter a name is; "" for none."""
        while scope:
            if name in self._parameters.get(scope, ()):
                return scope
            if self.is_bound(name, scope):
                return ""
            scope = scope.rpartition(".")[0]
        return ""

    def spec(self, node: ast.AST | None, scope: str) -> Json:
        """What a key or an argument is, as far as the file tells."""
        if isinstance(node, ast.Name):
            owner = self.owner(node.id, scope)
            if owner:
                return ["parameter", node.id, owner]
        text = self._syntax.string(node)
        if text is not None:
            return ["text", text] if "{}" not in text and len(text) <= 80 else ["computed"]
        if isinstance(node, ast.Name) and self.is_bound(node.id, scope):
            return ["computed"]
        if isinstance(node, ast.Name | ast.Attribute | ast.Lambda):
            code = self._syntax.express(node, scope)
            return ["code", code, node.lineno, node.col_offset]
        return ["computed"]

    def of(self, node: ast.AST | None, scope: str, depth: int = _DEPTH) -> Origin | None:
        """Where the value of an expression comes from, None when that is no container's business."""
        if depth <= 0 or node is None:
            return None
        if node not in self._memo:
            self._memo[node] = None  # what leads back to itself comes from nowhere
            self._memo[node] = self._of(node, scope, depth)
        return self._memo[node]

    def _of(self, node: ast.AST, scope: str, depth: int) -> Origin | None:
        if isinstance(node, ast.Name):
            return self._name(node, scope, depth)
        if isinstance(node, ast.Attribute):
            inner = self.of(node.value, scope, depth - 1)
            if inner is not None and inner.taken:
                return inner
            code = self._syntax.express(node, scope)
            return None if code.startswith("?") or "(" in code else Origin(code)
        if isinstance(node, ast.Subscript):
            return self._keyed(node.value, node.slice, scope, depth)
        if isinstance(node, ast.Call):
            return self._call(node, scope, depth)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self.of(node.elt, scope, depth - 1)
        return self._first(_parts(node), scope, depth)

    def _first(self, nodes: list[ast.expr], scope: str, depth: int) -> Origin | None:
        found = (self.of(node, scope, depth - 1) for node in nodes)
        return next((origin for origin in found if origin is not None), None)

    def _name(self, node: ast.Name, scope: str, depth: int) -> Origin | None:
        if self.owner(node.id, scope):
            return None
        if not self.is_bound(node.id, scope):
            return Origin(node.id)
        bindings = self._bound[scope][node.id]
        before = bisect_right(bindings, (node.lineno, node.col_offset), key=lambda row: _end(row[0]))
        nearest = bindings[max(before - _MOST, 0) : before][::-1]
        for value, element in nearest or bindings[:_MOST]:
            origin = self.of(value, scope, depth - 1)
            if origin is not None:
                return origin._replace(taken=True) if element else origin
        return None

    def _keyed(self, value: ast.expr, key: ast.AST | None, scope: str, depth: int) -> Origin | None:
        origin = self.of(value, scope, depth - 1)
        if origin is None:
            return None
        position = isinstance(key, ast.Slice) or (
            isinstance(key, ast.Constant) and isinstance(key.value, int)
        )
        if position or origin.key is not None or origin.taken:
            return origin._replace(taken=True)
        return origin._replace(key=self.spec(key, scope), taken=True)

    def _call(self, node: ast.Call, scope: str, depth: int) -> Origin | None:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _TAKES and node.args:
            return self._keyed(function.value, node.args[0], scope, depth)
        if isinstance(function, ast.Attribute) and function.attr in _WHOLE and not node.args:
            return self.of(function.value, scope, depth - 1)
        if isinstance(function, ast.Name) and function.id in _PASSES and node.args:
            return self.of(node.args[-1 if function.id == "filter" else 0], scope, depth - 1)
        code = self._syntax.express(function, scope)
        return None if code.startswith("?") else Origin(code, call=self.arguments(node, scope))

    def arguments(self, node: ast.Call, scope: str) -> list[Json]:
        """[keyword or "", spec] of each argument; stars end the list."""
        found: list[Json] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                break
            found.append(["", self.spec(argument, scope)])
        return found + [[k.arg, self.spec(k.value, scope)] for k in node.keywords if k.arg]


def _parts(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    return [node.value] if isinstance(node, ast.Starred | ast.Await | ast.NamedExpr) else []


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """(target, value, whether it is bound to the value's elements)."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield target, node.value, not isinstance(target, ast.Name)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield node.target, node.value, False
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield node.target, node.iter, True


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            if isinstance(element, ast.Name):
                yield element.id
