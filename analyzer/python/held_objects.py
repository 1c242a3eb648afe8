"""Which object of interest code means: by variables, functions that give it back, callers that hand it over.

Frameworks make applications and routers in one place and fill them in another: in a function that is given
the application, or after one that makes it. Readers leave facts of kinds `hands` and `returns` for that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from ..model.facts import Fact
from ..model.world import Syntax, World
from .variables import Variables

_DEPTH, _LONGEST = 8, 200


def code_of(node: ast.AST) -> str:
    """Short code of an expression: arguments of calls left out."""
    try:
        return re.sub(r"\((?:[^()]|\([^()]*\))*\)", "()", ast.unparse(node))[:_LONGEST]
    except (ValueError, RecursionError):
        return ""


def returned(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `returns`: what functions give back, where that is a name."""
    for node, scope in syntax.find(ast.Return):
        if isinstance(node, ast.Return) and scope and isinstance(node.value, ast.Name | ast.Attribute):
            yield Fact("returns", scope, node.lineno, node.col_offset, {"code": code_of(node.value)})


def place_name(node: ast.expr) -> str:
    """The name of what is made on the spot and bound to no variable."""
    return f"<{node.lineno}:{node.col_offset}>"


def handed(
    syntax: Syntax, call: ast.Call, scope: str, holds: re.Pattern[str], lists: Collection[ast.expr] = ()
) -> Iterator[Fact]:
    """A fact of kind `hands`, where a call is given what bears one of these names, or one of these lists."""
    if not isinstance(call.func, ast.Name | ast.Attribute):
        return
    named = [("", argument) for argument in call.args] + [(k.arg or "", k.value) for k in call.keywords]
    given = []
    for index, (name, value) in enumerate(named):
        if value in lists:
            given.append([index, name, place_name(value)])
        elif isinstance(value, ast.Name | ast.Attribute) and holds.search(code_of(value)):
            given.append([index, name, code_of(value)])
    if given:
        data = {"call": syntax.express(call.func, scope), "arguments": given}
        yield Fact("hands", scope, call.lineno, call.col_offset, data)


class HeldObjects:
    """Finds the objects that are known by dotted names of variables; `facts` are those of one framework.

    What objects keep stands under their class: `shop.app.Server.self.app`.
    """

    def __init__(self, world: World, facts: Sequence[tuple[str, Fact]], known: Collection[str]) -> None:
        self._world, self._known = world, known
        self._variables = Variables(world, known)
        self._returns: dict[str, tuple[str, Fact]] = {}
        self._hands: dict[str, list[tuple[str, Fact]]] = {}
        for path, fact in facts:
            if fact.kind == "returns":
                self._returns[f"{world.module_of(path)}.{fact.scope}"] = (path, fact)
            elif fact.kind == "hands":
                symbol = world.resolve(path, fact.scope, str(fact.data["call"]))
                if symbol is not None and symbol.kind == "class":
                    symbol = world.member(symbol.name, "__init__")
                if symbol is not None and symbol.kind == "function":
                    self._hands.setdefault(symbol.name, []).append((path, fact))

    def find(self, path: str, scope: str, code: str, depth: int = _DEPTH) -> list[str]:
        """The names of what code means in a scope, sorted; several where callers give several."""
        if depth <= 0 or not code:
            return []
        if code.startswith("<"):
            made = held_name(self._world, path, scope, code)
            return [made] if made in self._known else []
        found = self._own(path, scope, code) or self._variables.find(path, scope, code)
        if found:
            return [found]
        if code.endswith("()"):
            return self._given_back(path, scope, code[:-2], depth)
        given = sorted(set(self._given(path, scope, code, depth)))
        if given:
            return given
        module, name = self._world.locate(path, scope, code)
        origin = self._world.modules.get(module, "")
        binding = self._world.binding(origin, "", name) if origin and name else None
        if binding is None or (origin, binding.value) == (path, code):
            return []
        return self.find(origin, binding.scope, binding.value, depth - 1)

    def is_parameter(self, path: str, scope: str, code: str) -> bool:
        """Whether a name is a parameter of the function."""
        return self._place(path, scope, code) is not None

    def _own(self, path: str, scope: str, code: str) -> str:
        """What `self` keeps, also by a base class."""
        owner = f"{self._world.module_of(path)}.{scope.rpartition('.')[0]}"
        if not code.startswith("self.") or owner not in self._world.classes:
            return ""
        names = (f"{kin.name}.{code}" for kin in self._world.ancestors(owner))
        return next((name for name in names if name in self._known), "")

    def _given_back(self, path: str, scope: str, code: str, depth: int) -> list[str]:
        """What a function gives back."""
        symbol = self._world.resolve(path, scope, code)
        row = self._returns.get(symbol.name) if symbol is not None else None
        return self.find(row[0], row[1].scope, str(row[1].data["code"]), depth - 1) if row is not None else []

    def _given(self, path: str, scope: str, code: str, depth: int) -> Iterator[str]:
        """What callers give for a parameter of that name."""
        function = f"{self._world.module_of(path)}.{scope}"
        hands = self._hands.get(function, ()) if scope else ()
        place = self._place(path, scope, code) if hands else None
        for where, fact in hands:
            for index, name, given in fact.data["arguments"]:
                if name == code or (not name and place == index):
                    yield from self.find(where, fact.scope, str(given), depth - 1)

    def _place(self, path: str, scope: str, name: str) -> int | None:
        for definition in self._world.files[path].definitions if scope else ():
            if definition.name == scope and name in definition.parameters:
                places = [each for each in definition.parameters if each not in ("self", "cls")]
                return places.index(name) if name in places else None
        return None


def held_name(world: World, path: str, scope: str, name: str) -> str:
    """The name under which a variable, or what `self` keeps, is known."""
    owner = scope.rpartition(".")[0]
    if name.startswith("self.") and f"{world.module_of(path)}.{owner}" in world.classes:
        scope = owner
    return ".".join(part for part in (world.module_of(path), scope, name) if part)
