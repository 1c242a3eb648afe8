"""Texts of paths: literals, constants, attributes of settings with a literal default, f-strings of these.

A text is a list of pieces: `["text", "/api"]`, `["code", path expression]`, `["parameter", [function, name,
place, default]]`, or `["unknown", ""]` for what the file does not tell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax, World
from ...python.nodes import with_defaults
from ...python.variables import Variables

Given = Mapping[str, ast.expr]
"""What the variables of a loop stand for in one turn."""

HOLE = "{*}"
"""Where a text has what nobody knows."""
_LONGEST, _DEPTH = 200, 6
_DEFAULTS = ("Field", "getenv", "get", "config", "env", "str")


def read_texts(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `text`: what modules and classes bind to texts."""
    reader = Pieces(syntax)
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        text = _default(node.value)
        for target in targets if text is not None else ():
            name = bound_name(target, scope)
            if name:
                pieces = reader.of(text, scope, {})
                if pieces and all(kind != "unknown" for kind, _ in pieces):
                    yield Fact("text", scope, node.lineno, node.col_offset, {"name": name, "text": pieces})


def bound_name(target: ast.expr, scope: str) -> str:
    """The name, dotted within the module, of a variable or of an attribute of `self`; "" for others."""
    if isinstance(target, ast.Name):
        return f"{scope}.{target.id}" if scope else target.id
    owner = scope.rpartition(".")[0]
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return f"{owner}.{target.attr}" if owner else ""
    return ""


def _default(value: ast.expr | None) -> ast.expr | None:
    """The expression of a text: the value itself, or the default of a field or an environment variable."""
    if isinstance(value, ast.Call):
        function = value.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name not in _DEFAULTS:
            return None
        given = [k.value for k in value.keywords if k.arg == "default"]
        place = 0 if name in ("Field", "str") else 1
        return next(iter([*given, *value.args[place : place + 1]]), None)
    if isinstance(value, ast.Constant):
        return value if isinstance(value.value, str) and len(value.value) <= _LONGEST else None
    return value if isinstance(value, ast.JoinedStr | ast.BinOp) else None


class Pieces:
    """Takes the expressions of one file that give texts apart."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax

    @cached_property
    def parameters(self) -> dict[str, dict[str, tuple[int, ast.expr | None]]]:
        """Function -> parameter -> (its place, its default)."""
        found: dict[str, dict[str, tuple[int, ast.expr | None]]] = {}
        for node, scope in self._syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            named = enumerate(with_defaults(node.args))
            name = self._syntax.name_of(node, scope)
            found.setdefault(name, {a.arg: (index, default) for index, (a, default) in named})
        return found

    def of(self, node: ast.expr | None, scope: str, given: Given, depth: int = _DEPTH) -> list[Json]:
        """The pieces of an expression."""
        if depth <= 0:
            return [["unknown", ""]]
        if isinstance(node, ast.Constant):
            return [["text", node.value]] if isinstance(node.value, str) else [["unknown", ""]]
        if isinstance(node, ast.FormattedValue):
            return self.of(node.value, scope, given, depth - 1)
        parts: list[ast.expr] = []
        if isinstance(node, ast.JoinedStr):
            parts = node.values
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [node.left, node.right]
        if parts:
            return [piece for part in parts for piece in self.of(part, scope, given, depth - 1)]
        if isinstance(node, ast.Name):
            parameter = self._parameter(node.id, scope) if node.id not in given else None
            if parameter is not None:
                return [parameter]
            bound = given.get(node.id) or self._syntax.bound(node, scope)
            if isinstance(bound, ast.expr) and bound is not node:
                return self.of(bound, scope, given, depth - 1)
        if isinstance(node, ast.Name | ast.Attribute):
            code = self._syntax.express(node, scope)
            return [["unknown", ""]] if code.startswith("?") else [["code", code]]
        return [["unknown", ""]]

    def _parameter(self, name: str, scope: str) -> Json:
        """`["parameter", [function, name, place, default]]` of a parameter of a function around."""
        while scope:
            if name in self.parameters.get(scope, ()):
                place, default = self.parameters[scope][name]
                return ["parameter", [scope, name, place, self._syntax.string(default)]]
            scope = scope.rpartition(".")[0]
        return None


class Hand(NamedTuple):
    """A call that gives a function texts or routers: (place, keyword or "", reference) each."""

    path: str
    scope: str
    arguments: Sequence[Json]


class Texts:
    """What texts are once all files are known. `hands` are the calls of each function that gives some."""

    def __init__(self, world: World, hands: Mapping[str, Sequence[Hand]]) -> None:
        self._world, self._hands = world, hands

    @cached_property
    def _known(self) -> dict[str, tuple[str, Fact]]:
        found: dict[str, tuple[str, Fact]] = {}
        for path, fact in self._world.facts("fastapi"):
            if fact.kind == "text":
                found.setdefault(f"{self._world.module_of(path)}.{fact.data['name']}", (path, fact))
        for path, fact in self._world.facts("constants"):  # of files that speak of nothing else here
            for name, scope, parts in fact.data["texts"]:
                if len(parts) == 1 and isinstance(parts[0], str):
                    data: Json = {"name": name, "text": [["text", parts[0]]]}
                    full = f"{self._world.module_of(path)}.{name}"
                    found.setdefault(full, (path, Fact("text", scope, 0, 0, data)))
        first = next(iter(self._world.files), "")
        for name, text in self._world.project.values.items():
            found[name] = (first, Fact("text", "", 0, 0, {"name": name, "text": [["text", text]]}))
        return found

    @cached_property
    def _variables(self) -> Variables:
        return Variables(self._world, self._known)

    def of(self, path: str, scope: str, pieces: Sequence[Json], depth: int = _DEPTH) -> str | None:
        """The text, None when a piece of it is unknown."""
        whole = ""
        for kind, value in pieces if depth else (("unknown", ""),):
            part: str | None = value if kind == "text" else None
            if kind == "code":
                name = self._variables.find(path, scope, str(value))
                if name:
                    where, fact = self._known[name]
                    part = self.of(where, fact.scope, fact.data["text"], depth - 1)
            elif kind == "parameter":
                part = self._given(path, value, depth)
            if part is None or len(whole) > _LONGEST * 4:
                return None
            whole += part
        return whole

    def with_holes(self, path: str, scope: str, pieces: Sequence[Json]) -> str:
        """The text, with `HOLE` where a piece is unknown."""
        told = (self.of(path, scope, [piece]) for piece in pieces)
        return "".join(HOLE if text is None else text for text in told)

    def _given(self, path: str, parameter: Json, depth: int) -> str | None:
        """What all callers that give a parameter a text give, else its default."""
        function, name, place, default = parameter
        found: dict[str | None, None] = {}
        for hand in self._hands.get(f"{self._world.module_of(path)}.{function}", ()):
            for index, keyword, ref in hand.arguments:
                if ref[0] == "text" and (keyword == name or (not keyword and index == place)):
                    found[self.of(hand.path, hand.scope, ref[1], depth - 1)] = None
        return next(iter(found or [default])) if len(found) < 2 else None
