"""Names that stand for one of several constants after the other: those of loops over what a file writes out.

`for label, name in MENU: reverse(name)` is as many calls as `MENU` has rows.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..model.world import Syntax

_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)
_SAME = frozenset({"sorted", "list", "tuple", "set", "reversed", "iter", "frozenset"})
_MOST = 40
"""Rows of a table that are told apart."""
_DEPTH = 4


class EachConstant:
    """The turns of the loops of one file."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._turns: dict[tuple[str, str], list[ast.expr]] = {}
        for node, scope in syntax.find(*_LOOPS):
            assert isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
            rows = self._rows(node.iter, scope)
            if 0 < len(rows) <= _MOST:
                self._bind(node.target, rows, scope)

    def values(self, node: ast.expr, scope: str) -> list[ast.expr]:
        """What an expression is in each turn of a loop over constants; itself where it is in none."""
        found = self._turn(node, scope)
        if found:
            return found
        if isinstance(node, ast.JoinedStr | ast.BinOp) and self._turns:
            return self._filled(node, scope)
        return [node]

    def _turn(self, node: ast.expr, scope: str) -> list[ast.expr]:
        if isinstance(node, ast.Name):
            return self._turns.get((scope, node.id), [])
        owner, key = _item(node)
        if owner is None:
            return []
        picked = (_pick(row, key) for row in self._turns.get((scope, owner.id), ()))
        return [value for value in picked if value is not None]

    def _filled(self, node: ast.expr, scope: str) -> list[ast.expr]:
        """Texts with the one loop's variable that is in them put in."""
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        turned = sorted(name for name in names if (scope, name) in self._turns)
        if len(turned) != 1:
            return [node]
        rows = self._turns[scope, turned[0]]
        if not all(isinstance(row, ast.Constant) for row in rows):
            return [node]
        return [_put(node, turned[0], row) for row in rows]

    def _rows(self, node: ast.expr, scope: str, depth: int = _DEPTH) -> Sequence[ast.expr]:
        """What is gone over, where the file writes it out."""
        held = self._syntax.bound(node, scope)
        if depth <= 0 or held is None:
            return ()
        if isinstance(held, ast.List | ast.Tuple | ast.Set):
            return [item for item in held.elts if not isinstance(item, ast.Starred)]
        if isinstance(held, ast.Dict):
            return [key for key in held.keys if key is not None]
        if not isinstance(held, ast.Call):
            return ()
        function = held.func
        if isinstance(function, ast.Name) and function.id in _SAME and held.args:
            return self._rows(held.args[0], scope, depth - 1)
        if isinstance(function, ast.Name) and function.id == "enumerate" and held.args:
            rows = self._rows(held.args[0], scope, depth - 1)
            return [ast.Tuple([ast.Constant(index), row], ast.Load()) for index, row in enumerate(rows)]
        if isinstance(function, ast.Attribute) and function.attr in ("items", "values", "keys"):
            owner = self._syntax.bound(function.value, scope)
            return _of_dict(owner, function.attr) if isinstance(owner, ast.Dict) else ()
        return ()

    def _bind(self, target: ast.expr, rows: Sequence[ast.expr], scope: str) -> None:
        if isinstance(target, ast.Name):
            self._turns.setdefault((scope, target.id), []).extend(rows)
        elif isinstance(target, ast.Tuple | ast.List):
            for index, element in enumerate(target.elts):
                inner = [_pick(row, index) for row in rows]
                self._bind(element, [row for row in inner if row is not None], scope)


def _of_dict(node: ast.Dict, what: str) -> Sequence[ast.expr]:
    pairs = [(k, v) for k, v in zip(node.keys, node.values, strict=True) if k is not None]
    if what == "items":
        return [ast.Tuple([key, value], ast.Load()) for key, value in pairs]
    return [value if what == "values" else key for key, value in pairs]


def _item(node: ast.expr) -> tuple[ast.Name | None, object]:
    """(name, key) of `row["key"]`, `row.get("key")`, `row[0]` and `row.key`."""
    owner, key = None, None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        owner, key = node.value, node.slice.value
    elif isinstance(node, ast.Attribute):
        owner, key = node.value, node.attr
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        first = node.args[0] if node.args else None
        owner, key = node.func.value, first.value if isinstance(first, ast.Constant) else None
    return (owner, key) if isinstance(owner, ast.Name) else (None, key)


def _pick(row: ast.expr, key: object) -> ast.expr | None:
    """The part of a row under a key, an index or, where a call makes the row, the keyword of that name."""
    if isinstance(row, ast.Dict):
        return next(
            (
                value
                for held, value in zip(row.keys, row.values, strict=True)
                if isinstance(held, ast.Constant) and held.value == key
            ),
            None,
        )
    if isinstance(row, ast.Tuple | ast.List) and isinstance(key, int):
        return row.elts[key] if -len(row.elts) <= key < len(row.elts) else None
    if isinstance(row, ast.Call):
        return next((keyword.value for keyword in row.keywords if keyword.arg == key), None)
    return None


def _put(node: ast.expr, name: str, value: ast.expr) -> ast.expr:
    """A copy of an expression with a name replaced."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, inner: ast.Name) -> ast.expr:
            return value if inner.id == name else inner

        def visit_FormattedValue(self, inner: ast.FormattedValue) -> ast.expr:
            self.generic_visit(inner)
            return inner.value if isinstance(inner.value, ast.Constant) else inner

    return ast.fix_missing_locations(Put().visit(_copied(node)))  # type: ignore[no-any-return]


def _copied(node: ast.expr) -> ast.expr:
    """A copy that shares nothing with the tree that is read."""
    made = ast.parse(ast.unparse(node), mode="eval").body
    return ast.copy_location(made, node)
