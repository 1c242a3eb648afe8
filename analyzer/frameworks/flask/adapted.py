"""Classes that answer through an adapter of the project's own: `lambda **kwargs: obj().process()`.

The adapter makes an instance and calls a method, which calls others on itself. Which of these a class defines
anew only the class tells; so what runs is told as its calls, class by class.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from ...model.evidence import Evidence, Place
from ...model.graph import Edge
from ...model.world import Symbol, World

_MADE = re.compile(r"\?\w+\(\)\.(\w+)\Z")
"""A method of what is made by calling something that a function around was given."""
_OWN = re.compile(r"<[^>]*>\.(\w+)\Z")
_MOST = 60


class Adapted:
    """Tells of a class that answers what runs on its instance."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._told: set[str] = set()

    def edges(self, symbol: Symbol | None, place: Place) -> Iterator[Edge]:
        """The methods of a class that an adapter, and these, call; each class once."""
        if symbol is None or symbol.kind != "class" or symbol.name in self._told:
            return
        self._told.add(symbol.name)
        starts = [name for name in self._adapters if self._method(symbol.name, name)]
        if len(starts) != 1:
            return  # nothing tells which of several it is
        seen, waiting = {starts[0]}, [starts[0]]
        while waiting and len(seen) < _MOST:
            method = self._method(symbol.name, waiting.pop())
            if method:
                evidence = (Evidence(place, "convention"),)
                yield Edge(f"class:{symbol.name}", f"function:{method}", "calls", "likely", evidence)
                new = self._own[method] - seen
                seen |= new
                waiting += sorted(new)

    def _method(self, class_name: str, name: str) -> str:
        member = self._world.member(class_name, name)
        return member.name if member is not None and member.kind == "function" else ""

    @cached_property
    def _adapters(self) -> tuple[str, ...]:
        """Methods that functions inside of functions call on an instance that they make."""
        found = set()
        for path, file in self._world.files.items():
            made = [(call.scope, called[1]) for call in file.calls if (called := _MADE.match(call.target))]
            if made and not self._world.is_test(path):
                functions = {each.name for each in file.definitions if each.kind == "function"}
                found |= {name for scope, name in made if scope.rpartition(".")[0] in functions}
        return tuple(sorted(found))

    @cached_property
    def _own(self) -> dict[str, set[str]]:
        """What each method calls on its own instance, by name."""
        found: dict[str, set[str]] = defaultdict(set)
        for path, file in self._world.files.items():
            module = self._world.module_of(path)
            for call in file.calls:
                own = _OWN.match(call.target)
                if own:
                    found[f"{module}.{call.scope}"].add(own[1])
        return found
