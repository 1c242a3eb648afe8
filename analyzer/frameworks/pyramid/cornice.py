"""Cornice: services and resources, whose functions and methods answer the methods of HTTP."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import Syntax, World
from ...python.filled_patterns import Patterns
from ...python.nodes import keyword
from ...python.patterns import parts_of
from ...python.url_rules.views import plain
from ...python.view_methods import VERBS, defined_methods
from .includes import Includes

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def read_services(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `service`, `answers`, `resource`."""
    for call, scope, last in syntax.called(frozenset({"Service"})):
        path = keyword(call, "path") or (call.args[1] if len(call.args) > 1 else None)
        if last and path is not None and syntax.dotted(call.func).partition(".")[0] == "cornice":
            yield Fact("service", scope, call.lineno, call.col_offset, {
                "name": _assigned(syntax, call), "text": parts_of(syntax, path, scope), "code": plain(call),
            })  # fmt: skip
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                yield from _decorated(syntax, node, decorator, scope)


def _assigned(syntax: Syntax, call: ast.Call) -> str:
    for node, _ in syntax.find(ast.Assign):
        if isinstance(node, ast.Assign) and node.value is call and isinstance(node.targets[0], ast.Name):
            return node.targets[0].id
    return ""


def _decorated(syntax: Syntax, node: _Definition, decorator: ast.Call, scope: str) -> Iterator[Fact]:
    place = (scope, decorator.lineno, decorator.col_offset)
    own, function = syntax.name_of(node, scope), decorator.func
    if (
        isinstance(function, ast.Attribute)
        and function.attr in VERBS
        and isinstance(function.value, ast.Name)
    ):
        yield Fact(
            "answers", *place, {"on": function.value.id, "verb": function.attr.upper(), "handler": own}
        )
    elif syntax.dotted(function).startswith("cornice.resource.") and isinstance(node, ast.ClassDef):
        for word, prefix in (("path", ""), ("collection_path", "collection_")):
            path = keyword(decorator, word)
            if path is not None:
                text = parts_of(syntax, path, scope)
                yield Fact("resource", *place, {
                    "text": text, "before": prefix, "handler": own, "code": plain(decorator),
                })  # fmt: skip


def link_services(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """A route for each method of HTTP that a service or a resource answers."""
    patterns = Patterns(world)
    includes = Includes(world, patterns)
    answers: dict[tuple[str, str], list[Fact]] = {}
    for path, fact in world.facts("pyramid"):
        if fact.kind == "answers":
            answers.setdefault((path, str(fact.data["on"])), []).append(fact)
    for path, fact in world.facts("pyramid"):
        if fact.kind not in ("service", "resource") or world.is_test(path):
            continue
        place = Place(path, fact.line, fact.column)
        text = patterns.text(path, fact.scope, fact.data["text"])
        if "{}" in text:
            yield BlindSpot("dynamic-route", place, str(fact.data["code"]))
            continue
        found = [
            (each.data["verb"], f"function:{world.module_of(path)}.{each.data['handler']}")
            for each in answers.get((path, str(fact.data.get("name", ""))), ())
        ]
        if fact.kind == "resource":
            found = _methods(
                world, f"{world.module_of(path)}.{fact.data['handler']}", str(fact.data["before"])
            )
        for prefix in includes.of(path, fact.scope):
            whole = "/" + f"{prefix}/{text.lstrip('/')}".lstrip("/")
            for method, handler in found:
                id = f"route:{method} {whole}"
                about = (("framework", "cornice"), ("method", method), ("prefix", prefix), ("text", whole))
                yield Node(id, path, fact.line, fact.line, about)
                yield Edge(id, handler, "handles", evidence=(Evidence(place),))


def _methods(world: World, class_name: str, before: str) -> list[tuple[str, str]]:
    """The methods of a resource, those of its collection by a word before theirs."""
    found = defined_methods(world, class_name, [f"{before}{verb}" for verb in VERBS])
    return [(verb.rpartition("_")[2], handler) for verb, handler in found]
