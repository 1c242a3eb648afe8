"""Names as the keys of a dictionary: `globals()["run_" + name]`, `vars(self)`, `self.__dict__.update(x)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import DICT
from .containers import ContainerValue
from .holed import HOLE, names_of
from .units import Unit
from .values import CONSTANT, INSTANCE, MODULE, NAMESPACE, NONE, Value, Values, joined, union

if TYPE_CHECKING:
    from .machine import Machine


class Namespaces:
    """What is taken out of such dictionaries, and put into them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def of(self, values: Values) -> Values:
        """The dictionaries of modules, classes and instances."""
        known = self._machine.pool.known
        return frozenset(
            known(NAMESPACE, "dict", value)
            for value in values
            if value.kind in (MODULE, INSTANCE) or isinstance(value, ClassValue)
        )

    def of_unit(self, unit: Unit) -> Values:
        """`globals()`."""
        return self.of(unit.top.value.one)

    def item(self, namespace: Value, keys: Values, unit: Unit, site: int) -> Values:
        """`namespace[key]`; no getter runs."""
        owner, found = namespace.a, NONE
        for key in keys:
            if key.kind != CONSTANT or not isinstance(key.a, str):
                continue
            for name in names_of(owner, key.a):
                if owner.kind != INSTANCE:
                    found = joined(found, self._machine.attributes.attribute(owner, name, unit, site))
                    continue
                self._machine.classes.look_up(owner.a, name, True, unit)
                fields = [kin.fields for kin in owner.a.order if isinstance(kin, ClassValue)]
                found = joined(found, union(own[name].read(unit) for own in fields if name in own))
        return found

    def store(self, namespace: Value, keys: Values, values: Values, unit: Unit, site: int) -> None:
        """`namespace[key] = value`; no setter runs."""
        for key in keys:
            if key.kind == CONSTANT and isinstance(key.a, str) and HOLE not in key.a:
                self._store(namespace.a, key.a, values, unit, site)

    def _store(self, owner: Value, name: str, values: Values, unit: Unit, site: int) -> None:
        if owner.kind != INSTANCE:
            self._machine.attributes.store(owner, name, values, unit, site)
        elif values and not unit.name.endswith(".__setattr__"):
            # What that method keeps is kept where the attribute is set: it is handed those of all names.
            self._machine.classes.set_field(owner.a, name, values)

    def call(self, namespace: Value, method: str, arguments: Arguments, unit: Unit, site: int) -> Values:
        """What the methods of such a dictionary do."""
        places = arguments.places
        if method in ("get", "pop", "__getitem__") and places:
            return joined(self.item(namespace, places[0], unit, site), union(places[1:2]))
        if method in ("setdefault", "__setitem__") and len(places) > 1:
            self.store(namespace, places[0], places[1], unit, site)
            return joined(self.item(namespace, places[0], unit, site), places[1])
        if method == "update":
            self._update(namespace, arguments, unit, site)
        return NONE

    def _update(self, namespace: Value, arguments: Arguments, unit: Unit, site: int) -> None:
        for name, values in arguments.named():
            self._store(namespace.a, name, values, unit, site)
        for given in (*union(arguments.places[:1]), *arguments.unpacked_names):
            if isinstance(given, ContainerValue) and given.kind_of == DICT:
                given.readers[unit.reader] = None
                for key, cell in list(given.cells.items()):
                    if isinstance(key, str):
                        self._store(namespace.a, key, cell.values, unit, site)
