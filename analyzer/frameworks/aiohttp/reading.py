"""Facts about applications and tables of routes, read from one file.

`["route", parts, methods, view, line, column, name]` and `["join", code, line, column]` (another list or
table) are the entries of lists; `view` is a path expression.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.held_objects import code_of, handed, returned
from ...python.nodes import member_name
from ...python.patterns import parts_of
from ...python.urlconf.substitution import calls_by_round

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_MADE = re.compile(r"(?:.*\.)?_*[A-Z]\w*\Z")
"""What a class may be called."""
_HOLDS = re.compile(r"app|route", re.IGNORECASE)
_ADDS = tuple(f"add_{verb}" for verb in (*VERBS, "view", "route"))
_WEB = re.compile(r"aiohttp\.web(?:_routedef)?\.(\w+)\Z")
_DEPTH = 8


def read_routes(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `made`, `entries`, `sequence`, `below`, `static`, `hands` and `returns`."""
    reader = _Reader(syntax)
    yield from reader.made()
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                yield from reader.decorated(node, decorator, scope)
    yield from reader.calls()
    yield from returned(syntax)


class _Reader:
    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax

    def made(self) -> Iterator[Fact]:
        """`app = web.Application()`, `self.routes = web.RouteTableDef()`, and lists of routes."""
        for node, scope in self._syntax.find(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return):
            value = getattr(node, "value", None)
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            place = (scope, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
            if isinstance(value, ast.List | ast.Tuple | ast.BinOp):
                entries = self._entries(value, scope)
                name = "<returned>" if isinstance(node, ast.Return) else code_of(targets[0] or node)
                if any(entry[0] == "route" for entry in entries):
                    yield Fact("sequence", *place, {"name": name, "entries": entries})
            elif isinstance(value, ast.Call) and _MADE.match(self._syntax.dotted(value.func)):
                for target in targets:
                    if isinstance(target, ast.Name | ast.Attribute):
                        made = self._syntax.express(value.func, scope)
                        yield Fact("made", *place, {"name": code_of(target), "class": made})

    def decorated(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, decorator: ast.Call, scope: str
    ) -> Iterator[Fact]:
        """`@routes.get("/x")`, `@routes.view("/x")`, `@routes.route("*", "/x")`."""
        function = decorator.func
        if not isinstance(function, ast.Attribute) or function.attr not in (*VERBS, "view", "route"):
            return
        name = self._syntax.name_of(node, scope)
        entry = self._route(
            decorator, function.attr, scope, [*decorator.args, ast.Name(node.name, ast.Load())]
        )
        if entry is not None:
            entry[3] = f"={name}"  # a definition of this very file
            data: dict[str, Json] = {"on": code_of(function.value), "entries": [entry]}
            yield Fact("entries", scope, decorator.lineno, decorator.col_offset, data)

    def calls(self) -> Iterator[Fact]:
        """What is added to applications; in loops over literals once a round."""
        for call, written, scope in calls_by_round(self._syntax, _may_add):
            yield from self._called(call, written, scope)

    def _called(self, call: ast.Call, at: ast.Call, scope: str) -> Iterator[Fact]:
        function, place = call.func, (scope, at.lineno, at.col_offset)
        if not isinstance(function, ast.Attribute):
            yield from handed(self._syntax, call, scope, _HOLDS)
            return
        verb, on = function.attr, _without_router(code_of(function.value))
        if verb in _ADDS:
            path, on = self._resource(function.value, scope) if verb == "add_route" else (None, on)
            on = on or _without_router(code_of(function.value))
            arguments = [call.args[0], path, *call.args[1:]] if path is not None and call.args else call.args
            entry = self._route(call, verb.removeprefix("add_"), scope, arguments)
            if entry is not None:
                yield Fact("entries", *place, {"on": on, "entries": [entry]})
        elif verb == "add_routes" and call.args:
            yield Fact(
                "entries", *place, {"on": on, "entries": self._entries(call.args[0], scope), "table": False}
            )
        elif verb in ("append", "extend") and call.args and "route" in on.lower():
            entries = self._entries(call.args[0], scope)
            if any(entry[0] == "route" for entry in entries):
                yield Fact("sequence", *place, {"name": on, "entries": entries})
        elif verb in ("add_subapp", "add_domain") and len(call.args) > 1:
            parts = parts_of(self._syntax, call.args[0], scope) if verb == "add_subapp" else [""]
            host = "" if verb == "add_subapp" else self._syntax.string(call.args[0]) or "?"
            data: dict[str, Json] = {"on": on, "parts": parts, "child": code_of(call.args[1]), "host": host}
            yield Fact("below", *place, data)
        elif verb == "add_static" and call.args:
            yield Fact("static", *place, {"on": on, "parts": parts_of(self._syntax, call.args[0], scope)})
        else:
            yield from handed(self._syntax, call, scope, _HOLDS)

    def _resource(self, on: ast.expr, scope: str) -> tuple[ast.expr | None, str]:
        """The path of `app.router.add_resource("/x")` that a route is added to, and what that stands in."""
        held = self._syntax.bound(on, scope)
        for _ in range(_DEPTH):  # `cors.add(app.router.add_resource("/x"))`
            if not isinstance(held, ast.Call) or not isinstance(held.func, ast.Attribute):
                return None, ""
            if held.func.attr == "add_resource" and held.args:
                return held.args[0], _without_router(code_of(held.func.value))
            held = held.args[0] if held.args else None
        return None, ""

    # Entries ----------------------------------------------------------------------------------------

    def _entries(self, node: ast.expr, scope: str, depth: int = _DEPTH) -> list[Json]:
        """The entries of a list, a sum of lists, or one of them."""
        if depth <= 0:
            return []
        if isinstance(node, ast.List | ast.Tuple):
            return [entry for part in node.elts for entry in self._entries(part, scope, depth - 1)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [e for part in (node.left, node.right) for e in self._entries(part, scope, depth - 1)]
        if isinstance(node, ast.Starred):
            return self._entries(node.value, scope, depth - 1)
        if isinstance(node, ast.Call):
            web = _WEB.match(self._syntax.dotted(node.func))
            if web is not None:
                entry = self._route(node, web[1], scope, node.args)
                return [entry] if entry is not None else []
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            return [["join", code_of(node), node.lineno, node.col_offset]]
        return []

    def _route(self, call: ast.Call, verb: str, scope: str, arguments: list[ast.expr]) -> list[Json] | None:
        """One route: `verb` is a method, `view` (of a class) or `route` (the method comes first)."""
        words = {k.arg: k.value for k in call.keywords}
        places = list(arguments)
        methods = [verb.upper()]
        if verb == "route":
            given = words.get("method") or (places.pop(0) if places else None)
            text = self._syntax.string(given) or member_name(given).removeprefix("METH_")
            methods = [{"*": "ANY", "ANY": "ANY"}.get(text, text.upper() or "?")]
        elif verb == "view":
            methods = ["ANY"]
        elif verb not in VERBS:
            return None
        path = words.get("path") or (places[0] if places else None)
        view = words.get("handler") or (places[1] if len(places) > 1 else None)
        if path is None or view is None:
            return None
        name = self._syntax.string(words.get("name")) or ""
        parts = parts_of(self._syntax, path, scope)
        return ["route", parts, methods, self._view(view, scope), call.lineno, call.col_offset, name]

    def _view(self, node: ast.expr, scope: str) -> str:
        """What answers, taken out of what it is wrapped in: `partial(view, 1)`, `checked(view)`."""
        for _ in range(_DEPTH):
            made = isinstance(node, ast.Call) and _MADE.match(self._syntax.dotted(node.func))
            if not isinstance(node, ast.Call) or not node.args or made:
                break
            node = node.args[0]
        if isinstance(node, ast.Lambda):
            return f"<lambda>:{node.lineno}:{node.col_offset}"
        return self._syntax.express(node, scope)


def _may_add(call: ast.Call) -> bool:
    names = (*_ADDS, "add_routes", "add_subapp")
    return isinstance(call.func, ast.Attribute) and call.func.attr in names


def _without_router(code: str) -> str:
    return code.removesuffix(".router")
