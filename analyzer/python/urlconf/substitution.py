"""Loops over literals, unrolled: the body once for each element, names replaced by what they are."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from typing import TypeVar

from ...model.world import Syntax

_MOST = 200
_Node = TypeVar("_Node", bound=ast.AST)


class _Fill(ast.NodeTransformer):
    """Replaces names, and makes plain texts of f-strings whose holes are filled."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self._names.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return node if found is None else found

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        parts: list[str] = []
        for part in node.values:
            value = self.visit(part.value) if isinstance(part, ast.FormattedValue) else part
            if not isinstance(value, ast.Constant):
                return node
            parts.append(str(value.value))
        return ast.copy_location(ast.Constant("".join(parts)), node)


def fill(node: _Node, names: Mapping[str, ast.expr]) -> _Node:
    """A copy of the node in which names are replaced; what is nested too deeply stays as it is."""
    try:
        filled: _Node = _Fill(names).visit(copy.deepcopy(node))
    except RecursionError:
        return node
    return filled


def rounds(
    syntax: Syntax, target: ast.expr, over: ast.expr, scope: str
) -> Iterator[dict[str, ast.expr]] | None:
    """What the loop's names are in each round; None where the file does not tell."""
    elements = _elements(syntax, over, scope)
    if elements is None or len(elements) > _MOST:
        return None
    found = [_names(target, element) for element in elements]
    return None if any(names is None for names in found) else (names for names in found if names is not None)


def _elements(syntax: Syntax, over: ast.expr, scope: str) -> list[ast.expr] | None:
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and not over.args:
        held = syntax.bound(over.func.value, scope)
        if not isinstance(held, ast.Dict) or any(key is None for key in held.keys):
            return None
        keys = [key for key in held.keys if key is not None]
        if over.func.attr == "items":
            return [
                ast.copy_location(ast.Tuple([key, value], ast.Load()), key)
                for key, value in zip(keys, held.values, strict=True)
            ]
        return {"keys": keys, "values": held.values}.get(over.func.attr)
    held = syntax.bound(over, scope)
    if isinstance(held, ast.Dict):
        return [key for key in held.keys if key is not None]
    if isinstance(held, ast.List | ast.Tuple | ast.Set):
        return None if any(isinstance(element, ast.Starred) for element in held.elts) else held.elts
    return None


def _names(target: ast.expr, element: ast.expr) -> dict[str, ast.expr] | None:
    if isinstance(target, ast.Name):
        return {target.id: element}
    if isinstance(target, ast.Tuple | ast.List) and isinstance(element, ast.Tuple | ast.List):
        if len(target.elts) != len(element.elts):
            return None
        found: dict[str, ast.expr] = {}
        for inner, value in zip(target.elts, element.elts, strict=True):
            if not isinstance(inner, ast.Name):
                return None
            found[inner.id] = value
        return found
    return None
