"""Which methods decorators let through to a view that is a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax

_REQUIRES = {"require_GET": ["GET"], "require_POST": ["POST"], "require_safe": ["GET"]}


def read_allowed(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `allows`: the methods that decorators let through to a function."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            verbs = _let_through(syntax, decorator)
            if verbs:
                name = syntax.name_of(node, scope)
                rest = syntax.dotted(decorator).startswith("rest_framework.")
                yield Fact("allows", name, node.lineno, node.col_offset, {"verbs": verbs, "rest": rest})


def _let_through(syntax: Syntax, decorator: ast.expr) -> list[str]:
    dotted = syntax.dotted(decorator).removesuffix("()")
    package, _, last = dotted.rpartition(".")
    if not package.startswith(("django.views", "rest_framework")):
        return []
    if last in _REQUIRES:
        return _REQUIRES[last]
    if last not in ("require_http_methods", "api_view"):
        return []
    given = decorator.args[:1] if isinstance(decorator, ast.Call) else []
    words = decorator.keywords if isinstance(decorator, ast.Call) else []
    given += [k.value for k in words if k.arg in ("http_method_names", "request_method_list")]
    if not given:
        return ["GET"] if last == "api_view" else []
    held = syntax.bound(given[0], "")
    elements = held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else []
    return sorted({(syntax.string(element) or "").upper() for element in elements} - {""})
