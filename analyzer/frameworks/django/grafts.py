"""Fields that do not stand in a model's class as calls of their own: made by a function of the project, or
put into a class from outside: `Order.add_to_class("note", field)`, `field.contribute_to_class(Order, "n")`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from ...model.facts import Fact, Json
from ...model.world import Syntax, World
from ...python.each_constant import EachConstant
from ...python.nodes import last_name

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ReadField = Callable[[Syntax, str, ast.Call, str], "dict[str, Json] | None"]


def read_grafts(syntax: Syntax, field: _ReadField) -> Iterator[Fact]:
    """Facts of kinds `maker` (a function that gives a field), `made` (what is bound to such) and `graft`."""
    makers = False
    for node, scope in syntax.find(ast.Return):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and scope:
            data = field(syntax, "", node.value, scope)
            if data is not None and data["sure"]:
                makers = True
                yield Fact("maker", scope, node.lineno, node.col_offset, data)
    for node, scope in syntax.find(ast.ClassDef) if makers or "models" in _imported(syntax) else ():
        assert isinstance(node, ast.ClassDef)
        for each in node.body if node.bases else ():
            if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call):
                yield from _made(syntax, syntax.name_of(node, scope), each, each.value)
    for call, scope, word in syntax.called(("add_to_class", "contribute_to_class")):
        yield from _graft(syntax, call, scope, word, field)


def _imported(syntax: Syntax) -> set[str]:
    """The names that a file imports."""
    nodes = (node for node, _ in syntax.find(ast.ImportFrom) if isinstance(node, ast.ImportFrom))
    return {alias.asname or alias.name for node in nodes for alias in node.names}


def _made(syntax: Syntax, scope: str, statement: ast.Assign, call: ast.Call) -> Iterator[Fact]:
    target = statement.targets[0]
    plain = last_name(call.func)
    if (
        isinstance(target, ast.Name)
        and plain[:1].islower()
        and isinstance(call.func, ast.Name | ast.Attribute)
    ):
        data: dict[str, Json] = {"name": target.id, "by": syntax.express(call.func, scope)}
        yield Fact("made", scope, call.lineno, call.col_offset, data)


def _graft(syntax: Syntax, call: ast.Call, scope: str, word: str, field: _ReadField) -> Iterator[Fact]:
    if len(call.args) < 2 or not isinstance(call.func, ast.Attribute):
        return
    owner, first, second = call.func.value, call.args[0], call.args[1]
    model, name, made = (owner, first, second) if word == "add_to_class" else (first, second, owner)
    called, code = syntax.bound(made, scope), syntax.express(model, scope)
    for each in syntax.once(EachConstant).values(name, scope) if isinstance(called, ast.Call) else ():
        text = syntax.string(each)
        data = field(syntax, text, called, scope) if isinstance(called, ast.Call) and text else None
        if data is not None:
            yield Fact("graft", scope, call.lineno, call.col_offset, {**data, "model": code})


class Grafts:
    """The fields that functions made and that were put into classes, joined over all files."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._makers: dict[str, tuple[str, Mapping[str, Json]]] = {}
        for path, fact in world.facts("django"):
            if fact.kind == "maker":
                name = f"{world.module_of(path)}.{fact.scope}"
                self._makers.setdefault(name, (path, fact.data))

    def made(self) -> Iterator[tuple[str, Fact]]:
        """(file, field) of classes' fields that functions of the project make."""
        for path, fact in self._world.facts("django") if self._makers else ():
            if fact.kind != "made":
                continue
            symbol = self._world.resolve(path, fact.scope, str(fact.data["by"]))
            known = self._makers.get(symbol.name) if symbol is not None else None
            if known is not None and (known[0] == path or not isinstance(known[1].get("to"), dict)):
                data = {**known[1], "name": fact.data["name"]}
                yield path, Fact("field", fact.scope, fact.line, fact.column, data)

    def put(self) -> Iterator[tuple[str, str, Fact]]:
        """(class, file, field) of what is put into classes from outside, tests apart."""
        for path, fact in self._world.facts("django"):
            if fact.kind == "graft" and not self._world.is_test(path):
                symbol = self._world.resolve(path, fact.scope, str(fact.data["model"]))
                if symbol is not None and symbol.kind == "class":
                    yield symbol.name, path, fact
