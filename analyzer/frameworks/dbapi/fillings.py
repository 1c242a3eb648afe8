"""Calls that fill the holes of a text: `format(...)`, `format_map({})`, `Template(TEXT).substitute(...)`."""

from __future__ import annotations

import ast
import re

from ...model.world import Syntax
from ...python.nodes import last_name

_FILLS = frozenset({"format", "format_map"})
_SUBSTITUTES = frozenset({"substitute", "safe_substitute"})
_DOLLAR = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


def filled_text(syntax: Syntax, node: ast.expr) -> str | None:
    """The text that a call fills, its holes as `format` has them; None for other expressions."""
    function = node.func if isinstance(node, ast.Call) else None
    if not isinstance(function, ast.Attribute):
        return None
    if function.attr in _FILLS:
        return syntax.string(function.value)
    if function.attr not in _SUBSTITUTES:
        return None
    made = syntax.bound(function.value, "")
    if not isinstance(made, ast.Call) or last_name(made.func) != "Template" or not made.args:
        return None
    text = syntax.string(made.args[0])
    return None if text is None else _DOLLAR.sub(lambda found: f"{{{found[1] or found[2]}}}", text)


def shown_text(syntax: Syntax, node: ast.expr) -> str | None:
    """The text of an expression with `{}` for each hole, also where a call fills it."""
    text = syntax.string(node)
    if text is not None or not isinstance(node, ast.Call):
        return text
    filled = filled_text(syntax, node)
    return None if filled is None else re.sub(r"\{\w*\}", "{}", filled)
