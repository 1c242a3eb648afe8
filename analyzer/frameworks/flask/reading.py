"""Facts about Flask, read from one file: blueprints, routes, registrations, wiring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json, Problem
from ...model.world import Syntax
from ...python.nodes import keyword
from ...python.patterns import parts_of
from ...python.touches import Touch, arguments, dotted_name, function_of, mentions, touches
from ...python.url_rules.changing import read_changing
from ...python.url_rules.reading import (
    Call,
    Texts,
    argument,
    calls,
    handed,
    host_of,
    methods,
    taken_apart,
    verbs,
)  # fmt: skip
from ...python.url_rules.rows import read_rows
from ...python.url_rules.views import plain, view_code, view_name
from ...python.view_methods import VERBS

_BLUEPRINT = re.compile(r"(?:.*\.)?\w*Blueprint\Z")
_REGISTERS = ("register_blueprint", "register_api")
"""The second is flask-openapi3's, and perhaps something else's."""
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_AGAIN = frozenset({
    "config.from_object", "before_request", "after_request", "teardown_request", "teardown_appcontext",
    "context_processor", "add_template_filter", "add_template_global", "add_template_test",
})  # fmt: skip
"""Methods of an application that can be called again with what is imported."""
APPLICATIONS = ("app", "application", "flask_app")
"""What variables that hold an application are called, wherever they come from."""
_LISTS = re.compile(r"blueprint|bps?\b|views|modules|routes", re.IGNORECASE)


def read_flask(syntax: Syntax) -> Iterator[Fact | Problem]:
    """Facts of kinds `holder`, `route`, `register`, `returns`, `sequence`, `hands`, `methods`, `wiring`."""
    texts = Texts(syntax)
    yield from _assigned(syntax)
    decorators: set[ast.expr] = set()
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                decorators.add(decorator)
                yield from _decorated(syntax, texts, node, decorator, scope)
    for call in calls(syntax):
        if call.node not in decorators:
            yield from _called(syntax, texts, call)
    for node, scope in syntax.find(ast.Return):
        if isinstance(node, ast.Return) and scope and isinstance(node.value, ast.Name | ast.Attribute):
            yield Fact("returns", scope, node.lineno, node.col_offset, {"code": plain(node.value)})
    yield from _touched(syntax)
    yield from _registered(syntax)
    yield from read_changing(syntax)


def read_lists(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `rows`: lists of rules that some loop may add, in any file."""
    yield from read_rows(syntax, lambda name, value: argument(syntax, name, value, ""))


def _assigned(syntax: Syntax) -> Iterator[Fact]:
    """Blueprints, lists of them, and the methods that view classes list."""
    classes = {
        syntax.name_of(node, scope)
        for node, scope in syntax.find(ast.ClassDef)
        if isinstance(node, ast.ClassDef)
    }
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        place = (scope, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if not isinstance(target, ast.Name | ast.Attribute):
            continue
        value = _within(syntax, value)
        if isinstance(value, ast.Call) and _BLUEPRINT.match(made_by := syntax.dotted(value.func)):
            prefix = keyword(value, "url_prefix")
            called = syntax.string(value.args[0] if value.args else keyword(value, "name"))
            yield Fact("holder", *place, {
                "name": plain(target), "kind": "blueprint", "called": called or "",
                "library": made_by.partition(".")[0], "host": host_of(syntax, value),
                "class": syntax.express(value.func, scope),
                "text": None if prefix is None or _is_none(prefix) else parts_of(syntax, prefix, scope),
            })  # fmt: skip
        elif isinstance(value, ast.List | ast.Tuple) and isinstance(target, ast.Name):
            if target.id == "methods" and scope in classes:
                yield Fact("methods", *place, {"verbs": verbs(syntax, value, scope)})
            elif not scope and _LISTS.search(target.id):
                codes = [plain(e) for e in value.elts if isinstance(e, ast.Name | ast.Attribute)]
                yield Fact("sequence", *place, {"name": target.id, "codes": codes})


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _within(syntax: Syntax, value: ast.expr | None) -> ast.expr | None:
    """The blueprint of `timed(Blueprint("v2", __name__), ...)`: what is handed over comes back."""
    given = value.args[:1] if isinstance(value, ast.Call) else []
    calls = (each for each in given if isinstance(each, ast.Call))
    return next((each for each in calls if _BLUEPRINT.match(syntax.dotted(each.func))), value)


def _decorated(
    syntax: Syntax, texts: Texts, node: _Definition, decorator: ast.Call, scope: str
) -> Iterator[Fact]:
    """`@app.route("/x", methods=[...])`, `@blueprint.get("/x")`, and decorators of the project's own."""
    handler = syntax.name_of(node, scope)
    function = decorator.func
    verb = function.attr if isinstance(function, ast.Attribute) else ""
    if not isinstance(function, ast.Attribute) or verb not in (*VERBS, "route"):
        yield from handed(syntax, decorator, scope, handler)
        return
    rule = decorator.args[0] if decorator.args else keyword(decorator, "rule")
    found = texts.of([rule], scope, {}) if rule is not None else [["text", [""]]]
    endpoint = syntax.string(keyword(decorator, "endpoint"))
    yield Fact("route", scope, decorator.lineno, decorator.col_offset, {
        "on": plain(function.value), "of": syntax.express(function.value, scope), "texts": found,
        "handler": handler, "endpoint": endpoint or node.name,
        "methods": methods(syntax, decorator, scope) if verb == "route" else [verb.upper()],
        "wrapper": texts.wrapper(scope, found, None, function.value), "code": plain(decorator),
        "host": host_of(syntax, decorator),
    })  # fmt: skip
    if verb == "route":
        yield from handed(syntax, decorator, scope, handler)  # of a class of the project's own


def _called(syntax: Syntax, texts: Texts, call: Call) -> Iterator[Fact]:
    """`add_url_rule`, `register_blueprint`, and calls of the project's own functions."""
    node, scope = call.node, call.scope
    function = node.func
    place = (scope, call.line, call.column)
    last = function.attr if isinstance(function, ast.Attribute) else ""
    if isinstance(function, ast.Attribute) and last == "add_url_rule":
        rule = node.args[0] if node.args else keyword(node, "rule")
        view = node.args[2] if len(node.args) > 2 else keyword(node, "view_func")
        if rule is not None and view is not None:
            found = texts.of([rule], scope, call.loops)
            yield Fact("route", *place, {
                "on": plain(function.value), "of": syntax.express(function.value, scope),
                "texts": found, "view": view_code(syntax, view, scope),
                "methods": methods(syntax, node, scope), "code": plain(node),
                "endpoint": _endpoint(syntax, node, view, scope), "host": host_of(syntax, node),
                "wrapper": texts.wrapper(scope, found, view, function.value), "rows": taken_apart(call),
            })  # fmt: skip
    elif isinstance(function, ast.Attribute) and last in _REGISTERS:
        child = node.args[0] if node.args else keyword(node, "blueprint")
        prefix = keyword(node, "url_prefix")
        given = prefix is not None and not _is_none(prefix)
        if child is not None:
            found = [["text", parts_of(syntax, prefix, scope)]] if given else []
            over = call.loops.get(child.id) if isinstance(child, ast.Name) else None
            yield Fact("register", *place, {
                "on": plain(function.value), "child": plain(child),
                "code": f"{last}({plain(child)})", "quiet": last != _REGISTERS[0],
                "text": found[0][1] if found else None, "over": plain(over) if over is not None else "",
                "wrapper": texts.wrapper(scope, found, None) if over is None else [],
                "host": host_of(syntax, node), "rows": taken_apart(call),
            })  # fmt: skip
    else:
        yield from handed(syntax, node, scope, "")


def _endpoint(syntax: Syntax, node: ast.Call, view: ast.expr, scope: str) -> str:
    """The endpoint that `add_url_rule` is given, else the name of its view; "" when that is not plain."""
    given = node.args[1] if len(node.args) > 1 else keyword(node, "endpoint")
    return syntax.string(given) or view_name(syntax, view, scope)


def _touched(syntax: Syntax) -> Iterator[Fact]:
    """All that is done with an application where it is made: repeated by a service, or told."""
    for touch in touches(syntax, "Flask", APPLICATIONS):
        node, call = touch.node, touch.call
        data: dict[str, Json] = {"code": touch.text, "call": "", "on": "", "arguments": None}
        if touch.maker:
            if call is None or (not call.keywords and syntax.dotted(call.func) == "flask.Flask"):
                continue
        elif call is not None and _takes_application(touch):
            data["call"] = plain(call.func)
            data["arguments"] = arguments(syntax, call, function_of(syntax, touch.scope), 1)
        elif call is not None and (method := dotted_name(call.func)).startswith(f"{touch.name}."):
            method = method.partition(".")[2]
            if method in ("register_blueprint", "add_url_rule", "run"):
                continue
            if method in _AGAIN and isinstance(node, ast.Expr):
                data["on"] = method
                data["arguments"] = arguments(syntax, call, function_of(syntax, touch.scope), 0)
        elif isinstance(node, ast.Call) and dotted_name(node.func).rpartition(".")[2] in (*VERBS, "route"):
            continue
        if touch.conditional or _goes_on(syntax, touch):
            data["arguments"] = None
        yield Fact("wiring", touch.scope, node.lineno, node.col_offset, data)


def _registered(syntax: Syntax) -> Iterator[Fact]:
    """What is done with a blueprint where it is registered: `csrf.exempt(bp)`, `bp.before_request(f)`."""
    children: dict[str, set[str]] = {}
    for call in calls(syntax):
        function, given = call.node.func, call.node.args
        if isinstance(function, ast.Attribute) and function.attr == "register_blueprint" and given:
            children.setdefault(call.scope, set()).add(dotted_name(given[0]))
    heads = {scope: {child.partition(".")[0] for child in of} - {""} for scope, of in children.items()}
    for touch in mentions(syntax, heads):
        call_ = touch.call
        if call_ is None or not isinstance(touch.node, ast.Expr):
            continue
        called = dotted_name(call_.func)
        parts = {called.rpartition(".")[0], *map(dotted_name, call_.args)} & children[touch.scope] - {""}
        if len(parts) == 1 and called.rpartition(".")[2] != "register_blueprint":
            given_ = arguments(syntax, call_, function_of(syntax, touch.scope), 0)
            yield Fact("wiring", touch.scope, touch.node.lineno, touch.node.col_offset, {
                "code": touch.text, "call": called, "on": "", "of": parts.pop(),
                "arguments": None if touch.conditional else given_,
            })  # fmt: skip


def _goes_on(syntax: Syntax, touch: Touch) -> bool:
    """Whether what a call gives is worked with afterwards: `env = Environment(app)`, `env.register(x)`."""
    targets = touch.node.targets if isinstance(touch.node, ast.Assign) else []
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    around = function_of(syntax, touch.scope) if names and touch.scope else None
    return around is not None and any(
        isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)
        for node in ast.walk(around)
    )


def _takes_application(touch: Touch) -> bool:
    """Whether a call is given the application first; on the top level of a module, to `init_app` alone."""
    call = touch.call
    if call is None or not call.args or dotted_name(call.args[0]) != touch.name:
        return False
    last = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    more = len(call.args) > 1 or bool(call.keywords)
    return last == "init_app" or (bool(touch.scope) and not more)
