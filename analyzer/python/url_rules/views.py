"""What answers a URL rule, as code: taken out of what wraps it or makes it."""

from __future__ import annotations

import ast
import re

from ...model.world import Syntax

_NESTED, _LONGEST = 3, 200


def view_name(syntax: Syntax, view: ast.expr, scope: str) -> str:
    """The name that a view gives its route: that of `as_view("name")` or of the function; "" if not plain."""
    made = _view_made(syntax, view, scope)
    for _ in range(_NESTED):
        if not isinstance(made, ast.Call):
            return plain(made).rpartition(".")[2]
        if isinstance(made.func, ast.Attribute) and made.func.attr == "as_view":
            named = (k.value for k in made.keywords if k.arg == "name")
            given = made.args[0] if made.args else next(named, None)
            if isinstance(given, ast.Attribute) and given.attr == "__name__":
                return plain(given.value).rpartition(".")[2]
            return syntax.string(given) or ""
        if len(made.args) != 1:
            break
        made = made.args[0]
    return ""


def view_code(syntax: Syntax, view: ast.expr, scope: str) -> str:
    """What answers, as code: a view class without its `as_view(...)`, a function without what wraps it.

    A lambda is told by its place: `<lambda>:line:column`.
    """
    made = _view_made(syntax, view, scope)
    for _ in range(_NESTED):
        if not isinstance(made, ast.Call):
            break
        function = made.func
        if isinstance(function, ast.Attribute) and function.attr == "as_view":
            return plain(function.value)
        partly = getattr(function, "attr", getattr(function, "id", "")) == "partial"
        if (
            not made.args
            or (len(made.args) > 1 and not partly)
            or not isinstance(made.args[0], ast.Name | ast.Attribute | ast.Call)
        ):
            break
        made = made.args[0]  # `login_required(view)`, `csrf.exempt(X.as_view("x"))`
    return f"<lambda>:{made.lineno}:{made.col_offset}" if isinstance(made, ast.Lambda) else plain(made)


def _view_made(syntax: Syntax, view: ast.expr, scope: str) -> ast.AST:
    """What a view is bound to; of a name that is bound again (`view = wrap(view)`) its `as_view()`."""
    made = syntax.bound(view, scope) or view
    if isinstance(made, ast.Name):
        return syntax.once(_views_made).get((scope, made.id), made)
    if isinstance(made, ast.Subscript) and plain(made.value) == "globals()":
        name = syntax.string(made.slice)
        return ast.copy_location(ast.Name(name), made) if name is not None else made
    return made


def _views_made(syntax: Syntax) -> dict[tuple[str, str], ast.AST]:
    """(scope, name) -> the one `X.as_view(...)` that it is given there."""
    found: dict[tuple[str, str], list[ast.AST]] = {}
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        target, value = node.targets[0] if isinstance(node, ast.Assign) else node.target, node.value
        made = isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "as_view"
        if made and isinstance(target, ast.Name):
            found.setdefault((scope, target.id), []).append(value)  # type: ignore[arg-type]
    return {key: values[0] for key, values in found.items() if len(values) == 1}


def plain(node: ast.AST) -> str:
    """Short code of an expression: arguments of calls left out."""
    try:
        return re.sub(r"\((?:[^()]|\([^()]*\))*\)", "()", ast.unparse(node))[:_LONGEST]
    except (ValueError, RecursionError):
        return ""
