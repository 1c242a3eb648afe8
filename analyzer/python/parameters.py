"""Parameters that a framework fills: what `?name` means where nothing in the file tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol as Interface

from ..model.facts import Definition
from ..model.world import Handed, Symbol

HEAD = re.compile(r"\?(\w+)")
_DEEPEST = 20


class Resolves(Interface):
    """What must be known of all files' names."""

    def definition(self, name: str) -> tuple[str, Definition | None]:
        """The path and the definition of a function or class, by its dotted name."""

    def returned(self, symbol: Symbol) -> Symbol | None:
        """What a function is declared to return."""

    def resolve(self, path: str, scope: str, expression: str) -> Symbol | None:
        """What a path expression means in a scope of a file."""


class Parameters:
    """What frameworks give for parameters, by (path, function, name of the parameter)."""

    def __init__(self, resolver: Resolves) -> None:
        self._resolver = resolver
        self._handed: dict[tuple[str, str, str], Handed] = {}
        self._known: dict[tuple[str, str, str], Symbol | None] = {}
        self._depth = 0

    def add(self, handed: Handed) -> None:
        self._handed.setdefault((handed.path, handed.scope, handed.parameter), handed)

    def find(self, path: str, definitions: Mapping[str, Definition], scope: str, name: str) -> Symbol | None:
        """What a parameter of the nearest function around a scope is that has one of this name."""
        while scope and self._handed:
            definition = definitions.get(scope)
            if definition is not None and name in definition.parameters:
                return self._symbol((path, scope, name))
            scope = scope.rpartition(".")[0]
        return None

    def _symbol(self, key: tuple[str, str, str]) -> Symbol | None:
        handed = self._handed.get(key)
        if handed is None or self._depth > _DEEPEST:
            return None
        if key not in self._known:
            self._known[key] = None  # what leads back to itself means nothing
            self._depth += 1
            try:
                self._known[key] = self._given(handed)
            finally:
                self._depth -= 1
        return self._known[key]

    def _given(self, handed: Handed) -> Symbol | None:
        if not handed.function:
            return Symbol("external", handed.gives[0], False, "convention")
        path, definition = self._resolver.definition(handed.function)
        if definition is None:
            return None
        found = [self._resolver.resolve(path, definition.name, given) for given in handed.gives]
        known = [symbol for symbol in found if symbol is not None]
        declared = None if known else self._resolver.returned(Symbol("function", handed.function))
        best = next((symbol for symbol in known if symbol.internal), known[0] if known else declared)
        return None if best is None else best._replace(evident=False, via="convention")
