"""What names of a scope may stand for where one expression alone does not say it: branches, tables, loops."""

from __future__ import annotations

import ast

from ..model.world import Syntax
from .each_constant import EachConstant

_MOST, _BRANCHES = 16, 4
"""Elements of a table, and branches, beyond which nobody would call them alternatives."""


class Assigned:
    """What the names of each scope are assigned, where a text differs from branch to branch."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._values: dict[tuple[str, str], list[ast.expr]] = {}
        self._branches: dict[tuple[str, str], list[ast.expr]] = {}
        self._each = syntax.once(EachConstant)
        for node, scope in syntax.find(ast.Assign):
            assert isinstance(node, ast.Assign)
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self._values.setdefault((scope, target.id), []).append(node.value)

    def values(self, node: ast.expr, scope: str) -> list[ast.expr]:
        """The expressions that a name of a scope may stand for, without None and the name itself."""
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if (scope, getattr(node, "id", "")) not in self._values:
            turns = self._each.values(node, scope)
            if turns != [node]:
                return turns[:_MOST]
        if found := self._looked_up(node, scope):
            return found
        if not isinstance(node, ast.Name) or len(self._values.get((scope, node.id), ())) < 2:
            held = self._syntax.bound(node, scope)
            return (self._looked_up(held, scope) if held is not node else []) or [node]
        if (scope, node.id) not in self._branches:
            self._branches[scope, node.id] = self._differing(scope, node.id)
        return self._branches[scope, node.id] or [node]

    def _looked_up(self, node: ast.AST | None, scope: str) -> list[ast.expr]:
        """`PAGES[kind]`, `PAGES.get(kind, HOME)`: the values of a table that is written out."""
        table: ast.expr | None = None
        given: list[ast.expr] = []
        if isinstance(node, ast.Subscript):
            table, given = node.value, [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            table, given = node.func.value, node.args
        shown = self._syntax.bound(table, scope) if given else None
        if isinstance(shown, ast.Dict):
            named = self._syntax.string(given[0])
            pairs = zip(shown.keys, shown.values, strict=True)
            kept = [value for key, value in pairs if named is not None and self._syntax.string(key) == named]
            return (kept or shown.values)[:_MOST] + given[1:2]
        return shown.elts[:_MOST] if isinstance(shown, ast.Tuple | ast.List) else []

    def _differing(self, scope: str, name: str) -> list[ast.expr]:
        kept = [
            value
            for value in self._values[scope, name]
            if not (isinstance(value, ast.Constant) and value.value is None)
            and not any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(value))
        ]
        return kept if len(kept) <= _BRANCHES else []
