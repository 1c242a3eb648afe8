"""Graphene (also graphene-django, graphene-sqlalchemy): fields of GraphQL, and functions that answer them.

The root types are those that a schema names, with all that they inherit; fields are called as clients write
them (`orderLines`). A mutation answers by its `mutate`; where it inherits that from a class of the
project, by what that calls of the mutation itself. Resolvers of other types are fields of their own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model.evidence import BlindSpot, Place
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.fields import ROOTS, Answer, Root, camel, field, function_of, is_below, roots, types
from ..python.libraries import imports_any
from ..python.nodes import last_name

_PACKAGES = frozenset(
    {"graphene", "graphene_django", "graphene_sqlalchemy", "graphene_mongo", "graphene_pydantic"}
)
_SCHEMA = re.compile(r"\w*schema\w*\Z", re.IGNORECASE)
_RESOLVE = "resolve_"
_MUTATES = ("mutate", "mutate_and_get_payload")
_OWN = re.compile(r"[<{][\w.]+[>}]\.(\w+)\Z")
"""What a method calls on its own class or instance."""


class Graphene(Framework):
    """See the module."""

    name = "graphene"
    version = 1
    triggers = ("graphene", "resolve_", "Mutation", "Query", "chema")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `schema` and `type` (its fields, and its resolvers)."""
        if syntax is None:
            return
        for call, scope, _ in syntax.called(_is_schema):
            yield from _schema(syntax, call, scope)
        for node, scope in syntax.find(ast.ClassDef):
            assert isinstance(node, ast.ClassDef)
            yield from _type(syntax, node, scope)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Fields of the root types, then those that other types resolve."""
        if not imports_any(world, _PACKAGES):
            return
        known, spots = roots(world, world.facts(self.name))
        yield from spots
        for path, fact, name in types(world, self.name):
            root = known.get(name)
            if root is not None:
                yield from self._asked(world, path, fact, name, root)
            elif is_below(world, name, _PACKAGES):
                yield from self._resolved(world, path, fact, name)

    def _asked(self, world: World, path: str, fact: Fact, name: str, root: Root) -> Iterator[Node | Edge]:
        for each, line, column, code in fact.data["fields"]:
            shown = camel(each) if root.camel else each
            answer = _answer(world, path, fact.scope, name, each, str(code))
            yield from field(self.name, root.operation, shown, answer, Place(path, line, column))

    def _resolved(self, world: World, path: str, fact: Fact, name: str) -> Iterator[Node | Edge]:
        for each, line, column in fact.data["resolvers"]:
            shown = f"{fact.data['name'] or name.rpartition('.')[2]}.{camel(each)}"
            answer = Answer(f"function:{name}.{_RESOLVE}{each}")
            yield from field(self.name, "FIELD", shown, answer, Place(path, line, column))


@lru_cache(maxsize=65536)
def _is_schema(name: str) -> bool:
    return _SCHEMA.match(name) is not None


def _schema(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """`graphene.Schema(query=Query)`, `build_schema(Query, mutation=Mutation)`."""
    given = {word.arg: word.value for word in call.keywords if word.arg}
    given = {**dict(zip(ROOTS, call.args, strict=False)), **given}
    data: dict[str, Json] = {
        each: syntax.express(given[each], scope)
        for each in ROOTS
        if each in given and isinstance(given[each], ast.Name | ast.Attribute)
    }
    if data:
        case = given.get("auto_camelcase")
        data["camel"] = not (isinstance(case, ast.Constant) and case.value is False)
        data["sure"] = syntax.dotted(call.func) == "graphene.Schema"
        yield Fact("schema", scope, call.lineno, call.col_offset, data)


def _type(syntax: Syntax, node: ast.ClassDef, scope: str) -> Iterator[Fact]:
    """The fields of a class and how they are resolved: `code` is a resolver, or `Mutation.Field`."""
    fields: list[Json] = []
    resolvers: list[Json] = []
    shown = ""
    own = syntax.name_of(node, scope)
    for item in node.body:
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            value = item.value
            if isinstance(value, ast.Call) and not item.targets[0].id.startswith("_"):
                resolver = next((word.value for word in value.keywords if word.arg == "resolver"), None)
                named = resolver if resolver is not None else value.func
                is_told = resolver is not None or last_name(value.func) == "Field"
                code = syntax.express(named, own) if is_told else ""
                fields.append([item.targets[0].id, item.lineno, item.col_offset, code])
        elif isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and item.name.startswith(_RESOLVE):
            resolvers.append([item.name.removeprefix(_RESOLVE), item.lineno, item.col_offset])
        elif isinstance(item, ast.ClassDef) and item.name == "Meta":
            for line in item.body:
                if isinstance(line, ast.Assign) and last_name(line.targets[0]) == "name":
                    shown = syntax.string(line.value) or ""
    if fields or resolvers:
        data = {"fields": fields, "resolvers": resolvers, "name": shown}
        yield Fact("type", own, node.lineno, node.col_offset, data)


def _answer(world: World, path: str, scope: str, owner: str, name: str, code: str) -> Answer:
    """The function that resolves a field, the class of its mutation, or nothing: an attribute answers."""
    method = world.member(owner, f"{_RESOLVE}{name}")
    answer = function_of(method)
    if answer is not None or not code:
        return answer or Answer("")
    if not code.endswith(".Field"):
        return function_of(world.resolve(path, scope, code)) or Answer("")
    symbol = world.resolve(path, scope, code.removesuffix(".Field"))
    return _mutation(world, symbol.name) if symbol is not None and symbol.kind == "class" else Answer("")


def _mutation(world: World, name: str) -> Answer:
    """What carries out a mutation; `view` says whose it is where it is inherited."""
    for each in _MUTATES:
        member = world.member(name, each)
        if member is not None and member.kind == "function":
            if member.name == f"{name}.{each}":
                return Answer(f"function:{member.name}")
            inner = next(_asked(world, member.name, name), member.name)
            view = "" if inner.startswith(f"{name}.") else name
            return Answer(f"function:{inner}", "likely", "value-flow", view)
    return Answer(f"class:{name}", "likely", "convention")


def _asked(world: World, method: str, name: str) -> Iterator[str]:
    """What a method that a class inherits calls of the class, and that is another function there."""
    above = method.rpartition(".")[0]
    info = world.classes.get(above)
    scope = f"{info.definition.name}.{method.rpartition('.')[2]}" if info is not None else ""
    for call, _ in world.calls(info.path) if info is not None else ():
        own = _OWN.match(call.target) if call.scope == scope else None
        member = world.member(name, own[1]) if own is not None else None
        overridden = own is not None and member != world.member(above, own[1])
        if overridden and member is not None and member.kind == "function":
            yield member.name


framework = Graphene()
