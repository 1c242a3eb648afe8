"""Lists of URL rules: `ROUTES = [(View, "/x"), ...]` in one module, a loop in another that adds each row."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax

_MOST_ROWS = 1_000
_WIDEST = 6
"""Parts of one row that are looked at."""

Argument = Callable[[str, ast.expr], Json]
"""Makes the JSON of an argument of a name ("" by place)."""


class Rows(NamedTuple):
    """A loop over a list elsewhere: the call with the parts of a row by their names, the list, these names.

    The parts of `for view, rule in ROUTES` have the names of the loop, those of `for row in ROUTES` are
    `row[0]`, `row[1]` ...; `rest` are all after the first.
    """

    call: ast.Call
    over: ast.expr
    names: tuple[str, ...]
    rest: str = ""


def rows_of(loop: ast.For, call: ast.Call) -> Rows | None:
    """How a call in a loop takes rows apart, None where it does not."""
    target, over = loop.target, loop.iter
    if not isinstance(over, ast.Name | ast.Attribute):
        return None
    if isinstance(target, ast.Tuple | ast.List):
        names = [part.id for part in target.elts if isinstance(part, ast.Name)]
        used = {part.id for part in ast.walk(call) if isinstance(part, ast.Name)}
        plainly = len(names) == len(target.elts) and used & set(names)
        return Rows(call, over, tuple(names)) if plainly else None
    if not isinstance(target, ast.Name):
        return None
    taken = _Apart(target.id)
    apart = taken.visit(copy.deepcopy(call))
    places = tuple(f"{target.id}[{index}]" for index in range(_WIDEST))
    return Rows(apart, over, places, f"{target.id}[1:]") if taken.found else None


class _Apart(ast.NodeTransformer):
    """`f(*row)` as `f(row[0], *row[1:])`, and each part of a row as one name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.found = False

    def _is_row(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self._name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        arguments: list[ast.expr] = []
        for place, argument in enumerate(node.args):
            if place == 0 and isinstance(argument, ast.Starred) and self._is_row(argument.value):
                self.found = True
                arguments.append(_name(f"{self._name}[0]", argument))
                rest = _name(f"{self._name}[1:]", argument)
                arguments.append(ast.copy_location(ast.Starred(rest, ast.Load()), argument))
            else:
                arguments.append(argument)
        node.args = arguments
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if self._is_row(node.value) and isinstance(index, int) and 0 <= index < _WIDEST:
            self.found = True
            return _name(f"{self._name}[{index}]", node)
        return self.generic_visit(node)


def _name(text: str, at: ast.AST) -> ast.Name:
    return ast.copy_location(ast.Name(text, ast.Load()), at)


def read_rows(syntax: Syntax, argument: Argument) -> Iterator[Fact]:
    """Facts of kind `rows`: lists of modules whose rows have a path and what may answer it."""
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if scope or not isinstance(target, ast.Name) or not isinstance(value, ast.List | ast.Tuple):
            continue
        rows = [row for row in value.elts[:_MOST_ROWS] if _is_row(row)]
        if rows:
            data: Json = [
                {"line": row.lineno, "column": row.col_offset,
                 "arguments": [argument("", part) for part in _parts(row)[:_WIDEST]]}
                for row in rows
            ]  # fmt: skip
            yield Fact("rows", scope, value.lineno, value.col_offset, {"name": target.id, "rows": data})


def _parts(row: ast.expr) -> Sequence[ast.expr]:
    return row.elts if isinstance(row, ast.Tuple | ast.List) else ()


def _is_row(row: ast.expr) -> bool:
    parts = _parts(row)
    texts = (part.value for part in parts if isinstance(part, ast.Constant))
    ruled = any(isinstance(text, str) and text.startswith("/") for text in texts)
    return ruled and any(isinstance(part, ast.Name | ast.Attribute | ast.Call) for part in parts)
