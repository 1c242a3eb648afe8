"""Facts about Pyramid, read from one file: routes, views, includes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import keyword
from ...python.patterns import parts_of
from ...python.url_rules.views import plain, view_code

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"})
_SHOWN = 80  # characters of code
_EXCEPTIONS = ("notfound_view_config", "forbidden_view_config", "exception_view_config")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def read_pyramid(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `route`, `view`, `defaults` (of a class of views), `include`."""
    prefixes = _prefixes(syntax)
    for call, scope, last in syntax.called(frozenset({"add_route", "add_view", "include"})):
        if not isinstance(call.func, ast.Attribute):
            continue
        if last == "add_route":
            yield from _route(syntax, call, scope, prefixes.get(call, []))
        elif last == "add_view":
            yield from _added(syntax, call, scope)
        else:
            yield from _included(syntax, call, scope)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                yield from _decorated(syntax, node, decorator, scope)


def _prefixes(syntax: Syntax) -> dict[ast.AST, list[ast.expr]]:
    """The calls inside `with config.route_prefix_context("x"):`, with the prefixes from the outermost on."""
    found: dict[ast.AST, list[ast.expr]] = {}
    for node, _ in syntax.find(ast.With):
        assert isinstance(node, ast.With)
        for item in node.items:
            call = item.context_expr
            if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") != "route_prefix_context":
                continue
            given = call.args[0] if call.args else keyword(call, "route_prefix")
            if given is not None:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Call) and inner is not call:
                        found.setdefault(inner, []).append(given)
    return found


def _route(syntax: Syntax, call: ast.Call, scope: str, prefixes: list[ast.expr]) -> Iterator[Fact]:
    name = call.args[0] if call.args else keyword(call, "name")
    pattern = call.args[1] if len(call.args) > 1 else keyword(call, "pattern") or keyword(call, "path")
    if name is None or pattern is None or str(syntax.string(name)).upper() in _VERBS:
        return  # `add_route("GET", "/x", handler)` is another framework's
    if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "attr", "") == "router":
        return  # so is `app.router.add_route(verb, path, handler)`
    static = keyword(call, "static")
    if isinstance(static, ast.Constant) and static.value is True:
        return  # only builds addresses, of other hosts mostly
    yield Fact("route", scope, call.lineno, call.col_offset, {
        "name": parts_of(syntax, name, scope), "text": parts_of(syntax, pattern, scope),
        "within": [parts_of(syntax, each, scope) for each in prefixes],
        "methods": methods(syntax, call, scope), "code": ast.unparse(call)[:_SHOWN],
        "whole": (syntax.string(pattern) or "").startswith(("http://", "https://", "//")),
    })  # fmt: skip


def _added(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    view = call.args[0] if call.args else keyword(call, "view")
    about = _about(syntax, call, scope)
    if view is None or (about["route"] is None and about["context"] is None):
        return
    named = syntax.string(view)
    yield Fact("view", scope, call.lineno, call.col_offset, {
        **about, "view": named or view_code(syntax, view, scope), "string": named is not None, "handler": "",
    })  # fmt: skip


def _included(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    target = call.args[0] if call.args else keyword(call, "callable")
    if target is None:
        return
    named, prefix = syntax.string(target), keyword(call, "route_prefix")
    code = named or (plain(target) if isinstance(target, ast.Name | ast.Attribute) else "")
    if code:
        yield Fact("include", scope, call.lineno, call.col_offset, {
            "target": code, "string": named is not None,
            "prefix": parts_of(syntax, prefix, scope) if prefix is not None else [],
        })  # fmt: skip


def _decorated(syntax: Syntax, node: _Definition, decorator: ast.Call, scope: str) -> Iterator[Fact]:
    """`@view_config(route_name="x")`, also a decorator of the project's own that hands these on."""
    last = syntax.dotted(decorator.func).rpartition(".")[2] or getattr(decorator.func, "attr", "")
    about = _about(syntax, decorator, scope)
    place = (decorator.lineno, decorator.col_offset)
    own = syntax.name_of(node, scope)
    if last == "view_defaults":
        yield Fact("defaults", own, *place, about)
    elif last == "view_config" or last in _EXCEPTIONS or about["route"] is not None:
        about["errors"] = last in _EXCEPTIONS
        yield Fact("view", scope, *place, {**about, "view": "", "string": False, "handler": own})


def _about(syntax: Syntax, call: ast.Call, scope: str) -> dict[str, Json]:
    """What a view says of itself: its route, its methods, the method of its class, its context."""
    given = _given(syntax, call, scope)
    route, context = given.get("route_name"), given.get("context")
    if isinstance(route, ast.Constant) and route.value is None:
        route = None
    return {
        "route": None if route is None else parts_of(syntax, route, scope),
        "methods": methods(syntax, call, scope), "attr": syntax.string(given.get("attr")) or "",
        "context": None if context is None else syntax.express(context, scope),
        "code": plain(call.func), "errors": False,
    }  # fmt: skip


def _given(syntax: Syntax, call: ast.Call, scope: str) -> dict[str, ast.expr]:
    """The arguments by name, those of a dictionary of the file (`**COMMON`) too."""
    found: dict[str, ast.expr] = {}
    for item in call.keywords:
        held = syntax.bound(item.value, scope) if item.arg is None else None
        if isinstance(held, ast.Dict):
            for key, value in zip(held.keys, held.values, strict=True):
                found[syntax.string(key) or ""] = value
        elif item.arg is not None:
            found[item.arg] = item.value
    return found


def methods(syntax: Syntax, call: ast.Call, scope: str) -> list[Json] | None:
    """The methods that a call names, None when it names none."""
    value = _given(syntax, call, scope).get("request_method")
    if value is None:
        return None
    held = syntax.bound(value, scope)
    nodes = held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else [value]
    named = {(syntax.string(node) or "").upper() for node in nodes}
    return [*sorted(named - {"", "HEAD", "OPTIONS"} or named - {""})] or None
