"""Parameters that a function gives back: `return self`, `return f` of a decorator, `return check(x)`.

What is given back is what this call was given, not what any call ever gave. So such values do not go into the
cell of the function's results: each call adds its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .code import PHI, RETURN
from .units import Unit
from .values import BOUND, FUNCTION, NONE, Values, joined

if TYPE_CHECKING:
    from .binding import Arguments
    from .machine import Machine


class Passing:
    """Keeps apart what functions pass from their parameters to their results."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def returned(self, unit: Unit, register: int, registers: Sequence[Values]) -> None:
        """A function returns a register."""
        for leaf in returned_parts(unit).get(register, ()):
            if 0 < leaf <= len(unit.parameters):
                self._passes(unit, {leaf - 1: None}, NONE)
            elif leaf in unit.origins:
                self._passes(unit, *unit.origins[leaf])
            else:
                self._passes(unit, {}, registers[leaf])

    def _passes(self, unit: Unit, parameters: dict[int, None], values: Values) -> None:
        if values:
            self._machine.work.add(unit.result, self._machine.pool.without_constants(values))
        if not parameters.keys() <= unit.passes.keys():
            unit.passes.update(parameters)
            self._machine.work.wake(unit.result.readers)

    def given(self, function: Unit, first: int, receiver: Values, arguments: Arguments, unit: Unit) -> Values:
        """What a call gets back of what it gave."""
        found = NONE
        for index in function.passes:
            found = joined(found, self.argument(function, index, first, receiver, arguments, unit))
        return self._machine.pool.without_constants(found)

    def argument(
        self, function: Unit, index: int, first: int, receiver: Values, arguments: Arguments, unit: Unit
    ) -> Values:
        """What a call gives for a parameter."""
        if index < first:
            return receiver
        if index < function.positional and index - first < len(arguments.places):
            values = arguments.places[index - first]
        else:
            values = NONE
            for name, named in zip(arguments.names, arguments.values, strict=True):
                if function.keywords.get(name) == index:
                    values = named
        if values:
            return values
        if arguments.unpacked or arguments.unpacked_names:
            return function.parameters[index].read(unit)
        return function.known.get(index, NONE)

    def through(
        self, unit: Unit, result: int, callee: Values, places: Sequence[int], registers: Sequence[Values]
    ) -> None:
        """A call may pass a parameter of the caller on to its result: `return check(x)`."""
        unit.origins.pop(result, None)
        value = next(iter(callee)) if len(callee) == 1 else None
        if value is None or value.kind not in (FUNCTION, BOUND):
            return
        function: Unit = value.a if value.kind == FUNCTION else value.a.a
        if not function.passes:
            return
        first = int(value.kind == BOUND)
        passed: dict[int, None] = {}
        rest = function.result.values | function.declared
        for index in function.passes:
            if index < first:
                rest = joined(rest, value.b.one)
                continue
            if index - first >= len(places):
                return
            register = places[index - first]
            if 0 < register <= len(unit.parameters):
                passed[register - 1] = None
            elif register in unit.origins:
                passed.update(unit.origins[register][0])
                rest = joined(rest, unit.origins[register][1])
            else:
                rest = joined(rest, registers[register])
        if passed:
            unit.origins[result] = (passed, rest)


def returned_parts(unit: Unit) -> dict[int, list[int]]:
    """Of each register that is returned: those that it may be, branches taken apart."""
    if unit.leaves is None:
        unit.leaves = _leaves(unit)
    return unit.leaves


def _leaves(unit: Unit) -> dict[int, list[int]]:
    joined: dict[int, Sequence[int]] = {i[1]: i[2] for i in unit.code if i[0] == PHI}
    found: dict[int, list[int]] = {}
    for instruction in unit.code:
        if instruction[0] == RETURN and instruction[1] not in found:
            parts = _parts(instruction[1], joined)
            found[instruction[1]] = [register for register in parts if register not in joined]
    return found


def _parts(register: int, joined: dict[int, Sequence[int]]) -> dict[int, None]:
    seen = {register: None}
    stack = [register]
    while stack:
        for part in joined.get(stack.pop(), ()):
            if part not in seen:
                seen[part] = None
                stack.append(part)
    return seen
