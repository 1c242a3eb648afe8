"""Small questions about a node of the syntax tree."""

from __future__ import annotations

import ast

_SHOWN = 80
"""Characters of source text that are shown."""


def last_name(node: ast.AST) -> str:
    """`c` of `a.b.c` and of `c`; "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def member_name(node: ast.AST | None) -> str:
    """The member of an enumeration: `PUT` of `HTTPMethod.PUT`, `HTTPMethod.PUT.value`; "" for all else."""
    if isinstance(node, ast.Attribute) and node.attr in ("value", "name"):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else ""


def bases_of(node: ast.ClassDef) -> list[ast.expr]:
    """The bases of a class: A and B of `with_metaclass(Meta, A, B)` (six, and its many copies)."""
    found: list[ast.expr] = []
    for base in node.bases:
        handed_on = isinstance(base, ast.Call) and last_name(base.func) == "with_metaclass"
        found.extend(base.args[1:] if isinstance(base, ast.Call) and handed_on else [base])
    return found


def base_given(node: ast.Call) -> ast.expr | None:
    """X of `declarative_base(cls=X)`: what inherits from the result inherits from X (SQLAlchemy)."""
    if last_name(node.func) != "declarative_base":
        return None
    return next((keyword.value for keyword in node.keywords if keyword.arg == "cls"), None)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """What a call gives by a name."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def with_defaults(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """The named parameters of a function, those by place first, each with its default, if it has one."""
    places = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(places) - len(arguments.defaults))
    defaults += arguments.defaults
    return [
        *zip(places, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]


def position(node: ast.AST) -> tuple[int, int]:
    """(line, column), zeros where a node has none."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def shown(node: ast.AST) -> str:
    """The beginning of a node's source on one line; "" where it cannot be written."""
    try:
        return " ".join(ast.unparse(node).split())[:_SHOWN]
    except (ValueError, RecursionError):
        return ""
