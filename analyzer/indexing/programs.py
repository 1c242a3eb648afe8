"""Programs: parts of a project that have nothing to do with each other, as applications in one repository.

What lies under one top-level name is of one program, with all that it imports, names by dotted strings or
loads. Values cannot flow from one program to another: each is solved by itself, and a changed file lets
those of its own program flow again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..model.world import Row

if TYPE_CHECKING:
    from .world import LinkedWorld


class Programs:
    """Which top-level names are of one program. Depends on the ties alone, not on their order."""

    def __init__(self, tops: Iterable[str], ties: Iterable[tuple[str, str]] = ()) -> None:
        self._first = {top: top for top in tops}
        for one, other in ties:
            self.tie(one, other)

    def of(self, name: str) -> str:
        """The program in which a dotted name is defined: its least top-level name; "" for a library's."""
        top, first = name.partition(".")[0], self._first
        if top not in first:
            return ""
        while first[top] != top:
            first[top] = top = first[first[top]]
        return top

    def tie(self, one: str, other: str) -> bool:
        """Two dotted names are of one program; whether that was news. Names of libraries tie nothing."""
        first, second = sorted((self.of(one), self.of(other)))
        if not first or first == second:
            return False
        self._first[second] = first
        return True

    def rows(self, rows: Iterable[Row]) -> dict[str, list[Row]]:
        """The rows of each program; under "" those of libraries, which every program knows."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[self.of(row.name)].append(row)
        return found


def programs(world: LinkedWorld, application: Iterable[str], rows: Iterable[Row]) -> Programs:
    """The programs of a project, as far as they can be told before any value flows."""
    names = world.resolver.names
    tops = sorted({names[path].module.partition(".")[0] for path in application})
    return Programs(tops, _ties(world, application, rows))


def _ties(world: LinkedWorld, application: Iterable[str], rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    absolute = world.resolver.places.absolute
    for path in application:
        names, facts = world.resolver.names[path], world.files[path]
        for item in facts.imports:
            yield names.module, absolute(names, item.module) or item.attribute
        texts = [text for call in facts.calls for text in call.arguments]
        texts += [str(fact.data["name"]) for fact in facts.facts.get("dotted_names", ())]
        for text in texts:
            if _is_known(world, text.replace(":", ".")):
                yield names.module, text
    for row in rows:
        for _, _, about in row.leads:
            yield row.name, about


def _is_known(world: LinkedWorld, name: str) -> bool:
    """Whether a text names a module of the project, or something that stands in one."""
    module, inner = name, ""
    while module and module not in world.modules:
        module, _, inner = module.rpartition(".")
    names = world.resolver.names.get(world.modules.get(module, ""))
    if names is None or not inner:
        return names is not None
    return inner in names.definitions or ("", inner) in names.imports or ("", inner) in names.bindings
