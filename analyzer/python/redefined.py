"""Functions that share their name with another of their scope, and are functions of their own all the same.

A property's getter and setter, `@convert.register def _(...)` for each type, handlers that a decorator keeps:
what defines the name again does not replace them. Where branches define a name (`if`, `try`), or nothing
keeps the first definition, the name means either, and they are one; so are `@overload`s and what they are of.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .scopes import Scope

Function = ast.FunctionDef | ast.AsyncFunctionDef


def own_name(node: Function, scopes: Mapping[str, Scope], parent: Scope, mark: str) -> str:
    """The name of a function inside of a scope: `total`, `total<setter>`, `_<2>`.

    `scopes` are those that stand before it; `mark` says what holds where it stands, "" when nothing does.
    """
    inside = f"{parent.name}." if parent.name else ""
    before = scopes.get(inside + node.name)
    if before is None or not isinstance(before.node, Function) or not node.decorator_list:
        return node.name
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Attribute)
            and isinstance(decorator.value, ast.Name)
            and decorator.value.id == node.name
        ):
            return f"{node.name}<{decorator.attr}>"
    if mark or not _is_kept(before.node):
        return node.name
    count = 2
    while f"{inside}{node.name}<{count}>" in scopes:
        count += 1
    return f"{node.name}<{count}>"


def _is_kept(node: Function) -> bool:
    """Whether a decorator may keep a function whose name is bound again."""
    return bool(node.decorator_list) and not any(
        (each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")) == "overload"
        for each in node.decorator_list
    )
