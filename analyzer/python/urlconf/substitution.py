"""Loops over literals, unrolled: the body once for each element, names replaced by what they are."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
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
        parts: list[ast.expr] = []
        for part in node.values:
            value = self.visit(part.value) if isinstance(part, ast.FormattedValue) else part
            known = value if isinstance(value, ast.Constant) else None
            if known is not None:
                parts.append(ast.copy_location(ast.Constant(str(known.value)), part))
            else:
                assert isinstance(part, ast.FormattedValue)
                part.value = value
                parts.append(part)
        node.values = parts
        if not all(isinstance(part, ast.Constant) for part in parts):
            return node
        text = "".join(part.value for part in parts)  # type: ignore[attr-defined]
        return ast.copy_location(ast.Constant(text), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Two texts that are known are one."""
        self.generic_visit(node)
        sides = [side.value for side in (node.left, node.right) if isinstance(side, ast.Constant)]
        if not isinstance(node.op, ast.Add) or not all(isinstance(side, str) for side in sides):
            return node
        return ast.copy_location(ast.Constant("".join(map(str, sides))), node) if len(sides) == 2 else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """`row["view"]` and `row[0]` of what is written out are what stands there."""
        self.generic_visit(node)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        found = _item(node.value, key) if isinstance(node.ctx, ast.Load) else None
        return node if found is None else found

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`row.get("prefix")` is what stands there, and `f(**row)` is given what the row names."""
        self.generic_visit(node)
        function = node.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "get"
            and isinstance(function.value, ast.Dict)
        ):
            key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            if key is None or any(not isinstance(each, ast.Constant) for each in function.value.keys):
                return node
            found = _item(function.value, key)
            otherwise = node.args[1] if len(node.args) > 1 else ast.copy_location(ast.Constant(None), node)
            return otherwise if found is None else found
        node.keywords = [inner for keyword in node.keywords for inner in _named(keyword)]
        return node


def _item(holder: ast.expr, key: object) -> ast.expr | None:
    """What stands at a key of a dictionary, or a place of a list, that is written out; None if not known."""
    if isinstance(holder, ast.Dict) and isinstance(key, str):
        pairs = zip(holder.keys, holder.values, strict=True)
        return next((v for k, v in pairs if isinstance(k, ast.Constant) and k.value == key), None)
    if isinstance(holder, ast.Tuple | ast.List) and type(key) is int:
        plain = not any(isinstance(element, ast.Starred) for element in holder.elts)
        return holder.elts[key] if plain and -len(holder.elts) <= key < len(holder.elts) else None
    return None


def _named(keyword: ast.keyword) -> list[ast.keyword]:
    """The arguments that `**` of a dictionary that is written out gives, else the argument itself."""
    held = keyword.value
    if keyword.arg is not None or not isinstance(held, ast.Dict):
        return [keyword]
    names = [key.value if isinstance(key, ast.Constant) else None for key in held.keys]
    if not all(isinstance(name, str) for name in names):
        return [keyword]
    return [ast.keyword(str(name), value) for name, value in zip(names, held.values, strict=True)]


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


def calls_by_round(
    syntax: Syntax, wanted: Callable[[ast.Call], bool]
) -> Iterator[tuple[ast.Call, ast.Call, str]]:
    """(call, the call as it is written, scope); the wanted ones in loops over literals once a round."""
    unrolled: set[ast.Call] = set()
    for loop, scope in syntax.find(ast.For):
        assert isinstance(loop, ast.For)
        inner = [part for part in ast.walk(loop) if isinstance(part, ast.Call) and wanted(part)]
        given = rounds(syntax, loop.target, loop.iter, scope) if inner else None
        for names in given or ():
            for call in inner:
                unrolled.add(call)
                yield fill(call, names), call, scope
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        if node not in unrolled:
            yield node, node, scope


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
