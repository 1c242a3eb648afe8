"""Objects of the standard library that are called later, and then reach into what they are given or hold.

`attrgetter("a.b")`, `itemgetter(0)`, `methodcaller("run", x)` and `weakref.ref(x)` are partial calls of a
function that has their name and `.__call__`: it gets what they were made with, and what they are called with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .binding import Arguments
from .code import LIST
from .units import Unit
from .values import CONSTANT, NONE, PARTIAL, Values, joined, union

if TYPE_CHECKING:
    from .machine import Machine

Intrinsic = Callable[[Arguments, Unit, int], Values]
_CALLED = "__call__"


class Accessors:
    """One method for what each does when it is called."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.by_name: dict[str, Intrinsic] = {}
        for name, called in (
            ("operator.attrgetter", self._attributes),
            ("operator.itemgetter", self._items),
            ("operator.methodcaller", self._method),
        ):
            self.by_name[name] = self._maker(name)
            self.by_name[f"{name}.{_CALLED}"] = called
        for name in ("weakref.ref", "weakref.WeakMethod", "weakref.ReferenceType"):
            self.by_name[name] = self._reference
        self.by_name[f"weakref.ref.{_CALLED}"] = self._referred

    def _maker(self, name: str) -> Intrinsic:
        def make(arguments: Arguments, unit: Unit, site: int) -> Values:
            return self._made(name, arguments.places, arguments, unit, site)

        return make

    def _made(
        self,
        name: str,
        places: Sequence[Values],
        arguments: Arguments,
        unit: Unit,
        site: int,
    ) -> Values:
        key = (name, site)
        value = unit.containers.get(key)
        if value is None:
            value = unit.containers[key] = self._machine.pool.make(PARTIAL, name)
            value.a = self._machine.pool.external(f"{name}.{_CALLED}").one
        value.b = (places, arguments.names, arguments.values)
        one: Values = value.one
        return one

    def _attributes(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        *names, given = arguments.places or [NONE]
        found = NONE
        for name in _texts(names):
            values = given
            for step in name.split("."):
                attribute = self._machine.attributes.attribute
                values = union([attribute(value, step, unit, site) for value in values])
            found = joined(found, values)
        return found

    def _items(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        *keys, given = arguments.places or [NONE]
        return union([self._machine.containers.item(given, key, unit, site) for key in keys])

    def _method(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        if len(arguments.places) < 2:
            return NONE
        first, *places, given = arguments.places
        result, inner = NONE, arguments._replace(places=places)
        for name in _texts([first]):
            for value in given:
                called = self._machine.attributes.attribute(value, name, unit, site)
                self._machine.calls.record(unit, site, called)
                for each in called:
                    result = joined(result, self._machine.calls.invoke(each, inner, unit, site))
        return result

    def _reference(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """What is referred to is kept where those who ask hear of more."""
        held = self._machine.containers.at_place(unit, ("referred", site), LIST)
        self._machine.containers.put(held, None, union(arguments.places[:1]))
        return self._made("weakref.ref", [held.one], Arguments(), unit, site)

    def _referred(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        return self._machine.containers.iterate(union(arguments.places[:1]), unit, site)


def _texts(keys: list[Values]) -> list[str]:
    return [
        key.a for values in keys for key in sorted(values) if key.kind == CONSTANT and isinstance(key.a, str)
    ]
