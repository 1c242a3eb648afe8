"""Core tables that code takes by their names: `metadata.tables["orders"]`, reflected ones, `table("orders")`.

Tables that are written out with their columns have variables, which facts of kind `table` tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from .columns import TABLE, schema

MARK = "table "
"""What path expressions begin with that are names of tables."""
_LIGHT = re.compile(r"(?:sqlalchemy|sqlmodel)\.(?:\w+\.)*table\Z")
_DEEPEST = 8


def read_taken(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `taken`: variables of the module that hold such a table."""
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        target = node.targets[0]
        if scope or not isinstance(target, ast.Name) or not isinstance(node.value, ast.Call | ast.Subscript):
            continue
        if name := _taken(syntax, node.value):
            data: dict[str, Json] = {"table": name.lower()}
            yield Fact("taken", target.id, node.lineno, node.col_offset, data)


def core_name(syntax: Syntax, node: ast.AST | None, scope: str) -> str:
    """`table NAME` for an expression that begins with a table which is taken by its name, else ""."""
    for _ in range(_DEEPEST):
        name = _taken(syntax, node)
        if name:
            return f"{MARK}{name.lower()}"
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Name):
            bound = syntax.bound(node, scope)
            if bound is node:
                return ""
            node = bound
        else:
            return ""
    return ""


def _taken(syntax: Syntax, node: ast.AST | None) -> str:
    """The name of the table that a call or an item of a dictionary of tables gives."""
    if isinstance(node, ast.Subscript):
        return _of_metadata(syntax, node.value, node.slice)
    if not isinstance(node, ast.Call) or not node.args:
        return ""
    called = syntax.dotted(node.func)
    if TABLE.match(called) or _LIGHT.match(called):
        name = syntax.string(node.args[0]) or ""
        inside = schema(syntax, node.keywords)
        plain = name and "{" not in name and (len(node.args) > 1 or node.keywords)
        return (f"{inside}.{name}" if inside else name) if plain else ""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return _of_metadata(syntax, node.func.value, node.args[0])
    return ""


def _of_metadata(syntax: Syntax, owner: ast.expr, key: ast.expr) -> str:
    """`Base.metadata.tables["orders"]`."""
    if not isinstance(owner, ast.Attribute) or owner.attr != "tables":
        return ""
    holder = syntax.dotted(owner.value).rpartition(".")[2].removesuffix("()").lower()
    name = syntax.string(key)
    return name if name and "{" not in name and holder.endswith(("metadata", "meta")) else ""
