"""Expressions that stand in texts: `eval("order.total()")`."""

from __future__ import annotations

import ast
import warnings

_LONGEST = 1_000
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)
"""What would add scopes or names to the file's, which are known before its texts are read."""


def evaluated(node: ast.Call) -> ast.expr | None:
    """The expression that a call of `eval` runs, placed where the call stands; None where it is not plain."""
    given = node.args[0] if node.args else None
    text = given.value if isinstance(given, ast.Constant) else None
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inner = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for part in ast.walk(inner):
        if isinstance(part, _SCOPES):
            return None
        if isinstance(part, ast.expr):
            ast.copy_location(part, node)
    return inner
