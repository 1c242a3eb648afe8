"""Functions that save whatever they are given: `def save(obj): session.add(obj)`. Who calls one writes.

The name of the parameter says that it is of no class of its own, and it is given rows of several, or stands
where nothing of the class is imported; else it writes them itself, as `def keep(order)` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ...model.facts import Fact
from ...model.world import World
from ...python.row_accesses import Where

_ANY = re.compile(r"(?:\w+_)?(?:obj|object|instance|model|entity|row|record|item|thing)\Z")


def saved(
    world: World, tables: Mapping[str, str], facts: Sequence[tuple[str, Fact]]
) -> Iterator[tuple[Where, str, str]]:
    """(place of a call, table, method) of what is saved by a function that saves anything."""
    savers = dict(_savers(world, facts))
    found: dict[str, list[tuple[Where, str]]] = {}
    for path in world.files if savers else ():
        taken = {(each.scope, each.number): each.takes for each in world.passed(path)}
        for call, symbol in world.calls(path) if taken else ():
            takes = taken.get((call.scope, call.order), ())
            if symbol is not None and symbol.name in savers and len(takes) == 1 and takes[0] in tables:
                where = Where(path, call.scope, call.line, call.column, call.order)
                found.setdefault(symbol.name, []).append((where, takes[0]))
    for name, given in found.items():
        own, method = savers[name]
        several = len({tables[class_] for _, class_ in given}) > 1
        for where, class_ in given:
            if several or not _knows(world, own, class_):
                yield where, tables[class_], method


def _knows(world: World, path: str, class_: str) -> bool:
    """Whether a file defines a class, or imports it or its module."""
    module, _, name = class_.rpartition(".")
    words = {"*", name, module.rpartition(".")[2]}
    imports = world.files[path].imports
    return world.module_of(path) == module or any(
        not words.isdisjoint((i.name, i.attribute)) for i in imports
    )


def _savers(world: World, facts: Sequence[tuple[str, Fact]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """(function, (its file, method of a session)) of functions that give a session their parameter."""
    for path, fact in facts:
        name = str(fact.data.get("parameter", "")) if fact.data["mode"] == "unknown" else ""
        if not name or not _ANY.match(name):
            continue
        for definition in world.files[path].definitions:
            if definition.name == fact.scope and name in definition.parameters:
                yield f"{world.module_of(path)}.{fact.scope}", (path, str(fact.data["method"]))
