"""Names of attributes that code puts together: `getattr(self, "visit_" + kind)`, `f"do_{command}"`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from .classes import ClassValue
from .values import CLASS, CLASS_METHOD, FUNCTION, INSTANCE, MODULE, STATIC_METHOD, Value

HOLE = "\0"
"""Stands in a name for what is not known of it."""
VERB = "\1"
"""Stands for the name of the method that a request was sent with: `getattr(self, request.method.lower())`."""
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_DEFINED = (FUNCTION, CLASS, STATIC_METHOD, CLASS_METHOD)
_FEWEST = 3
"""Characters that must be known: of fewer, names of any kind have the same."""
_DEPTH = 8
_HOLES = re.compile(f"{HOLE}+")
_PERCENT = re.compile(r"%[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%\(\w*\)[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")


def holed_name(node: ast.expr, known: Mapping[str, str]) -> str:
    """The name that an expression gives, with its holes; "" where too little of it is known, or all."""
    name = _text(node, known, _DEPTH)
    if name in (HOLE, VERB):
        return "" if name == HOLE else name
    name = _HOLES.sub(HOLE, name)
    return name if HOLE in name and len(name.replace(HOLE, "")) >= _FEWEST else ""


def ending_asked(test: ast.expr) -> tuple[str, str]:
    """The variable and its name with a hole where a test is `name.startswith("do_")`, or `endswith`."""
    if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and len(test.args) == 1):
        return "", ""
    name, known = test.func.value, test.args[0]
    if not (isinstance(name, ast.Name) and isinstance(known, ast.Constant) and isinstance(known.value, str)):
        return "", ""
    if len(known.value) < _FEWEST or test.func.attr not in ("startswith", "endswith"):
        return "", ""
    return name.id, known.value + HOLE if test.func.attr == "startswith" else HOLE + known.value


def is_namespace(node: ast.expr) -> bool:
    """Whether an expression gives names as the keys of a dictionary: `globals()`, `vars(x)`, `x.__dict__`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("globals", "vars")
    return isinstance(node, ast.Attribute) and node.attr == "__dict__"


def is_namespace_get(node: ast.expr) -> bool:
    """Whether an expression is `globals().get`, or that of another such dictionary."""
    return isinstance(node, ast.Attribute) and node.attr == "get" and is_namespace(node.value)


def names_of(value: Value, name: str) -> Iterable[str]:
    """The name itself; of one with holes those of the functions and classes of a value that look so."""
    if name == VERB:
        return _VERBS if value.kind == INSTANCE else ()
    if HOLE not in name:
        return (name,)
    line = value.a.order if value.kind == INSTANCE else value.order if isinstance(value, ClassValue) else ()
    spaces = [kin.own for kin in line if isinstance(kin, ClassValue)]
    if value.kind == MODULE:
        spaces = [value.a.namespace]
    alike = re.compile(r"\w+".join(map(re.escape, name.split(HOLE))) + r"\Z")
    return dict.fromkeys(
        each
        for space in spaces
        for each, cell in space.items()
        if alike.match(each) and any(v.kind in _DEFINED for v in cell.values)
    )


def _text(node: ast.expr, known: Mapping[str, str], depth: int) -> str:
    if not depth:
        return HOLE
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else HOLE
    if isinstance(node, ast.Name):
        return known.get(node.id, HOLE)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, known, depth - 1) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left, known, depth - 1) + _text(node.right, known, depth - 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        return _PERCENT.sub(HOLE, _text(node.left, known, depth - 1))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _BRACES.sub(HOLE, _text(node.func.value, known, depth - 1))
    return VERB if _is_verb(node) and depth == _DEPTH else HOLE


def _is_verb(node: ast.expr) -> bool:
    """Whether an expression is `request.method.lower()`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args):
        return False
    method = node.func.value
    return node.func.attr == "lower" and isinstance(method, ast.Attribute) and method.attr == "method"
