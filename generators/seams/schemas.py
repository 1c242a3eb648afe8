"""Declared types as JSON Schemas of what crosses: the code that carries calls encodes values so."""

from __future__ import annotations

import ast
from typing import Any

from ...analyzer.model.interface import Passed

_PLAIN = {"int": "integer", "float": "number", "str": "string", "bool": "boolean", "None": "null"}
_TEXTS = {
    "datetime.datetime": "date-time", "datetime.date": "date", "datetime.time": "time", "uuid.UUID": "uuid",
    "decimal.Decimal": "decimal", "bytes": "base64", "bytearray": "base64",
}  # fmt: skip
_LISTS = frozenset(
    "list List set Set frozenset FrozenSet AbstractSet MutableSet Sequence Collection Iterable".split()
)
_MAPPINGS = frozenset("dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict".split())
_ANY = frozenset({"object", "typing.Any", "typing.Hashable"})
Schema = dict[str, Any]


def schema(passed: Passed) -> Schema:
    """The schema of a parameter or a result; what is told by itself may be anything."""
    if passed.how == "parts":
        about = f"an object, of which crosses: {', '.join(passed.paths) or 'nothing'}"
        return {"type": "object", "description": about}
    inner = schema_of(passed.type) if passed.how == "declared" or passed.type else {}
    if passed.kind == "*":
        return {"type": "array", "items": inner}
    if passed.kind == "**":
        return {"type": "object", "additionalProperties": inner}
    return inner


def schema_of(text: str) -> Schema:
    """The schema of a declared type with dotted names; a class of the project is told by its name."""
    try:
        return _of(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError):
        return {"description": text}


def _of(node: ast.expr) -> Schema:
    if isinstance(node, ast.BinOp):
        return _union([*_members(node)])
    if isinstance(node, ast.Subscript):
        return _container(node)
    name = "None" if isinstance(node, ast.Constant) and node.value is None else ast.unparse(node)
    if name in _PLAIN:
        return {"type": _PLAIN[name]}
    if name in _TEXTS:
        return {"type": "string", "format": _TEXTS[name]}
    last = name.rpartition(".")[2]
    if last in _LISTS:
        return {"type": "array"}
    return {"type": "array", "items": _pair({}, {})} if last in _MAPPINGS else _named(name)


def _named(name: str) -> Schema:
    return {} if name in _ANY else {"description": name}


def _members(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [*_members(node.left), *_members(node.right)]
    return [node]


def _union(members: list[ast.expr]) -> Schema:
    """None or one other is that; of several others, the place of the one that it is goes with it."""
    schemas = [_of(each) for each in members]
    others = [each for each in schemas if each != {"type": "null"}]
    if len(others) == 1:
        return {"anyOf": [others[0], {"type": "null"}]} if len(schemas) > 1 else others[0]
    return {"oneOf": [_pair({"const": index}, each) for index, each in enumerate(schemas)]}


def _pair(one: Schema, other: Schema) -> Schema:
    return {"type": "array", "prefixItems": [one, other], "minItems": 2, "maxItems": 2}


def _container(node: ast.Subscript) -> Schema:
    outer = ast.unparse(node.value).rpartition(".")[2]
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if outer == "Literal":
        return {"enum": [each.value for each in inner if isinstance(each, ast.Constant)]}
    if outer == "Optional":
        return _union([inner[0], ast.Constant(None)])
    if outer == "Union":
        return _union(inner)
    if outer in ("Annotated", "Final", "Required", "NotRequired"):
        return _of(inner[0])
    if outer in _MAPPINGS and len(inner) == 2:
        return {"type": "array", "items": _pair(_of(inner[0]), _of(inner[1]))}
    if outer in ("tuple", "Tuple"):
        if len(inner) == 2 and ast.unparse(inner[1]) in ("...", "Ellipsis"):
            return {"type": "array", "items": _of(inner[0])}
        items = [_of(each) for each in inner]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    return (
        {"type": "array", "items": _of(inner[0])} if outer in _LISTS else {"description": ast.unparse(node)}
    )
