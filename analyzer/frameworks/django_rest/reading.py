"""Facts about routers and viewsets, read from one file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import member_name
from ...python.patterns import parts_of
from ...python.urlconf.substitution import fill, rounds

_ROUTER = re.compile(r"(?:.*\.)?\w*Router\Z")
_ACTIONS = {"action": None, "list_route": False, "detail_route": True}
_LOOKUPS = ("lookup_field", "lookup_url_kwarg", "lookup_value_regex", "lookup_value_converter")
_FLAGS = ("include_root_view", "trailing_slash")
_EXTENSIONS, _PARENTS = "REST_FRAMEWORK_EXTENSIONS", "DEFAULT_PARENT_LOOKUP_KWARG_NAME_PREFIX"
_MOST = 500
_Place = tuple[str, int, int]


def read_routers(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `router`, `register`, `extend`, `root`, `action`, `mapped`, `lookup`, `parents` ..."""
    yield from _assignments(syntax)
    unrolled: set[int] = set()
    for node, scope in syntax.find(ast.For):
        if isinstance(node, ast.For):
            yield from _unrolled(syntax, node, scope, unrolled)
    for node, scope in syntax.find(ast.Call):
        if isinstance(node, ast.Call) and node.lineno not in unrolled:
            yield from _called(syntax, node, scope)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, node, decorator, scope)


# Routers ------------------------------------------------------------------------------------------


def _assignments(syntax: Syntax) -> Iterator[Fact]:
    named = {
        node.func.value.id
        for node, _ in syntax.find(ast.Call)
        if isinstance(node, ast.Call) and _register(node) and isinstance(node.func, ast.Attribute)
        if isinstance(node.func.value, ast.Name)
    }
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        place = (scope, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if isinstance(target, ast.Attribute):
            yield from _attribute(syntax, target, value, place)
        if not isinstance(target, ast.Name) or value is None:
            continue
        if _register(value):
            yield Fact("nested", *place, {"name": target.id, "end": _end(value)})
        elif isinstance(value, ast.Call) and (target.id in named or _ROUTER.match(syntax.dotted(value.func))):
            yield Fact("router", *place, {"name": target.id, **_made(syntax, value, scope)})
        elif target.id == "APIRootView" and scope:
            yield Fact("root", *place, {"on": "", "view": syntax.express(value, scope)})
        elif target.id in (*_LOOKUPS, *_FLAGS) and scope:
            constant = value.value if isinstance(value, ast.Constant) else None
            parts = None if isinstance(value, ast.Constant) else parts_of(syntax, value, scope)
            yield Fact("lookup", *place, {"name": target.id, "value": constant, "parts": parts})
        elif target.id == _EXTENSIONS and isinstance(value, ast.Dict):
            pairs = _pairs(syntax, value)
            if _PARENTS in pairs:
                yield Fact("parents", *place, {"prefix": pairs[_PARENTS]})
        elif target.id == "routes" and scope and isinstance(value, ast.List):
            found = [_route(syntax, element) for element in value.elts if isinstance(element, ast.Call)]
            if len(found) == len(value.elts) and all("url" in route for route in found):
                yield Fact("routes", *place, {"routes": found})


def _made(syntax: Syntax, call: ast.Call, scope: str) -> dict[str, Json]:
    """How a router is made: its class, its options, and what it is nested in."""
    words = {k.arg: k.value for k in call.keywords}
    found: dict[str, Json] = {"class": syntax.express(call.func, scope)}
    for word in ("trailing_slash", "use_regex_path"):
        value = words.get(word)
        if isinstance(value, ast.Constant):
            found[word] = value.value
    parent = words.get("parent_router") or (call.args[0] if len(call.args) > 1 else None)
    if isinstance(parent, ast.Name | ast.Attribute):
        prefix = words.get("parent_prefix") or (call.args[1] if len(call.args) > 1 else None)
        found |= {
            "parent": ast.unparse(parent), "parent_prefix": syntax.string(prefix) or "",
            "lookup": syntax.string(words.get("lookup")) or "",
        }  # fmt: skip
    return found


def _attribute(
    syntax: Syntax, target: ast.Attribute, value: ast.expr | None, place: _Place
) -> Iterator[Fact]:
    """`router.APIRootView = Root`, and `self.trailing_slash = "/?"` in a router's own class."""
    if target.attr == "APIRootView" and isinstance(value, ast.Name | ast.Attribute):
        yield Fact("root", *place, {"on": ast.unparse(target.value), "view": syntax.express(value, place[0])})
    elif target.attr in _FLAGS and isinstance(value, ast.Constant):
        if isinstance(target.value, ast.Name) and target.value.id == "self":
            owner = place[0].rpartition(".")[0]
            yield Fact("lookup", owner, *place[1:], {"name": target.attr, "value": value.value})
        elif isinstance(target.value, ast.Name):
            data = {"on": target.value.id, "name": target.attr, "value": value.value}
            yield Fact("option", *place, data)


def _route(syntax: Syntax, call: ast.Call) -> dict[str, Json]:
    """`Route(url=..., mapping={...}, detail=...)` of a router's own `routes`."""
    words = {k.arg: k.value for k in call.keywords}
    kind = syntax.dotted(call.func).rpartition(".")[2]
    url, detail, mapping = words.get("url"), words.get("detail"), words.get("mapping")
    found: dict[str, Json] = {
        "dynamic": "Dynamic" in kind,
        "detail": detail.value if isinstance(detail, ast.Constant) else "Detail" in kind,
    }
    if isinstance(url, ast.Constant) and isinstance(url.value, str):
        found["url"] = url.value
    if isinstance(mapping, ast.Dict):
        found["mapping"] = _pairs(syntax, mapping)
    name = words.get("name")
    found["name"] = name.value if isinstance(name, ast.Constant) else ""
    return found


def _pairs(syntax: Syntax, node: ast.Dict) -> dict[str, str]:
    pairs = zip(node.keys, node.values, strict=True)
    return {syntax.string(key) or "": syntax.string(value) or "" for key, value in pairs if key is not None}


# Registrations ------------------------------------------------------------------------------------


def _register(node: ast.AST | None) -> bool:
    """Whether a node is `router.register("prefix", ViewSet, ...)`, or one that goes on from there."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "register"
    )


def _called(syntax: Syntax, node: ast.Call, scope: str) -> Iterator[Fact]:
    if not isinstance(node.func, ast.Attribute):
        return
    place = (scope, node.lineno, node.col_offset)
    on = node.func.value
    if node.func.attr == "register":
        yield from _registered(syntax, node, place)
    elif node.func.attr == "extend" and node.args and isinstance(on, ast.Attribute) and on.attr == "registry":
        other = node.args[0]
        if isinstance(other, ast.Attribute) and other.attr == "registry":
            data: dict[str, Json] = {"on": ast.unparse(on.value), "other": ast.unparse(other.value)}
            yield Fact("extend", *place, data)
    elif node.func.attr == "update" and node.args and isinstance(node.args[0], ast.Dict):
        index = _widened(on)
        if index is not None:
            data = {"index": index, "mapping": _pairs(syntax, node.args[0])}
            yield Fact("widened", scope.rpartition(".")[0], *place[1:], data)


def _widened(on: ast.expr) -> int | None:
    """The number in `self.routes[0].mapping`."""
    item = on.value if isinstance(on, ast.Attribute) and on.attr == "mapping" else None
    if not isinstance(item, ast.Subscript) or getattr(item.value, "attr", "") != "routes":
        return None
    index = item.slice.value if isinstance(item.slice, ast.Constant) else None
    return index if isinstance(index, int) else None


def _registered(syntax: Syntax, node: ast.Call, place: _Place) -> Iterator[Fact]:
    words = {k.arg: k.value for k in node.keywords}
    prefix = node.args[0] if node.args else words.get("prefix")
    viewset = node.args[1] if len(node.args) > 1 else words.get("viewset")
    text = syntax.string(prefix)
    if prefix is None or not isinstance(viewset, ast.Name | ast.Attribute | ast.Call):
        return
    assert isinstance(node.func, ast.Attribute)
    if text is None and not isinstance(prefix, ast.JoinedStr | ast.BinOp | ast.Attribute | ast.Call):
        return  # `admin.site.register(Model, ModelAdmin)`
    base = words.get("basename") or words.get("base_name") or (node.args[2] if len(node.args) > 2 else None)
    lookups = words.get("parents_query_lookups")
    held = lookups.elts if isinstance(lookups, ast.List | ast.Tuple) else []
    on = node.func.value
    data: dict[str, Json] = {
        "on": "" if _register(on) else _code(on),
        "chain": _end(on) if _register(on) else [],
        "end": _end(node),
        "prefix": parts_of(syntax, prefix, place[0]),
        "viewset": syntax.express(viewset, place[0]),
        "basename": syntax.string(base) or "",
        "lookups": [parts_of(syntax, element, place[0]) for element in held],
    }
    yield Fact("register", *place, data)


def _unrolled(syntax: Syntax, loop: ast.For, scope: str, unrolled: set[int]) -> Iterator[Fact]:
    """Registrations in a loop over a literal, once for each element."""
    calls = [s.value for s in loop.body if isinstance(s, ast.Expr) and _register(s.value)]
    given = rounds(syntax, loop.target, loop.iter, scope) if calls else None
    for count, names in enumerate(given or ()):
        for call in calls if count < _MOST else ():
            filled = fill(call, names)
            unrolled.add(call.lineno)
            if isinstance(filled, ast.Call):
                yield from _registered(syntax, filled, (scope, call.lineno, call.col_offset))


def _end(node: ast.expr) -> list[int]:
    """Where a call ends: calls in a chain all start at the same place."""
    return [node.end_lineno or 0, node.end_col_offset or 0]


def _code(node: ast.AST) -> str:
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        return ""
    return text if len(text) < 100 else ""


# Actions ------------------------------------------------------------------------------------------


def _decorated(
    syntax: Syntax, node: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr, scope: str
) -> Iterator[Fact]:
    place = (scope, node.lineno, node.col_offset)
    if isinstance(decorator, ast.Attribute) and getattr(decorator.value, "attr", "") == "mapping":
        first = decorator.value.value if isinstance(decorator.value, ast.Attribute) else None
        if isinstance(first, ast.Name):
            yield Fact("mapped", *place, {"of": first.id, "verb": decorator.attr.upper(), "name": node.name})
        return
    called = decorator if isinstance(decorator, ast.Call) else None
    last = syntax.dotted(called.func if called is not None else decorator).rpartition(".")[2]
    if last not in _ACTIONS or not scope or (called is None and last == "action"):
        return
    words = {k.arg: k.value for k in called.keywords} if called is not None else {}
    detail = words.get("detail")
    methods = words.get("methods") or (called.args[0] if called is not None and called.args else None)
    fixed = _ACTIONS[last]
    held = syntax.bound(methods, scope)
    verbs = held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else []
    path = words.get("url_path")
    yield Fact("action", *place, {
        "name": node.name,
        "detail": fixed if fixed is not None else not (isinstance(detail, ast.Constant) and not detail.value),
        "verbs": sorted({_verb(syntax, verb) for verb in verbs} - {""}) or ["GET"],
        "path": (syntax.string(path) or None) if path is not None else node.name,
        "url_name": syntax.string(words.get("url_name")) or node.name.replace("_", "-"),
    })  # fmt: skip


def _verb(syntax: Syntax, node: ast.expr) -> str:
    return (syntax.string(node) or member_name(node)).upper()
