"""What `__all__` lists: literals, what is added to them, and the lists of other modules."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .syntax import PythonSyntax

ALL = ":*"
"""Ends an entry that stands for all that another module lists: `.shapes:*`."""
_SAME = frozenset({"list", "tuple", "sorted", "set"})
_DEPTH = 20


class _Unknown(Exception):
    """A part of `__all__` that the file does not tell."""


def read_exports(syntax: PythonSyntax) -> list[str] | None:
    """The names in `__all__`, in order; None when there is none or a part of it cannot be told."""
    if "__all__" not in syntax.stores[""]:
        return None
    names: list[str] = []
    try:
        for node, scope in syntax.find(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Call):
            if scope == "":
                _apply(syntax, node, names)
    except _Unknown:
        return None
    return list(dict.fromkeys(names))


def _apply(syntax: PythonSyntax, node: ast.AST, names: list[str]) -> None:
    if isinstance(node, ast.Assign) and any(_is_all(target) for target in node.targets):
        names[:] = _list(syntax, node.value, names)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign) and _is_all(node.target) and node.value is not None:
        more = _list(syntax, node.value, names)
        names[:] = [*names, *more] if isinstance(node, ast.AugAssign) else more
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_all(node.func.value):
        if node.func.attr == "append" and len(node.args) == 1:
            names.extend(_elements(syntax, node.args, names))
        elif node.func.attr in ("extend", "__iadd__") and len(node.args) == 1:
            names.extend(_list(syntax, node.args[0], names))
        elif node.func.attr == "remove" and isinstance(node.args[0], ast.Constant):
            names[:] = [name for name in names if name != node.args[0].value]
        elif node.func.attr != "sort":
            raise _Unknown
    elif isinstance(node, ast.Assign) and any(
        isinstance(t, ast.Tuple) and any(map(_is_all, t.elts)) for t in node.targets
    ):
        raise _Unknown


def _is_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _list(syntax: PythonSyntax, node: ast.AST | None, names: Sequence[str], depth: int = _DEPTH) -> list[str]:
    if depth <= 0:
        raise _Unknown
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _elements(syntax, node.elts, names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = _list(syntax, node.left, names, depth - 1)
        return [*left, *_list(syntax, node.right, names, depth - 1)]
    if isinstance(node, ast.Dict):
        return _elements(syntax, [key for key in node.keys if key is not None], names)
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Name) and function.id in _SAME and len(node.args) == 1:
            return _list(syntax, node.args[0], names, depth - 1)
        if isinstance(function, ast.Attribute) and function.attr == "keys":
            return _list(syntax, function.value, names, depth - 1)
    if _is_all(node) if node is not None else False:
        return list(names)
    dotted = syntax.dotted(node)
    if dotted.endswith(".__all__"):
        return [dotted.removesuffix(".__all__") + ALL]
    bound = syntax.bound(node, "")
    if bound is not node:
        return _list(syntax, bound, names, depth - 1)
    raise _Unknown


def _elements(syntax: PythonSyntax, nodes: Sequence[ast.expr], names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            found.extend(_list(syntax, node.value, names))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.Attribute) and node.attr == "__name__" and isinstance(node.value, ast.Name):
            found.append(node.value.id)
        else:
            raise _Unknown
    return found
