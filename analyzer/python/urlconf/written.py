"""Texts and code of URL patterns as one file writes them."""

from __future__ import annotations

import ast
import re

from ...model.facts import Json
from ...model.world import Syntax
from ..expressions import summands
from ..patterns import parts_of

_TRANSLATED = {
    **dict.fromkeys(("_", "gettext_lazy", "gettext", "gettext_noop", "ugettext_lazy", "ugettext"), 0),
    "pgettext_lazy": 1,
    "pgettext": 1,
}
"""Functions that translate a text -> the place of the text; some are given its context first."""
_LONGEST = 200


def written_text(syntax: Syntax, node: ast.expr) -> str | None:
    """The text of a pattern; None where a part of it is not in the file."""
    if isinstance(node, ast.Call) and node.args:
        words = (code_of(node.func), syntax.dotted(node.func))
        places = [_TRANSLATED.get(word.rpartition(".")[2]) for word in words]
        place = next((each for each in places if each is not None), None)
        if place is not None:
            return written_text(syntax, node.args[place]) if place < len(node.args) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return _combined(syntax, node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text, given = syntax.string(node.func.value), [written_text(syntax, a) for a in node.args]
        named = {k.arg or "": written_text(syntax, k.value) for k in node.keywords}
        if text is None or None in given or None in named.values():
            return None
        try:
            return text.format(*given, **named)
        except (IndexError, KeyError, ValueError, AttributeError):
            return None
    text = syntax.string(node)
    return None if text is None or "{}" in text else text


def _combined(syntax: Syntax, node: ast.BinOp) -> str | None:
    if isinstance(node.op, ast.Add):
        parts = [written_text(syntax, part) for part in summands(node)]
        return None if None in parts else "".join(part or "" for part in parts)
    text = written_text(syntax, node.left)
    values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    given = [written_text(syntax, value) for value in values]
    if text is None or None in given:
        return None
    try:
        return str(text % tuple(given))
    except (TypeError, ValueError):
        return None


def code_of(node: ast.AST) -> str:
    """Code as written, calls without their arguments; "" of what is too long or too deep."""
    try:
        text = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "()", ast.unparse(node))
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= _LONGEST else ""


def named_view(syntax: Syntax, node: ast.expr, scope: str) -> list[Json]:
    """[[expression, code, parts]] of `getattr(views, f"Create{name}")`, [] of anything else."""
    if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "getattr" or len(node.args) < 2:
        return []
    on = node.args[0]
    if not isinstance(on, ast.Name | ast.Attribute):
        return []
    return [[syntax.express(on, scope), code_of(on), parts_of(syntax, node.args[1], scope)]]
