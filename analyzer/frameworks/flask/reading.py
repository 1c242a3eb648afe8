"""Facts about Flask, read from one file: blueprints, routes, registrations, wiring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json, Problem
from ...model.protocols import Syntax
from ...python.touches import Touch, arguments, dotted_name, function_of, touches

VERBS = ("get", "post", "put", "patch", "delete")
_BLUEPRINT = re.compile(r"(?:.*\.)?\w*Blueprint\Z")


def read_flask(syntax: Syntax) -> Iterator[Fact | Problem]:
    """Facts of kinds `blueprint`, `route`, `register` and `wiring`."""
    yield from _blueprints(syntax)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, node.name, decorator, scope)
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        yield from _called(syntax, node, scope)
    yield from _touched(syntax)


def _blueprints(syntax: Syntax) -> Iterator[Fact]:
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        target = node.targets[0]
        if not isinstance(node.value, ast.Call) or not isinstance(target, ast.Name):
            continue
        if _BLUEPRINT.match(syntax.dotted(node.value.func)):
            called = syntax.string(node.value.args[0]) if node.value.args else None
            data: dict[str, Json] = {
                "name": target.id,
                "prefix": _keyword(syntax, node.value, "url_prefix"),
                "called": called or _keyword(syntax, node.value, "name"),
            }
            yield Fact("blueprint", scope, node.lineno, node.col_offset, data)


def _decorated(syntax: Syntax, name: str, decorator: ast.expr, scope: str) -> Iterator[Fact | Problem]:
    """`@app.route("/x", methods=[...])` and `@blueprint.get("/x")`."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return
    verb = decorator.func.attr
    if verb not in (*VERBS, "route"):
        return
    text = syntax.string(decorator.args[0]) if decorator.args else _keyword(syntax, decorator, "rule") or None
    if (text is None or "{}" in text) and verb == "route" and decorator.args:
        yield Problem("dynamic-route", decorator.lineno, _plain(decorator))
    if text is None or "{}" in text or (text and not text.startswith("/")):
        return
    methods = [verb.upper()] if verb != "route" else _methods(syntax, decorator)
    handler = f"{scope}.{name}" if scope else name
    data: dict[str, Json] = {"on": _plain(decorator.func.value), "text": text, "methods": methods}
    data |= {"handler": handler, "endpoint": _keyword(syntax, decorator, "endpoint") or name}
    yield Fact("route", scope, decorator.lineno, decorator.col_offset, data)


def _called(syntax: Syntax, node: ast.Call, scope: str) -> Iterator[Fact | Problem]:
    """`add_url_rule`, `register_blueprint`, and calls that are given the application."""
    function = node.func
    last = function.attr if isinstance(function, ast.Attribute) else ""
    if isinstance(function, ast.Attribute) and last == "add_url_rule" and node.args:
        text = syntax.string(node.args[0])
        view = (
            node.args[2]
            if len(node.args) > 2
            else next((k.value for k in node.keywords if k.arg == "view_func"), None)
        )
        if text is None or "{}" in text:
            yield Problem("dynamic-route", node.lineno, _plain(node))
        elif view is not None:
            made = syntax.bound(view, scope) or view
            code = re.sub(r"\.as_view\(.*\Z", "", _plain(made), flags=re.DOTALL)
            given = any(keyword.arg == "methods" for keyword in node.keywords)
            methods = _methods(syntax, node) if given else []
            endpoint = _endpoint(syntax, node, made)
            on = _plain(function.value)
            data = {"on": on, "text": text, "methods": methods, "view": code, "endpoint": endpoint}
            yield Fact("route", scope, node.lineno, node.col_offset, data)
    elif last == "add_resource":  # Flask-RESTful's, which is not read yet
        yield Problem("dynamic-route", node.lineno, _plain(node))
    elif isinstance(function, ast.Attribute) and last == "register_blueprint" and node.args:
        prefix = next((k.value for k in node.keywords if k.arg == "url_prefix"), None)
        registered = {
            "on": _plain(function.value),
            "blueprint": _plain(node.args[0]),
            "prefix": syntax.string(prefix),
        }
        yield Fact("register", scope, node.lineno, node.col_offset, registered)


def _endpoint(syntax: Syntax, node: ast.Call, view: ast.AST) -> str:
    """The endpoint that `add_url_rule` is given, else the name of its view; "" when that is not plain."""
    given = node.args[1] if len(node.args) > 1 else None
    text = syntax.string(given) or _keyword(syntax, node, "endpoint")
    if text:
        return text
    if isinstance(view, ast.Call):
        return (syntax.string(view.args[0]) if view.args else None) or ""
    return _plain(view).rpartition(".")[2]


def _touched(syntax: Syntax) -> Iterator[Fact]:
    """All that is done with an application where it is made: repeated by a service, or told."""
    for touch in touches(syntax, "Flask", ("app", "application", "flask_app")):
        node, call = touch.node, touch.call
        data: dict[str, Json] = {"code": touch.text, "call": "", "on": "", "arguments": None}
        if touch.maker:
            if call is None or (not call.keywords and syntax.dotted(call.func) == "flask.Flask"):
                continue
        elif call is not None and _takes_application(touch):
            data["call"] = _plain(call.func)
            data["arguments"] = arguments(syntax, call, function_of(syntax, touch.scope), 1)
        elif call is not None and (method := dotted_name(call.func)).startswith(f"{touch.name}."):
            method = method.partition(".")[2]
            if method in ("register_blueprint", "add_url_rule", "run"):
                continue
            if method == "config.from_object" and isinstance(node, ast.Expr):
                data["on"] = method
                data["arguments"] = arguments(syntax, call, function_of(syntax, touch.scope), 0)
        elif isinstance(node, ast.Call) and dotted_name(node.func).rpartition(".")[2] in (*VERBS, "route"):
            continue
        if touch.conditional:
            data["arguments"] = None
        yield Fact("wiring", touch.scope, node.lineno, node.col_offset, data)


def _takes_application(touch: Touch) -> bool:
    """Whether a call is given the application first; on the top level of a module, to `init_app` alone."""
    call = touch.call
    if call is None or not call.args or dotted_name(call.args[0]) != touch.name:
        return False
    last = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    more = len(call.args) > 1 or bool(call.keywords)
    return last == "init_app" or (bool(touch.scope) and not more)


def _methods(syntax: Syntax, call: ast.Call) -> list[str]:
    value = next((k.value for k in call.keywords if k.arg == "methods"), None)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return sorted({(syntax.string(e) or "").upper() for e in value.elts} - {""}) or ["GET"]
    return ["GET"]


def _keyword(syntax: Syntax, call: ast.Call, name: str) -> str:
    value = next((k.value for k in call.keywords if k.arg == name), None)
    return syntax.string(value) or ""


def _plain(node: ast.AST) -> str:
    try:
        return re.sub(r"\((?:[^()]|\([^()]*\))*\)", "()", ast.unparse(node))[:200]
    except (ValueError, RecursionError):
        return ""
