"""What small expressions give, where the names in them are known: texts, truths, what a class is called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import NamedTuple

UNKNOWN = object()
"""What is not known; it is no value that an expression gives."""
_TEXTS = frozenset({"lower", "upper", "strip", "lstrip", "rstrip", "title"})
Names = Mapping[str, object]
Outer = Callable[[ast.expr], object]


class Model(NamedTuple):
    """A model class: its dotted name, and the label of its application."""

    name: str
    label: str

    def attribute(self, name: str) -> object:
        """What `model._meta.model_name` and the like give."""
        short = self.name.rpartition(".")[2]
        full = f"{self.label}.{short}"
        return {
            "_meta": self, "app_label": self.label, "model_name": short.lower(), "object_name": short,
            "__name__": short, "label_lower": full.lower(), "label": full,
        }.get(name, UNKNOWN)  # fmt: skip


def told(node: ast.expr, names: Names, outer: Outer) -> object:
    """The value of an expression; `outer` says what names mean that are none of `names`."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id] if node.id in names else outer(node)
    if isinstance(node, ast.Attribute):
        owner = told(node.value, names, outer)
        return owner.attribute(node.attr) if isinstance(owner, Model) else outer(node)
    if isinstance(node, ast.Subscript):
        return _item(told(node.value, names, outer), told(node.slice, names, outer))
    if isinstance(node, ast.IfExp):
        test = told(node.test, names, outer)
        return UNKNOWN if test is UNKNOWN else told(node.body if test else node.orelse, names, outer)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        held = told(node.operand, names, outer)
        return UNKNOWN if held is UNKNOWN else not held
    if isinstance(node, ast.BoolOp):
        return _any_or_all(node, names, outer)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compared(node.ops[0], *(told(n, names, outer) for n in (node.left, node.comparators[0])))
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        return _text(node, names, outer)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        return _called(node.func, [told(argument, names, outer) for argument in node.args], names, outer)
    return UNKNOWN


def _item(owner: object, key: object) -> object:
    return owner.get(key, UNKNOWN) if isinstance(owner, dict) and isinstance(key, str) else UNKNOWN


def _any_or_all(node: ast.BoolOp, names: Names, outer: Outer) -> object:
    held: object = UNKNOWN
    for value in node.values:
        held = told(value, names, outer)
        if held is UNKNOWN or bool(held) == isinstance(node.op, ast.Or):
            return held
    return held


def _compared(how: ast.cmpop, left: object, right: object) -> object:
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if isinstance(how, ast.Eq | ast.Is):
        return left == right
    return left != right if isinstance(how, ast.NotEq | ast.IsNot) else UNKNOWN


def _text(node: ast.JoinedStr | ast.BinOp, names: Names, outer: Outer) -> object:
    """A text that is put together; UNKNOWN where a part is."""
    if isinstance(node, ast.BinOp):
        left, right = told(node.left, names, outer), told(node.right, names, outer)
        plain = isinstance(node.op, ast.Add) and isinstance(left, str) and isinstance(right, str)
        return f"{left}{right}" if plain else UNKNOWN
    parts = [told(p.value, names, outer) if isinstance(p, ast.FormattedValue) else p for p in node.values]
    held = [part.value if isinstance(part, ast.Constant) else part for part in parts]
    return "".join(map(str, held)) if all(isinstance(part, str | int) for part in held) else UNKNOWN


def _called(function: ast.Attribute, given: list[object], names: Names, outer: Outer) -> object:
    owner = told(function.value, names, outer)
    if isinstance(owner, str) and function.attr in _TEXTS and all(isinstance(text, str) for text in given):
        return getattr(owner, function.attr)(*given)
    if isinstance(owner, dict) and function.attr == "get" and given and isinstance(given[0], str):
        return owner.get(given[0], given[1] if len(given) > 1 else None)
    return UNKNOWN
