"""Classes that calls make: `type("Order", (Base,), {...})`, and those of `SimpleNamespace(a=1)`.

Each place that makes one makes a class of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import DICT
from .containers import ContainerValue
from .units import Unit
from .values import CONSTANT, EXTERNAL, INSTANCE, NONE, RESULT, Value, Values, union

if TYPE_CHECKING:
    from .machine import Machine

_NAMESPACE = "types.SimpleNamespace"


class MadeTypes:
    """Makes them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def _at(self, unit: Unit, site: int, name: str) -> ClassValue:
        key = ("made", site)
        made: ClassValue | None = unit.containers.get(key)
        if made is None:
            made = unit.containers[key] = self._machine.made_class(name, "<builtin>.object")
        return made

    def type_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`type(x)`, and `type(name, bases, attributes)`."""
        places = arguments.places
        if len(places) != 3:
            return frozenset(v.a for v in places[0] if v.kind == INSTANCE) if len(places) == 1 else NONE
        names = [v.a for v in places[0] if v.kind == CONSTANT and isinstance(v.a, str)]
        made = self._at(unit, site, f"{unit.top.dotted}.{names[0] if len(names) == 1 else 'type'}")
        bases = self._bases(places[1], unit)
        if bases:
            self._machine.classes.set_bases(made, bases)
        for value in places[2]:
            if isinstance(value, ContainerValue) and value.kind_of == DICT:
                value.readers[unit.reader] = None
                for name, cell in list(value.cells.items()):
                    if isinstance(name, str):
                        self._machine.classes.set_own(made, name, cell.values)
        return made.one

    def _bases(self, values: Values, unit: Unit) -> list[Value]:
        found: dict[Value, None] = {}
        for value in values:
            if isinstance(value, ContainerValue):
                value.readers[unit.reader] = None
                for key in sorted(value.cells, key=lambda key: key if isinstance(key, int) else -1):
                    found.update(dict.fromkeys(sorted(value.cells[key].values)))
        return [v for v in found if isinstance(v, ClassValue) or v.kind in (EXTERNAL, RESULT)]

    def namespace(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`SimpleNamespace(**given)`."""
        made = self._at(unit, site, _NAMESPACE)
        for name, values in arguments.named():
            self._machine.classes.set_field(made, name, values)
        for given in (*union(arguments.places[:1]), *arguments.unpacked_names):
            if isinstance(given, ContainerValue):
                given.readers[unit.reader] = None
                for key, cell in list(given.cells.items()):
                    if isinstance(key, str):
                        self._machine.classes.set_field(made, key, cell.values)
        return made.instance.one
