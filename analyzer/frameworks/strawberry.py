"""Strawberry (also strawberry-django): fields of GraphQL, and the functions that answer them.

The root types are those that a schema names, with all that they inherit; fields are called as clients write
them (`orderLines`). A field without a function of its own is answered by the library, for the class that it
gives. Functions of other types that are fields are told as such.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ..model.evidence import BlindSpot, Place
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.fields import ROOTS, Answer, Root, camel, field, function_of, roots, types
from ..python.libraries import imports_any
from ..python.nodes import last_name

_PACKAGES = frozenset({"strawberry", "strawberry_django", "strawberry_graphql_django"})
_MAKES = frozenset(
    {
        "field",
        "mutation",
        "subscription",
        "connection",
        "node",
        "offset_paginated",
        "create",
        "update",
        "delete",
    }
)
_WRAPPED = (
    "List",
    "list",
    "Optional",
    "Annotated",
    "Connection",
    "ListConnection",
    "OffsetPaginated",
    "Iterable",
)


class Strawberry(Framework):
    """See the module."""

    name = "strawberry"
    version = 1
    triggers = ("strawberry", "field", "mutation")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `schema` and `type` (its fields)."""
        if syntax is None:
            return
        for call, scope, _ in syntax.called(_is_schema):
            yield from _schema(syntax, call, scope)
        for node, scope in syntax.find(ast.ClassDef):
            assert isinstance(node, ast.ClassDef)
            yield from _type(syntax, node, scope)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Fields of the root types, then those that other types answer by functions."""
        if not imports_any(world, _PACKAGES):
            return
        known, spots = roots(world, world.facts(self.name))
        yield from spots
        for path, fact, name in types(world, self.name):
            yield from self._fields(world, path, fact, known.get(name))

    def _fields(self, world: World, path: str, fact: Fact, root: Root | None) -> Iterator[Node | Edge]:
        """The fields of a type; of others than a root type those that a function of the project answers."""
        for name, line, column, shown, code, by, gives in fact.data["fields"]:
            maker = world.resolve(path, fact.scope, str(by)) if by else None
            if by and not (maker is not None and maker.kind == "external" and _is_library(maker.name)):
                continue
            answer = function_of(world.resolve(path, fact.scope, str(code))) if code else None
            place = Place(path, line, column)
            if root is not None:
                answer = answer or _given(world, path, fact.scope, str(gives))
                given = str(shown) or (camel(str(name)) if root.camel else str(name))
                yield from field(self.name, root.operation, given, answer, place)
            elif answer is not None and by:
                kept = str(fact.data["name"]) or fact.scope.rpartition(".")[2]
                yield from field(self.name, "FIELD", f"{kept}.{shown or camel(str(name))}", answer, place)


@lru_cache(maxsize=65536)
def _is_schema(name: str) -> bool:
    return name.endswith("Schema")


def _is_library(name: str) -> bool:
    return name.partition(".")[0].partition("_")[0] == "strawberry"


def _given(world: World, path: str, scope: str, code: str) -> Answer:
    """The class that a field gives, where the library answers."""
    symbol = world.resolve(path, scope, code) if code else None
    if symbol is None or symbol.kind != "class":
        return Answer("")
    return Answer(f"class:{symbol.name}", "likely", "convention")


def _schema(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """`strawberry.Schema(query=Query, config=StrawberryConfig(auto_camel_case=False))`."""
    given = {word.arg: word.value for word in call.keywords if word.arg}
    given = {**dict(zip(ROOTS, call.args, strict=False)), **given}
    data: dict[str, Json] = {
        each: syntax.express(given[each], scope)
        for each in ROOTS
        if each in given and isinstance(given[each], ast.Name | ast.Attribute)
    }
    if data:
        data["camel"] = not any(
            word.arg == "auto_camel_case"
            and isinstance(word.value, ast.Constant)
            and word.value.value is False
            for inner in ast.walk(call)
            if isinstance(inner, ast.Call)
            for word in inner.keywords
        )
        data["sure"] = syntax.dotted(call.func).startswith("strawberry.")
        yield Fact("schema", scope, call.lineno, call.col_offset, data)


def _type(syntax: Syntax, node: ast.ClassDef, scope: str) -> Iterator[Fact]:
    """A class whose decorators may make it a type: (name, place, shown name, function, maker, class)."""
    if not node.decorator_list:
        return
    own = syntax.name_of(node, scope)
    fields: list[Json] = []
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in item.decorator_list:
                function = decorator.func if isinstance(decorator, ast.Call) else decorator
                if last_name(function) in _MAKES:
                    words = _words(decorator)
                    place = (item.lineno, item.col_offset)
                    name = syntax.string(words.get("name")) or ""
                    fields.append([item.name, *place, name, item.name, syntax.express(function, own), ""])
        elif isinstance(item, ast.AnnAssign | ast.Assign):
            target = item.target if isinstance(item, ast.AnnAssign) else item.targets[0]
            if isinstance(target, ast.Name):
                fields += _assigned(syntax, item, target.id, own)
    if fields:
        decorators = {name: value for each in node.decorator_list for name, value in _words(each).items()}
        data = {"fields": fields, "name": syntax.string(decorators.get("name")) or ""}
        yield Fact("type", own, node.lineno, node.col_offset, data)


def _words(node: ast.expr) -> Mapping[str | None, ast.expr]:
    return {word.arg: word.value for word in node.keywords} if isinstance(node, ast.Call) else {}


def _assigned(syntax: Syntax, item: ast.AnnAssign | ast.Assign, name: str, own: str) -> Iterator[list[Json]]:
    """`orders: list[Order] = strawberry.field(resolver=f)`, `pay = pay_order` (itself a field)."""
    place = (item.lineno, item.col_offset)
    gives = _inner(syntax, item.annotation, own) if isinstance(item, ast.AnnAssign) else ""
    value = item.value
    if isinstance(value, ast.Call) and last_name(value.func) in _MAKES:
        words = _words(value)
        resolver = words.get("resolver") or next(iter(value.args), None)
        code = syntax.express(resolver, own) if isinstance(resolver, ast.Name | ast.Attribute) else ""
        shown = syntax.string(words.get("name")) or ""
        yield [name, *place, shown, code, syntax.express(value.func, own), gives]
    elif isinstance(value, ast.Name | ast.Attribute):
        yield [name, *place, "", syntax.express(value, own), "", gives]


def _inner(syntax: Syntax, annotation: ast.expr, own: str) -> str:
    """The class of an annotation: `Order` of `list[Order]` and `Optional[Order]`."""
    while isinstance(annotation, ast.Subscript):
        annotation = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
    if isinstance(annotation, ast.BinOp):
        annotation = annotation.left
    if isinstance(annotation, ast.Name | ast.Attribute):
        return syntax.express(annotation, own)
    return (
        annotation.value if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str) else ""
    )


framework = Strawberry()
