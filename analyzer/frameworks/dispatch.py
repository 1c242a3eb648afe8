"""Functions that `functools.singledispatch` calls: `@convert.register(Order)`, `@convert.register`.

The dispatching function calls each implementation that is registered with it, wherever that stands.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World

_MAKERS = ("functools.singledispatch", "functools.singledispatchmethod")


class Dispatch(Framework):
    """See the module."""

    name = "dispatch"
    version = 1
    triggers = ("singledispatch", ".register")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `dispatching` (name) and `registered` (with: path expression, name)."""
        if syntax is None:
            return
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for decorator in node.decorator_list:
                place = (scope, decorator.lineno, decorator.col_offset)
                made = decorator.func if isinstance(decorator, ast.Call) else decorator
                if syntax.dotted(made) in _MAKERS:
                    yield Fact("dispatching", *place, {"name": syntax.name_of(node, scope)})
                elif isinstance(made, ast.Attribute) and made.attr == "register":
                    dispatcher = syntax.dotted(made.value)
                    if dispatcher:
                        about = {"with": dispatcher, "name": syntax.name_of(node, scope)}
                        yield Fact("registered", *place, about)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        facts = [*world.facts(self.name)]
        dispatching = {
            world.scope_id(path, str(fact.data["name"])) for path, fact in facts if fact.kind == "dispatching"
        }
        for path, fact in facts:
            if fact.kind == "registered":
                # In a class its name is one of the class: `@convert.register` below `def convert`.
                names = [str(fact.data["with"])]
                names += [f"{fact.scope}.{names[0]}"] if fact.scope else []
                found = (world.resolve(path, fact.scope, name) for name in names)
                ids = {f"function:{symbol.name}" for symbol in found if symbol is not None} & dispatching
                for id in sorted(ids):
                    evidence = (Evidence(Place(path, fact.line, fact.column)),)
                    yield Edge(id, world.scope_id(path, str(fact.data["name"])), "calls", "certain", evidence)


framework = Dispatch()
