"""Facts about APIs, routers, controllers and operations, read from one file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.held_objects import code_of, handed, returned
from ...python.nodes import keyword, member_name
from ...python.patterns import parts_of
from ...python.urlconf.substitution import calls_by_round

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_MADE = re.compile(r"(?:.*\.)?_*[A-Z]\w*\Z")
"""What a class may be called."""
_EXTRA = re.compile(r"(?:.*\.)?(?:http|route\.)?_?(get|post|put|patch|delete|head|options|generic)\Z")
_HOLDS = re.compile(r"api|router|ninja", re.IGNORECASE)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_operations(syntax: Syntax, named: bool) -> Iterator[Fact]:
    """Facts of kinds `made`, `operation`, `join`, `controller`, `controllers`, `hands` and `returns`.

    `named`: the file names the library. Elsewhere only what is imported may be of it.
    """
    reader = _Reader(syntax, named)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, _Function)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                yield from reader.decorated(node, decorator, scope)
    yield from reader.calls()
    if not named:
        return
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        yield from reader.controller(node, scope)
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        yield from reader.assigned(node, scope)
    yield from returned(syntax)


class _Reader:
    def __init__(self, syntax: Syntax, named: bool) -> None:
        self._syntax, self._named = syntax, named
        self._imported = {
            alias.asname or alias.name.partition(".")[0]
            for node, _ in syntax.find(ast.Import, ast.ImportFrom)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }

    def _may_be(self, on: ast.expr) -> bool:
        """Whether what stands before a verb may be an API or a router."""
        first = on
        while isinstance(first, ast.Attribute | ast.Call):
            first = first.value if isinstance(first, ast.Attribute) else first.func
        return self._named or (isinstance(first, ast.Name) and first.id in self._imported)

    # What stands in an API --------------------------------------------------------------------------

    def decorated(self, node: _Function, decorator: ast.Call, scope: str) -> Iterator[Fact]:
        """`@api.get("/x")`, `@router.api_operation(["GET"], "/x")`, `@route.get("/x")` in a controller."""
        function, place = decorator.func, (scope, decorator.lineno, decorator.col_offset)
        dotted = self._syntax.dotted(function)
        verb = function.attr if isinstance(function, ast.Attribute) else ""
        extra = _EXTRA.match(dotted) if dotted.startswith("ninja_extra.") else None
        on = None
        if extra is not None:
            verb, on = extra[1], ""
        elif verb in (*VERBS, "api_operation") and isinstance(function, ast.Attribute):
            on = code_of(function.value) if self._may_be(function.value) else None
        if on is not None:
            about = {"handler": self._syntax.name_of(node, scope), "on": on}
            yield Fact("operation", *place, {**self._operation(decorator, verb, scope), **about})

    def _operation(self, call: ast.Call, verb: str, scope: str) -> dict[str, Json]:
        many = verb in ("api_operation", "generic")
        places = [*call.args[::-1]] if verb == "api_operation" and len(call.args) > 1 else call.args
        path = keyword(call, "path") or (places[0] if places else None)
        listed = keyword(call, "methods") or (places[1] if len(places) > 1 else None)
        return {
            "parts": parts_of(self._syntax, path, scope) if path is not None else [""],
            "methods": self._methods(listed, scope) if many else [verb.upper()],
            "name": self._syntax.string(keyword(call, "url_name")) or "",
        }

    def _methods(self, node: ast.expr | None, scope: str) -> list[str]:
        held = self._syntax.bound(node, scope)
        elements = held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else []
        found = {str(self._syntax.string(each) or member_name(each)).upper() for each in elements}
        return sorted(found - {""})

    # What is joined ---------------------------------------------------------------------------------

    def calls(self) -> Iterator[Fact]:
        """`add_router`, `register_controllers` and the like; those in loops over literals once a round."""
        for call, written, scope in calls_by_round(self._syntax, _joins):
            yield from self._called(call, written, scope)

    def _called(self, call: ast.Call, at: ast.Call, scope: str) -> Iterator[Fact]:
        place, function = (scope, at.lineno, at.col_offset), call.func
        verb = function.attr if isinstance(function, ast.Attribute) else ""
        on = code_of(function.value) if isinstance(function, ast.Attribute) else ""
        if verb == "add_router":
            prefix, child = _two(call, "prefix", "router")
            if child is not None:
                yield Fact("join", *place, {
                    "on": on, "parts": parts_of(self._syntax, prefix, scope), "child": code_of(child),
                    "dotted": self._syntax.string(child) or "",
                })  # fmt: skip
        elif verb in ("register_controllers", "auto_discover_controllers"):
            codes = [code_of(each) for each in call.args]
            texts = [self._syntax.string(each) or "" for each in call.args]
            data: dict[str, Json] = {"on": on, "codes": codes, "texts": texts, "all": verb.startswith("auto")}
            yield Fact("controllers", *place, data)
        elif verb == "add_api_operation" and len(call.args) > 2:
            yield Fact("operation", *place, {
                "on": on, "parts": parts_of(self._syntax, call.args[0], scope), "handler": "",
                "methods": self._methods(call.args[1], scope),
                "view": self._syntax.express(call.args[2], scope),
                "name": self._syntax.string(keyword(call, "url_name")) or "",
            })  # fmt: skip
        elif self._named:
            yield from handed(self._syntax, call, scope, _HOLDS)

    # What is made -----------------------------------------------------------------------------------

    def assigned(self, node: ast.AST, scope: str) -> Iterator[Fact]:
        """`api = NinjaAPI(version="2")`, `router = Router()`; classes are looked up when all is linked."""
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        call = node.value
        if not isinstance(target, ast.Name) or not isinstance(call, ast.Call):
            return
        if _MADE.match(self._syntax.dotted(call.func)):
            docs = [
                _constant(keyword(call, word), usual)
                for word, usual in (("openapi_url", "/openapi.json"), ("docs_url", "/docs"))
            ]
            yield Fact("made", scope, call.lineno, call.col_offset, {
                "name": target.id, "class": self._syntax.express(call.func, scope), "docs": docs,
                "space": self._syntax.string(keyword(call, "urls_namespace")) or "",
                "version": self._syntax.string(keyword(call, "version")) or "",
            })  # fmt: skip

    def controller(self, node: ast.ClassDef, scope: str) -> Iterator[Fact]:
        """`@api_controller("/orders")` above a class."""
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            name = self._syntax.dotted(call.func if call is not None else decorator)
            if name.rpartition(".")[2] == "api_controller":
                prefix = None
                if call is not None:
                    prefix = keyword(call, "prefix_or_class") or (call.args[0] if call.args else None)
                parts = parts_of(self._syntax, prefix, scope) if prefix is not None else [""]
                data: dict[str, Json] = {"name": node.name, "parts": parts}
                yield Fact("controller", scope, node.lineno, node.col_offset, data)


def _joins(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("add_router", "register_controllers")


def _two(call: ast.Call, first: str, second: str) -> Sequence[ast.expr | None]:
    """Two arguments, by place or by name."""
    places: list[ast.expr | None] = [*call.args[:2], None, None]
    return [keyword(call, name) or places[index] for index, name in enumerate((first, second))]


def _constant(node: ast.expr | None, usual: str) -> Json:
    """A text or None that is given, `usual` where none is, "?" for what is not plain."""
    if node is None:
        return usual
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str | None) else "?"
