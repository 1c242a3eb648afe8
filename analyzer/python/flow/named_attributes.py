"""Attributes by names that are values: `getattr(x, name)`, `setattr`, `vars`, `globals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import DICT
from .containers import ContainerValue
from .holed import HOLE, VERB, names_of
from .marked import MARK, names_with
from .units import Unit
from .values import BOUND, CONSTANT, EXTERNAL, FUNCTION, INSTANCE, NONE, RESULT, Value, Values, joined, union

if TYPE_CHECKING:
    from .machine import Machine


class NamedAttributes:
    """One method for each builtin."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def get(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        found = self._marked(arguments, unit, site)
        for key in arguments.places[1] if len(arguments.places) > 1 else ():
            if key.kind == CONSTANT and isinstance(key.a, str):
                for value in arguments.places[0]:
                    for name in names_of(value, key.a):
                        found = joined(found, self._machine.attributes.attribute(value, name, unit, site))
                    if key.a == VERB:
                        found = frozenset(self._as_any(value) for value in found)
                    if HOLE in key.a or key.a == VERB:  # other names may be asked for, too
                        found = joined(found, union(arguments.places[2:3]))
        for value in found:
            if value.kind not in (EXTERNAL, RESULT):
                return found
        return joined(found, union(arguments.places[2:3]))  # a library may not have it

    def _marked(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """The methods that have a mark (see `marked.py`): what is asked so stands in no source."""
        found = NONE
        for key in union(arguments.places[1:2]):
            if key.kind == CONSTANT and isinstance(key.a, str) and key.a.startswith(MARK):
                del unit.calls[-1]
                for value in arguments.places[0]:
                    for name in list(names_with(key.a[1:], value, unit)):
                        found = joined(found, self._machine.attributes.attribute(value, name, unit, site))
        return found

    def _as_any(self, value: Value) -> Value:
        """A method that one view of many is asked for: its receiver may be any below its class."""
        if value.kind == BOUND and value.b.kind == INSTANCE and value.b.a.below:
            return self._machine.pool.bound(value.a, value.b.a.some)
        return value

    def set_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        if len(arguments.places) == 2:
            return self._set_all(arguments, unit, site)
        if len(arguments.places) == 3:
            names = [k.a for k in arguments.places[1] if k.kind == CONSTANT and isinstance(k.a, str)]
            for name in names:
                for value in arguments.places[0]:
                    self._machine.attributes.store(value, name, arguments.places[2], unit, site)
                    if len(names) > 1 and isinstance(value, ClassValue) and _inherits_outside(value):
                        functions = (v.a for v in arguments.places[2] if v.kind == FUNCTION)
                        self._machine.doubtful.update(functions)
        return NONE

    def _set_all(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """A loop over the keys of a dictionary (see `lower_loops.py`). It stands in the source already."""
        del unit.calls[-1]
        for given in arguments.places[1]:
            if isinstance(given, ContainerValue) and given.kind_of == DICT:
                given.readers[unit.reader] = None
                named = [(key, cell.values) for key, cell in list(given.cells.items())]
                for name, values in named:
                    for value in arguments.places[0] if isinstance(name, str) else ():
                        self._machine.attributes.store(value, str(name), values, unit, site)
        return NONE

    def globals_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        return self._machine.namespaces.of_unit(unit)

    def vars_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        if not arguments.places:
            return self._machine.namespaces.of_unit(unit) if unit.kind == "module" else NONE
        return self._machine.namespaces.of(arguments.places[0])


def _inherits_outside(class_: ClassValue) -> bool:
    """Whether a class has attributes of a library's class."""
    return any(not isinstance(k, ClassValue) and not k.name.startswith("<builtin>") for k in class_.order)
