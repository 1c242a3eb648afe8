"""Flask: routes, blueprints with their prefixes, and the wiring that an application factory does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework, Syntax, TypeRule, World

_VERBS = ("get", "post", "put", "patch", "delete")
_BLUEPRINT = re.compile(r"(?:.*\.)?\w*Blueprint\Z")
_APPLICATION = re.compile(r"flask\.(?:app\.)?Flask(?:\(\))?\Z|(?:.*\.)?\w*Blueprint(?:\(\))?\Z")
_NESTED = 8


class Blueprint(NamedTuple):
    """A blueprint: the dotted name of its variable and the prefix that it gives itself."""

    name: str
    prefix: str


class Flask(Framework):
    """See the module."""

    name = "flask"
    version = 1
    triggers = ("flask", "Blueprint", "url_prefix", ".route(", "init_app")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        yield from _blueprints(syntax)
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            for decorator in node.decorator_list:
                yield from _decorated(syntax, node.name, decorator, scope)
        for node, scope in syntax.find(ast.Call):
            assert isinstance(node, ast.Call)
            yield from _called(syntax, node, scope)

    def types(self) -> Iterable[TypeRule]:
        return ()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        blueprints = _find_blueprints(world)
        prefixes = _prefixes(world, blueprints)
        yield from _routes(world, blueprints, prefixes)
        yield from _wiring(world)


# Reading ------------------------------------------------------------------------------------------


def _blueprints(syntax: Syntax) -> Iterator[Fact]:
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        target = node.targets[0]
        if not isinstance(node.value, ast.Call) or not isinstance(target, ast.Name):
            continue
        if _BLUEPRINT.match(syntax.dotted(node.value.func)):
            data: dict[str, Json] = {"name": target.id, "prefix": _keyword(syntax, node.value, "url_prefix")}
            yield Fact("blueprint", scope, node.lineno, node.col_offset, data)


def _decorated(syntax: Syntax, name: str, decorator: ast.expr, scope: str) -> Iterator[Fact | Problem]:
    """`@app.route("/x", methods=[...])` and `@blueprint.get("/x")`."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return
    verb = decorator.func.attr
    if verb not in (*_VERBS, "route"):
        return
    text = syntax.string(decorator.args[0]) if decorator.args else _keyword(syntax, decorator, "rule") or None
    if text is None and verb == "route" and decorator.args:
        yield Problem("dynamic-route", decorator.lineno, _plain(decorator))
    if text is None or (text and not text.startswith("/")):
        return
    methods = [verb.upper()] if verb != "route" else _methods(syntax, decorator)
    handler = f"{scope}.{name}" if scope else name
    data = {"on": _plain(decorator.func.value), "text": text, "methods": methods, "handler": handler}
    yield Fact("route", scope, decorator.lineno, decorator.col_offset, data)


def _called(syntax: Syntax, node: ast.Call, scope: str) -> Iterator[Fact]:
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
        if text is not None and view is not None:
            code = re.sub(r"\.as_view\(.*\Z", "", _plain(view), flags=re.DOTALL)
            data = {
                "on": _plain(function.value),
                "text": text,
                "methods": _methods(syntax, node),
                "view": code,
            }
            yield Fact("route", scope, node.lineno, node.col_offset, data)
    elif isinstance(function, ast.Attribute) and last == "register_blueprint" and node.args:
        prefix = next((k.value for k in node.keywords if k.arg == "url_prefix"), None)
        registered = {
            "on": _plain(function.value),
            "blueprint": _plain(node.args[0]),
            "prefix": syntax.string(prefix),
        }
        yield Fact("register", scope, node.lineno, node.col_offset, registered)
    elif _takes_application(node) and (last == "init_app" or scope):
        yield Fact("wiring", scope, node.lineno, node.col_offset, {"call": _plain(function)})


def _takes_application(node: ast.Call) -> bool:
    """Whether a call's one argument is a variable with one of the usual names of an application."""
    if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Name):
        return False
    return node.args[0].id in ("app", "application", "flask_app")


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


# Linking ------------------------------------------------------------------------------------------


def _find_blueprints(world: World) -> dict[str, Blueprint]:
    """Dotted variable -> blueprint."""
    found = {}
    for path, fact in world.facts("flask"):
        if fact.kind == "blueprint":
            name = ".".join(
                part for part in (world.module_of(path), fact.scope, str(fact.data["name"])) if part
            )
            found[name] = Blueprint(name, str(fact.data["prefix"]))
    return found


def _variable(world: World, path: str, scope: str, code: str, known: Iterable[str]) -> str:
    """The dotted name of the known variable that code names, followed through imports; "" when unknown."""
    names = set(known)
    module = world.module_of(path)
    place = scope
    while place:
        if f"{module}.{place}.{code}" in names:
            return f"{module}.{place}.{code}"
        place = place.rpartition(".")[0]
    found = ".".join(part for part in world.locate(path, scope, code) if part)
    return found if found in names else ""


def _prefixes(world: World, blueprints: dict[str, Blueprint]) -> dict[str, str]:
    """Blueprint -> the whole prefix under which it is registered, through blueprints in blueprints."""
    registered: dict[str, tuple[str, str | None]] = {}
    for path, fact in world.facts("flask"):
        if fact.kind != "register" or world.is_test(path):
            continue
        name = _variable(world, path, fact.scope, str(fact.data["blueprint"]), blueprints)
        parent = _variable(world, path, fact.scope, str(fact.data["on"]), blueprints)
        if name:
            prefix = fact.data["prefix"]
            registered.setdefault(name, (parent, None if prefix is None else str(prefix)))

    def whole(name: str, depth: int) -> str:
        parent, prefix = registered.get(name, ("", None))
        own = blueprints[name].prefix if prefix is None else prefix
        return (whole(parent, depth - 1) if parent and parent != name and depth else "") + own

    return {name: whole(name, _NESTED) for name in blueprints}


def _routes(
    world: World, blueprints: dict[str, Blueprint], prefixes: dict[str, str]
) -> Iterator[Node | Edge | BlindSpot]:
    for path, fact in world.facts("flask"):
        if fact.kind != "route":
            continue
        on = str(fact.data["on"])
        name = _variable(world, path, fact.scope, on, blueprints)
        if not name and not _is_application(world, path, fact.scope, on):
            continue
        prefix = prefixes.get(name, "")
        text = re.sub(r"/{2,}", "/", prefix + str(fact.data["text"])) or "/"
        handler = _handler(world, path, fact)
        place = Place(path, fact.line, fact.column)
        if not handler:
            yield BlindSpot("unknown-view", place, f"{text} -> {fact.data.get('view', '')}")
        for method in fact.data["methods"]:
            id = f"route:{method} {text}"
            attributes = (
                ("blueprint", name),
                ("framework", "flask"),
                ("method", method),
                ("prefix", prefix),
                ("text", text),
            )
            yield Node(id, path, fact.line, fact.line, attributes)
            if handler:
                yield Edge(id, handler, "handles", evidence=(Evidence(place),))


def _is_application(world: World, path: str, scope: str, code: str) -> bool:
    """Whether code names a Flask application: by what it is bound to, or by its usual name."""
    symbol = world.resolve(path, scope, code)
    if symbol is not None and symbol.kind == "external":
        return bool(_APPLICATION.match(symbol.name)) or symbol.name.endswith("Flask()")
    return code.rpartition(".")[2] in ("app", "application", "bp", "blueprint")


def _handler(world: World, path: str, fact: Fact) -> str:
    if "handler" in fact.data:
        symbol = world.resolve(path, "", str(fact.data["handler"])) or world.resolve(
            path, fact.scope, str(fact.data["handler"]).rpartition(".")[2]
        )
    else:
        symbol = world.resolve(path, fact.scope, str(fact.data["view"]))
    if symbol is None or symbol.kind not in ("function", "class"):
        return ""
    if symbol.kind == "class":
        for verb in (*_VERBS, "dispatch_request"):
            member = world.member(symbol.name, verb)
            if (
                member is not None
                and member.kind == "function"
                and verb.upper() in (*fact.data["methods"], "DISPATCH_REQUEST")
            ):
                return f"function:{member.name}"
    return f"{symbol.kind}:{symbol.name}"


def _wiring(world: World) -> Iterator[Node | Edge]:
    """Calls in an application factory that are given the application: what a service must do as well."""
    factories = set()
    for path in world.files:
        for call, symbol in world.calls(path):
            if (
                symbol is not None
                and symbol.kind == "external"
                and symbol.name in ("flask.Flask", "flask.app.Flask")
            ):
                factories.add((path, call.scope))
    orders: dict[tuple[str, str], int] = {}
    for path, fact in world.facts("flask"):
        if fact.kind != "wiring" or world.is_test(path) or (path, fact.scope) not in factories:
            continue
        module, name = world.locate(path, fact.scope, str(fact.data["call"]))
        if not module or not name or "(" in name:
            continue
        key = (path, fact.scope)
        orders[key] = orders.get(key, 0) + 1
        id = f"setting:{module}.{name}"
        place = Place(path, fact.line, fact.column)
        yield Node(id, path, fact.line, fact.line, (("module", module), ("name", name), ("wiring", "flask")))
        yield Edge(
            world.scope_id(path, fact.scope), id, "configures", evidence=(Evidence(place),), order=orders[key]
        )


framework = Flask()
