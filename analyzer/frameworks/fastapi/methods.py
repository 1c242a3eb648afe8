"""The method of a router and the path of a call: `router.get("/x")`, `guarded(router.get, "/x")`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import keyword, with_defaults

VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
SOCKETS = ("websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route")
DECORATORS = (*VERBS, "api_route", "route", *SOCKETS[:2])


class Method(NamedTuple):
    """`verb` is the router's attribute; `places`: where a function is handed it and the path, if one is."""

    verb: ast.Attribute
    path: ast.expr | None
    places: tuple[Json, Json] | None = None


def method_of(call: ast.Call) -> Method | None:
    """The method of a router that a decorator's call asks for, or hands to a function with a path."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in DECORATORS:
        return Method(call.func, first_path(call))
    given: list[tuple[Json, ast.expr]] = [*enumerate(call.args)]
    given += [(word.arg, word.value) for word in call.keywords if word.arg]
    verb = next(((place, node) for place, node in given if _is_method(node)), None)
    path = next(((place, node) for place, node in given if place == "path" or _is_path(place, node)), None)
    if verb is None or path is None or not isinstance(verb[1], ast.Attribute):
        return None
    return Method(verb[1], path[1], (verb[0], path[0]))


def first_path(call: ast.Call) -> ast.expr | None:
    """The path that a call of a router's own method names."""
    return call.args[0] if call.args else keyword(call, "path")


def read_passing(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `passes`: functions that call a method that they are given with a path of theirs."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        names = [argument.arg for argument, _ in with_defaults(node.args)]
        for call in ast.walk(node) if len(names) > 1 else ():
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or not call.args:
                continue
            first = call.args[0]
            if isinstance(first, ast.Name) and call.func.id in names and first.id in names:
                data = {"verb": call.func.id, "path": first.id, "parameters": names}
                yield Fact("passes", syntax.name_of(node, scope), node.lineno, node.col_offset, data)
                break


def is_passed_on(fact: Fact, places: Json) -> bool:
    """Whether a function hands on just what a call gives it at these places."""
    names = list(fact.data["parameters"])
    given = [names[at] if isinstance(at, int) and at < len(names) else at for at in places]
    return given == [fact.data["verb"], fact.data["path"]]


def _is_method(node: ast.expr) -> bool:
    """`router.get`, not called; whether `router` is one is known when all files are."""
    named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
    return named and getattr(node, "attr", "") in DECORATORS


def _is_path(place: Json, node: ast.expr) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(place, int) and (isinstance(node, ast.JoinedStr) or isinstance(text, str))
