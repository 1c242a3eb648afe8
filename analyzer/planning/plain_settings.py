"""What a setting is without a word from outside: a plain value, or the default of what asks for one."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Plain = bool | int | float | str
Kind = Literal["", "json", "list"]
_SUMS = {ast.Mult: operator.mul, ast.Add: operator.add, ast.Sub: operator.sub}
_TYPED: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str}
_ASKING = frozenset({"config", "env", "get", "getenv", "environ", *_TYPED})
"""`config("X", default=5, cast=int)`, `env.int("X", 5)`, `os.environ.get("X", "y")`, `int(getenv("X"))`."""
_MOST = 10**12
_LONGEST = 300


def plain_setting(
    node: ast.expr, known: Mapping[str, object] = MappingProxyType({})
) -> Plain | list[Plain] | None:
    """The value of a setting, a tuple as a list; None where it is not plain.

    `known` are settings that are plain, by their names: `not DEBUG` is one if DEBUG is.
    """
    if isinstance(node, ast.Call) and kind_of(node) == "list":
        return _listed(node)
    if not isinstance(node, ast.List | ast.Tuple):
        return plain_value(_filled(node, known))
    found = [each for part in node.elts if (each := plain_value(part)) is not None]
    return found if len(found) == len(node.elts) <= _LONGEST else None


def kind_of(node: ast.expr) -> Kind:
    """What a setting is whatever its value: a list, else no text (`json`), else a text or unknown ("")."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.ListComp):
        return "list"
    if isinstance(node, ast.Dict | ast.Compare | ast.UnaryOp):
        return "json"
    if not isinstance(node, ast.Call):
        return ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("split", "list", "tuple"):
        return "list"
    if name in ("int", "float", "bool", "json", "dict"):
        return "json"
    cast = next((word.value for word in node.keywords if word.arg == "cast"), None)
    if isinstance(cast, ast.Call) and getattr(cast.func, "id", "") == "Csv":
        return "list"
    typed = cast.id if isinstance(cast, ast.Name) else ""
    return "list" if typed in ("list", "tuple") else "json" if typed in ("int", "float", "bool") else ""


def _listed(call: ast.Call) -> list[Plain] | None:
    """The default of `config("X", default="a,b", cast=Csv())`, `env.list("X", [])` and `.split(",")`."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "split":
        asked = plain_value(function.value)
    else:
        words = {word.arg: word.value for word in call.keywords}
        given = words.get("default", call.args[1] if len(call.args) > 1 else None)
        if given is None:
            return None
        if isinstance(given, ast.List | ast.Tuple):
            found = plain_setting(given)
            return found if isinstance(found, list) else None
        asked = plain_value(given)
    if not isinstance(asked, str):
        return None
    return [part.strip() for part in asked.split(",") if part.strip()]


def _filled(node: ast.expr, known: Mapping[str, object]) -> ast.expr:
    """An expression whose names of known settings are their values: `not DEBUG`, also as a default."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _filled(node.operand, known)
        if isinstance(inner, ast.Constant):
            return ast.Constant(not inner.value)
    value = known.get(node.id) if isinstance(node, ast.Name) else None
    if isinstance(value, Plain):
        return ast.Constant(value)
    if isinstance(node, ast.Call):
        words = [ast.keyword(word.arg, _filled(word.value, known)) for word in node.keywords]
        return ast.Call(node.func, [_filled(each, known) for each in node.args], words)
    return node


def plain_value(node: ast.expr) -> Plain | None:
    """The value, None where it is not plain."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, Plain) else None
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        left, right = plain_value(node.left), plain_value(node.right)
        if _is_number(left) and _is_number(right):
            made = _SUMS[type(node.op)](left, right)
            return made if abs(made) < _MOST else None
    if isinstance(node, ast.Call):
        return _default(node)
    return None


def _default(call: ast.Call) -> Plain | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _ASKING or not call.args or (name == "get" and not _of_environment(call.func)):
        return None
    words = {word.arg: word.value for word in call.keywords}
    if isinstance(call.func, ast.Name) and name in _TYPED:  # around what asks
        inner = plain_value(call.args[0]) if isinstance(call.args[0], ast.Call) else None
        return _typed(inner, name)
    second = call.args[1] if len(call.args) > 1 else None
    given = words.get("default", second)
    value = plain_value(given) if given is not None else None
    cast = words.get("cast")
    if cast is None:
        return _typed(value, name) if name in _TYPED else value
    return _typed(value, cast.id) if isinstance(cast, ast.Name) and cast.id in _TYPED else None


def _of_environment(function: ast.expr) -> bool:
    """Whether `x.get` asks the environment, not some dictionary."""
    owner = function.value if isinstance(function, ast.Attribute) else None
    return (owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")) == "environ"


def _typed(value: Plain | None, name: str) -> Plain | None:
    """A default as the type that is asked for, where it is one already or a number in a text."""
    if isinstance(value, _TYPED[name]):
        return value
    if name in ("int", "float") and isinstance(value, str | int | float):
        try:
            return int(value) if name == "int" else float(value)
        except (ValueError, OverflowError):
            return None
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
