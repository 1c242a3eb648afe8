"""Arguments of a call -> the parameters of a function of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .containers import ContainerValue
from .units import Unit
from .values import NONE, Values

if TYPE_CHECKING:
    from .machine import Machine

_MOST_CONSTANTS = 8


class Arguments(NamedTuple):
    """What stands between the parentheses: by place, by name, and what `*` and `**` unpack."""

    places: Sequence[Values] = ()
    names: Sequence[str] = ()
    values: Sequence[Values] = ()
    unpacked: Values = NONE
    unpacked_names: Values = NONE

    def named(self) -> list[tuple[str, Values]]:
        return list(zip(self.names, self.values, strict=True))


class Binding:
    """Gives parameters what calls give for them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pool, self._work = machine.pool, machine.work

    def bind(self, function: Unit, first: int, arguments: Arguments, unit: Unit) -> None:
        """Arguments flow into parameters; `first` is how many of these are given already."""
        place = first
        for values in arguments.places:
            if values:
                self._give_place(function, place, values)
            place += 1
        for name, values in zip(arguments.names, arguments.values, strict=True):
            if values:
                self._give_name(function, name, values)
        for container in arguments.unpacked:
            if isinstance(container, ContainerValue):
                self._unpack(function, place, container, unit)
        for container in arguments.unpacked_names:
            if isinstance(container, ContainerValue):
                container.readers[unit.reader] = None
                for key, cell in list(container.cells.items()):
                    if isinstance(key, str):
                        self._give_name(function, key, cell.values)
                    elif key is None and function.more is not None:
                        self._machine.containers.put(function.more, None, cell.values)

    def _give(self, function: Unit, index: int, values: Values) -> None:
        cell = function.parameters[index]
        if values <= cell.values:
            return
        if index not in function.keys:
            values = self._pool.without_constants(values)
        elif len(cell.values) > _MOST_CONSTANTS:
            return
        self._work.add(cell, values)

    def _give_place(self, function: Unit, place: int, values: Values) -> None:
        if place < function.positional:
            self._give(function, place, values)
        elif function.extra is not None:
            rest = self._pool.without_constants(values)
            self._machine.containers.put(function.extra, place - function.positional, rest)

    def _give_name(self, function: Unit, name: str, values: Values) -> None:
        index = function.keywords.get(name)
        if index is not None:
            self._give(function, index, values)
        elif function.more is not None:
            self._machine.containers.put(function.more, name, self._pool.without_constants(values))

    def _unpack(self, function: Unit, place: int, container: ContainerValue, unit: Unit) -> None:
        container.readers[unit.reader] = None
        for key, cell in list(container.cells.items()):
            if isinstance(key, int) and key >= 0:
                self._give_place(function, place + key, cell.values)
            elif not isinstance(key, str):  # any element, or one counted from the end
                for index in range(place, function.positional):
                    self._give(function, index, cell.values)
                if function.extra is not None:
                    self._machine.containers.put(function.extra, None, cell.values)
