"""Functions that are given to a library to be called later: as they are, by name, through helpers.

A reader leaves facts of kind `sent` (`on` what, `code` or `name` of the function) and `given` (any call that
may hand a function on). What is given to a function of the project that hands its parameter on
(`def launch(f): queue.enqueue(f)`) is given to the library by whoever calls that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from ..model.evidence import Confidence
from ..model.facts import Fact
from ..model.world import Syntax, World
from .module_names import split_name

_HOLES = re.compile(r"\{[^{}]*\}")
_MAY_BE = re.compile(r"(?!\?\w+\.)[\w.?<>{}]+\Z")
"""Names, and parameters (`?f`), but no attribute of something unknown."""
_ROUNDS = 3


def read_given(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """A fact of kind `given`, where a call is given what may be functions."""
    arguments = [*enumerate(call.args), *((word.arg, word.value) for word in call.keywords)]
    given = [
        [str(place), *named_function(syntax, value, scope)]
        for place, value in arguments
        if place is not None and isinstance(value, ast.Name | ast.Attribute | ast.Constant)
    ]
    given = [each for each in given if (each[1] and _MAY_BE.match(each[1])) or each[2]]
    if given:
        data = {"on": syntax.express(call.func, scope), "given": given}
        yield Fact("given", scope, call.lineno, call.col_offset, data)


def named_function(syntax: Syntax, value: ast.expr, scope: str) -> tuple[str, str]:
    """(path expression, dotted name) of what may be a function: one of them is empty."""
    name = syntax.string(value)
    if name is not None:
        return "", name.replace(":", ".") if re.search(r"[.:]", name) else ""
    return ("" if isinstance(value, ast.Constant) else syntax.express(value, scope)), ""


class HandedFunctions:
    """Which functions calls mean; `sends` says of a fact of kind `sent` whether it is the library's."""

    def __init__(
        self, world: World, facts: Sequence[tuple[str, Fact]], sends: Callable[[str, Fact], bool]
    ) -> None:
        self._world, self._facts, self._sends = world, facts, sends
        self._handing: dict[str, set[str]] = {}
        """Function -> the places and names of its parameters that it gives to the library."""
        self.first: dict[str, Fact] = {}
        """Function -> the fact by which it does so itself."""
        self._find_handing()

    # Functions that hand on ------------------------------------------------------------------------

    def handed(self, path: str, fact: Fact) -> Iterator[tuple[str, str]]:
        """(path expression, name) of what a fact of kind `given` hands to the library."""
        places = self._handing.get(self.helper(path, fact), ())
        for place, code, name in fact.data["given"] if places else ():
            if place in places:
                yield str(code), str(name)

    def helper(self, path: str, fact: Fact) -> str:
        """The function of the project that a call gives something to, when that hands it on."""
        symbol = self._world.resolve(path, fact.scope, str(fact.data["on"])) if self._handing else None
        return symbol.name if symbol is not None and symbol.name in self._handing else ""

    def parameters(self, path: str, scope: str) -> list[str]:
        """The names of a function's parameters."""
        for each in self._world.files[path].definitions:
            if each.name == scope and each.kind == "function":
                return list(each.parameters)
        return []

    def _find_handing(self) -> None:
        for _ in range(_ROUNDS):
            before = sum(map(len, self._handing.values()))
            for path, fact in self._facts:
                if fact.kind == "sent" and self._sends(path, fact):
                    self._note(path, fact, str(fact.data["code"]))
                elif fact.kind == "given":
                    for code, _ in self.handed(path, fact):
                        self._note(path, fact, code)
            if sum(map(len, self._handing.values())) == before:
                return

    def _note(self, path: str, fact: Fact, code: str) -> None:
        parameters, name = self.parameters(path, fact.scope), code.lstrip("?")
        if name in parameters:
            function = f"{self._world.module_of(path)}.{fact.scope}"
            places = self._handing.setdefault(function, set())
            bound = "." in fact.scope and parameters[0] in ("self", "cls")
            places.update((name, str(parameters.index(name) - bound)))
            if fact.kind == "sent":
                self.first.setdefault(function, fact)

    # What they are ---------------------------------------------------------------------------------

    def functions(self, path: str, scope: str, code: str, name: str) -> Iterator[tuple[str, Confidence]]:
        """The functions that code or a dotted name means; a name with holes may mean several."""
        if name:
            yield from self._by_name(name)
            return
        symbol = self._world.resolve(path, scope, code) if code else None
        if symbol is not None and symbol.kind == "function":
            yield symbol.name, "certain" if symbol.evident else "likely"

    def definition(self, name: str) -> tuple[str, int] | None:
        """Where a function stands."""
        module, rest = split_name(name, self._world.modules)
        path = self._world.modules.get(module, "")
        for each in self._world.files[path].definitions if path else ():
            if each.name == rest:
                return path, each.line
        return None

    def _by_name(self, name: str) -> Iterator[tuple[str, Confidence]]:
        if "{" in name:
            module, _, rest = name.rpartition(".")
            path = self._world.modules.get(module, "")
            wanted = re.compile(".+".join(map(re.escape, _HOLES.split(rest))) + r"\Z")
            found = [
                each.name
                for each in (self._world.files[path].definitions if path else ())
                if each.kind == "function" and not re.search(r"\.|\A_", each.name) and wanted.match(each.name)
            ]
            yield from ((f"{module}.{each}", "likely" if len(found) == 1 else "possible") for each in found)
            return
        module, rest = split_name(name, self._world.modules)
        symbol = self._world.resolve(self._world.modules[module], "", rest) if module and rest else None
        if symbol is not None and symbol.kind == "function":
            yield symbol.name, "certain"
