"""Facts about handlers and what they are registered with, read from one file.

An item of a list is code (`Orders`, `*ROUTERS` as `ROUTERS`), with its line and column; a router that is made
on the spot has the name `<line:column>`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.held_objects import code_of, handed, place_name, returned
from ...python.nodes import member_name
from ...python.patterns import parts_of

_LIBRARY = ("litestar.", "starlite.")
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_SOCKETS = ("websocket", "websocket_listener", "websocket_stream")
_MAKERS = re.compile(r"(?:.*\.)?\w*(?:Litestar|Starlite|Router|AppConfig|create_testing_app)\Z")
_LISTS = re.compile(r"handler|route|controller", re.IGNORECASE)
_HOLDS = re.compile(r"app|router|config", re.IGNORECASE)


def read_handlers(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `handler`, `path`, `holder`, `sequence`, `register`, `hands` and `returns`."""
    reader = _Reader(syntax)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            yield from reader.decorated(node, decorator, scope)
    yield from reader.assigned()
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        yield from reader.called(node, scope)
    yield from returned(syntax)


class _Reader:
    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._names: dict[ast.Call, str] = {}

    def decorated(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr, scope: str
    ) -> Iterator[Fact]:
        """`@get("/x")`, `@post(path=["/a", "/b"])`, `@route("/x", http_method="GET")`, `@websocket("/x")`."""
        call = decorator if isinstance(decorator, ast.Call) else None
        dotted = self._syntax.dotted(call.func if call is not None else decorator)
        verb = dotted.rpartition(".")[2]
        methods = [verb.upper()]
        if not dotted.startswith(_LIBRARY) or verb not in (*_VERBS, *_SOCKETS, "route", "asgi"):
            return
        if verb in _SOCKETS:
            methods = ["WEBSOCKET"]
        elif verb == "asgi":
            methods = ["ANY"]
        elif verb == "route":
            methods = self._methods(keyword(call, "http_method"), scope) if call is not None else ["?"]
        path = keyword(call, "path") or (call.args[0] if call is not None and call.args else None)
        held = self._syntax.bound(path, scope) if path is not None else None
        many = held.elts if isinstance(held, ast.List | ast.Tuple) else [path] if path is not None else []
        yield Fact("handler", scope, decorator.lineno, decorator.col_offset, {
            "function": self._syntax.name_of(node, scope), "methods": methods,
            "paths": [parts_of(self._syntax, each, scope) for each in many] or [[""]],
            "name": self._syntax.string(keyword(call, "name")) or node.name,
        })  # fmt: skip

    def _methods(self, node: ast.expr | None, scope: str) -> list[str]:
        held = self._syntax.bound(node, scope) if node is not None else None
        elements = held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else [held]
        texts = {self._syntax.string(each) or member_name(each) or "?" for each in elements}
        return sorted(text.upper() for text in texts)

    def assigned(self) -> Iterator[Fact]:
        """Paths of classes, lists of handlers, and the variables of routers and applications."""
        for node, scope in self._syntax.find(ast.Assign, ast.AnnAssign):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            place = (scope, node.lineno, node.col_offset)
            if isinstance(node.value, ast.Call) and isinstance(target, ast.Name | ast.Attribute):
                self._names[node.value] = code_of(target)
            elif isinstance(target, ast.Name) and target.id == "path" and scope and node.value is not None:
                yield Fact("path", *place, {"parts": parts_of(self._syntax, node.value, scope)})
            elif isinstance(target, ast.Name) and _LISTS.search(target.id) and _is_list(node.value):
                yield Fact("sequence", *place, {"name": target.id, "items": self._items(node.value)})

    def called(self, call: ast.Call, scope: str) -> Iterator[Fact]:
        """What makes or fills a router or an application."""
        place, function = (scope, call.lineno, call.col_offset), call.func
        verb = function.attr if isinstance(function, ast.Attribute) else ""
        on = code_of(function.value) if isinstance(function, ast.Attribute) else ""
        handlers = keyword(call, "route_handlers")
        if handlers is not None or _MAKERS.match(self._syntax.dotted(function)):
            if handlers is None and call.args:
                handlers = next((each for each in call.args if _is_list(each)), None)
            path = keyword(call, "path") or next((e for e in call.args if self._syntax.string(e)), None)
            yield Fact("holder", *place, {
                "name": self._names.get(call) or place_name(call),
                "class": self._syntax.express(function, scope),
                "parts": parts_of(self._syntax, path, scope) if path is not None else [""],
                "items": self._items(handlers) if handlers is not None else [],
            })  # fmt: skip
        elif verb == "register" and len(call.args) == 1 and not call.keywords:
            yield Fact("register", *place, {"on": on, "whole": False, "items": self._items(call.args[0])})
        elif verb in ("append", "extend") and call.args and _LISTS.search(on):
            owner, _, last = on.rpartition(".")
            whole = last == "route_handlers"  # of an application, or of its configuration
            data: dict[str, Json] = {"on": owner if whole else on, "whole": whole}
            yield Fact("register", *place, {**data, "items": self._items(call.args[0])})
        else:
            lists = [
                each for each in (*call.args, *(k.value for k in call.keywords)) if _may_be_classes(each)
            ]
            for each in lists:
                about: dict[str, Json] = {"name": place_name(each), "items": self._items(each)}
                yield Fact("sequence", scope, each.lineno, each.col_offset, about)
            yield from handed(self._syntax, call, scope, _HOLDS, lists)

    def _items(self, node: ast.expr | None) -> list[Json]:
        if isinstance(node, ast.List | ast.Tuple):
            return [item for part in node.elts for item in self._items(part)]
        if isinstance(node, ast.Starred):
            return self._items(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [*self._items(node.left), *self._items(node.right)]
        if node is None:
            return []
        made = isinstance(node, ast.Call) and _MAKERS.match(self._syntax.dotted(node.func))
        code = place_name(node) if made else code_of(node)
        return [[code, node.lineno, node.col_offset]]


def _may_be_classes(node: ast.expr) -> bool:
    """Whether an argument is a list of what may be controllers."""
    if not isinstance(node, ast.List | ast.Tuple) or not node.elts:
        return False
    names = [
        code_of(each).rpartition(".")[2] for each in node.elts if isinstance(each, ast.Name | ast.Attribute)
    ]
    return len(names) == len(node.elts) and all(name[:1].isupper() and not name.isupper() for name in names)


def _is_list(node: ast.AST | None) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.BinOp)


def keyword(call: ast.Call | None, name: str) -> ast.expr | None:
    """The value that a call gives a keyword."""
    return next((k.value for k in call.keywords if k.arg == name), None) if call is not None else None
