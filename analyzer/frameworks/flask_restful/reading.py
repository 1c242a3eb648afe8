"""Facts about APIs, namespaces and resources, read from one file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import keyword
from ...python.patterns import parts_of
from ...python.url_rules.reading import Call, Texts, calls, methods, taken_apart
from ...python.url_rules.views import plain

_MADE = re.compile(r"(?:.*\.)?(?:(?P<api>\w*A(?:pi|PI)\w*)|(?P<namespace>\w*Namespace))\Z")
_APPLICATION = re.compile(
    r"(?:.*\.)?\w*(?:Blueprint|Flask|FastAPI|Router)\Z|flask_openapi3\.(?:.*\.)?OpenAPI\Z"
)
"""What has `API` in its name, and is none of ours."""
_Place = tuple[str, int, int]


def read_resources(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `holder` (of kind `api` or `namespace`), `register` and `route`."""
    texts = Texts(syntax)
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name | ast.Attribute) and isinstance(value, ast.Call):
            yield from _made(syntax, plain(target), value, (scope, value.lineno, value.col_offset))
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") == "route":
                yield _routed(syntax, texts, node.name, decorator, scope)
    for call in calls(syntax):
        yield from _called(syntax, texts, call)


def _made(syntax: Syntax, name: str, call: ast.Call, place: _Place) -> Iterator[Fact]:
    """`Api(blueprint, prefix="/v1")`, `Namespace("users", path="/users")`, `api.namespace("users")`."""
    function = call.func
    method = function.attr if isinstance(function, ast.Attribute) else ""
    dotted = syntax.dotted(function)
    named = _MADE.match(dotted) if not _APPLICATION.match(dotted) else None
    if method == "namespace" and isinstance(function, ast.Attribute):
        yield _namespace(syntax, name, call, place)
        yield Fact("register", *place, _register(plain(function.value), name))
    elif named is not None and named["namespace"]:
        yield _namespace(syntax, name, call, place)
    elif named is not None:
        prefix = keyword(call, "prefix") or keyword(call, "url_prefix")
        yield Fact("holder", *place, {
            "name": name, "kind": "api", "called": "", "library": syntax.dotted(function).partition(".")[0],
            "text": None if prefix is None else parts_of(syntax, prefix, place[0]),
        })  # fmt: skip
        on = _joined(syntax, call)
        if isinstance(on, ast.Name | ast.Attribute | ast.Call):
            yield Fact("register", *place, _register(plain(on), name))


def _joined(syntax: Syntax, call: ast.Call) -> ast.expr | None:
    """The application or blueprint that an API is made for; with JSON:API both are given."""
    first = call.args[0] if call.args else keyword(call, "app")
    if is_json_api(syntax.dotted(call.func)):
        return (call.args[1] if len(call.args) > 1 else keyword(call, "blueprint")) or first
    return first or keyword(call, "blueprint")


def is_json_api(library: str) -> bool:
    """Whether a dotted name is of Flask-REST-JSONAPI or what was made of it."""
    return library.partition(".")[0] in ("flask_rest_jsonapi", "flask_combo_jsonapi")


def _namespace(syntax: Syntax, name: str, call: ast.Call, place: _Place) -> Fact:
    called = call.args[0] if call.args else keyword(call, "name")
    path = keyword(call, "path") or (call.args[2] if len(call.args) > 2 else None)
    given = path is not None and not (isinstance(path, ast.Constant) and path.value is None)
    return Fact("holder", *place, {
        "name": name, "kind": "namespace", "called": "",
        "library": syntax.dotted(call.func).partition(".")[0],
        "text": parts_of(syntax, path, place[0]) if given else ["/", *parts_of(syntax, called, place[0])],
    })  # fmt: skip


def _register(on: str, child: str, text: list[Json] | None = None) -> dict[str, Json]:
    return {
        "on": on,
        "child": child,
        "text": text,
        "code": f"{on}.register({child})",
        "over": "",
        "wrapper": [],
    }


def _routed(syntax: Syntax, texts: Texts, name: str, decorator: ast.Call, scope: str) -> Fact:
    """`@namespace.route("/x", "/y")` above a resource."""
    assert isinstance(decorator.func, ast.Attribute)
    found = texts.of(decorator.args, scope, {})
    return Fact("route", scope, decorator.lineno, decorator.col_offset, {
        "on": plain(decorator.func.value), "texts": found, "handler": f"{scope}.{name}" if scope else name,
        "methods": methods(syntax, decorator, scope), "code": plain(decorator), "anywhere": False,
        "endpoint": syntax.string(keyword(decorator, "endpoint")) or "",
        "wrapper": texts.wrapper(scope, found, None, decorator.func.value),
    })  # fmt: skip


def _called(syntax: Syntax, texts: Texts, call: Call) -> Iterator[Fact]:
    """`add_resource`, `route` of JSON:API, `add_namespace` and `init_app`."""
    node, scope = call.node, call.scope
    function = node.func
    if not isinstance(function, ast.Attribute):
        return
    place, on = (scope, call.line, call.column), plain(function.value)
    if function.attr == "add_resource" and node.args and syntax.string(node.args[0]) is None:
        found = texts.of(node.args[1:], scope, call.loops)
        yield Fact("route", *place, {
            "on": on, "of": syntax.express(function.value, scope), "texts": found,
            "view": plain(node.args[0]), "methods": methods(syntax, node, scope),
            "code": plain(node), "endpoint": syntax.string(keyword(node, "endpoint")) or "",
            "wrapper": texts.wrapper(scope, found, node.args[0], function.value), "anywhere": True,
            "rows": taken_apart(call),
        })  # fmt: skip
    elif (
        function.attr == "route" and len(node.args) > 2 and isinstance(node.args[0], ast.Name | ast.Attribute)
    ):
        found = texts.of(node.args[2:], scope, call.loops)  # `api.route(OrderList, "order_list", "/orders")`
        yield Fact("route", *place, {
            "on": on, "texts": found, "view": plain(node.args[0]), "methods": None, "code": plain(node),
            "endpoint": syntax.string(node.args[1]) or "", "anywhere": False, "rows": taken_apart(call),
            "wrapper": texts.wrapper(scope, found, node.args[0], function.value),
        })  # fmt: skip
    elif function.attr == "add_namespace" and node.args:
        path = node.args[1] if len(node.args) > 1 else keyword(node, "path")
        child = node.args[0]
        over = call.loops.get(child.id) if isinstance(child, ast.Name) else None
        data = _register(on, plain(child), parts_of(syntax, path, scope) if path is not None else None)
        data |= {"code": plain(node), "over": plain(over) if over is not None else ""}
        yield Fact("register", *place, data)
    elif function.attr == "register_api_view" and node.args:  # flask-openapi3's
        yield Fact("register", *place, {**_register(on, plain(node.args[0])), "quiet": True})
    elif function.attr == "init_app" and node.args and isinstance(node.args[0], ast.Name | ast.Attribute):
        yield Fact("register", *place, {**_register(plain(node.args[0]), on), "quiet": True})
