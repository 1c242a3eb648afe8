"""Ariadne: fields of GraphQL that functions are bound to by name, on objects that stand for types.

`query = QueryType()`, `order = ObjectType("Order")`; `@query.field("orders")`, `order.set_field("lines", f)`.
Names are those of the schema.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..model.evidence import BlindSpot, Place
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.fields import Answer, field, function_of
from ..python.libraries import imports_any
from ..python.nodes import last_name, shown
from ..python.variables import Variables

_PACKAGES = frozenset({"ariadne", "ariadne_graphql_modules", "ariadne_django"})
_TYPES = {
    "QueryType": "QUERY", "MutationType": "MUTATION", "SubscriptionType": "SUBSCRIPTION",
    "ObjectType": "FIELD", "InterfaceType": "FIELD", "EnhancedObjectType": "FIELD",
}  # fmt: skip
_BINDS = {"field": 1, "source": 1, "set_field": 2, "set_source": 2}
"""Methods that bind a function, and how many arguments name both."""


class Ariadne(Framework):
    """See the module."""

    name = "ariadne"
    version = 1
    triggers = ("ariadne", ".field(", "set_field", ".source(")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `object` (that stands for a type) and `bound` (a function to a name)."""
        if syntax is None:
            return
        for node, scope in syntax.find(ast.Assign):
            assert isinstance(node, ast.Assign)
            target, value = node.targets[0], node.value
            if (
                isinstance(target, ast.Name)
                and isinstance(value, ast.Call)
                and last_name(value.func) in _TYPES
            ):
                named = syntax.string(value.args[0]) if value.args else ""
                data = {"name": target.id, "by": syntax.dotted(value.func), "type": named or ""}
                yield Fact("object", scope, node.lineno, node.col_offset, data)
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and _BINDS.get(last_name(decorator.func)) == 1:
                    yield from _bound(syntax, decorator, scope, syntax.name_of(node, scope), "")
        for call, scope, last in syntax.called(_BINDS):
            if _BINDS[last] == 2 and len(call.args) == 2:
                yield from _bound(syntax, call, scope, "", syntax.express(call.args[1], scope))

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Nothing where no code of the project imports the library."""
        if not imports_any(world, _PACKAGES):
            return
        objects = {}
        for path, fact in world.facts(self.name):
            if fact.kind == "object" and str(fact.data["by"]).partition(".")[0] in _PACKAGES:
                parts = (world.module_of(path), fact.scope, str(fact.data["name"]))
                objects[".".join(part for part in parts if part)] = fact
        variables = Variables(world, objects)
        for path, fact in world.facts(self.name):
            held = variables.find(path, fact.scope, str(fact.data["on"])) if fact.kind == "bound" else ""
            if held and not world.is_test(path):
                yield from self._field(world, path, fact, objects[held])

    def _field(self, world: World, path: str, fact: Fact, made: Fact) -> Iterator[Node | Edge | BlindSpot]:
        place = Place(path, fact.line, fact.column)
        operation = _TYPES[str(made.data["by"]).rpartition(".")[2]]
        name, kept = str(fact.data["name"]), str(made.data["type"])
        if not name or (operation == "FIELD" and not kept):
            yield BlindSpot("unknown-field", place, str(fact.data["text"]))
            return
        if fact.data["function"]:
            answer = Answer(f"function:{world.module_of(path)}.{fact.data['function']}")
        else:
            answer = function_of(world.resolve(path, fact.scope, str(fact.data["code"]))) or Answer("")
        root = {"Query": "QUERY", "Mutation": "MUTATION", "Subscription": "SUBSCRIPTION"}.get(kept)
        if operation == "FIELD" and root is not None:
            operation, kept = root, ""
        shown_name = f"{kept}.{name}" if operation == "FIELD" else name
        yield from field(self.name, operation, shown_name, answer, place)


def _bound(syntax: Syntax, call: ast.Call, scope: str, function: str, code: str) -> Iterator[Fact]:
    """A function, or code that names one, bound to the name that is the first argument."""
    if call.args and isinstance(call.func, ast.Attribute):
        name = syntax.string(call.args[0])
        data = {
            "on": syntax.express(call.func.value, scope),
            "name": name if name and "{" not in name else "",
            "function": function,
            "code": code,
            "text": shown(call),
        }
        yield Fact("bound", scope, call.lineno, call.col_offset, data)


framework = Ariadne()
