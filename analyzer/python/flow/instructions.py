"""The instructions that move values: names, attributes, items, calls (see `code.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import DICT, KEYS, LIST, LOOPS, Instruction
from .containers import ContainerValue
from .marked import mark
from .units import Cell, Unit
from .values import (
    BOUND,
    CLASS,
    CONSTANT,
    EXTERNAL,
    FUNCTION,
    GENERATED,
    INSTANCE,
    NONE,
    RESULT,
    Values,
    joined,
    union,
)

Registers = list[Values]

if TYPE_CHECKING:
    from .machine import Machine


class Instructions:
    """One method for each instruction, `run_` and its name."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._attribute, self._global = machine.attributes.attribute, machine.globals.name
        self._invoke, self._item = machine.calls.invoke, machine.containers.item
        self._operate, self._through = machine.operators.operate, machine.passing.through

    # Names ----------------------------------------------------------------------------------------

    def run_global(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        cell = unit.globals.get(i[2])
        registers[i[1]] = cell.read(unit) if cell is not None else self._global(unit, i[2])

    def run_captured(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        registers[i[1]] = unit.scopes[i[2]].captured_cell(unit.names[i[3]]).read(unit)

    def run_capture(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        cell = unit.captured_cell(unit.names[i[1]])
        for register in i[2]:
            if registers[register]:
                self._machine.work.add(cell, registers[register])

    def run_store_name(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        name, values = unit.names[i[1]], registers[i[2]]
        cell = unit.namespace.setdefault(name, Cell())
        if unit.kind == "class":
            if values != cell.values:
                cell.values = values
                self._machine.work.wake(cell.readers)
                self._machine.classes.changed(unit.class_value, name)
        elif values:
            self._machine.work.add(cell, values)

    def run_store_global(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        if registers[i[2]]:
            self._machine.work.add(unit.top.namespace.setdefault(unit.names[i[1]], Cell()), registers[i[2]])

    def run_store_captured(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        self._machine.work.add(unit.scopes[i[1]].captured_cell(unit.names[i[2]]), registers[i[3]])

    def run_phi(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        found = union(registers[register] for register in i[2])
        if unit.flags & LOOPS and len(found) > 1:
            found = self._machine.work.widening.in_loop(found | registers[i[1]])
        registers[i[1]] = found

    # Attributes and items -------------------------------------------------------------------------

    def run_attribute(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        found = registers[i[4]] if i[4] else NONE
        if not found:
            values = registers[i[2]]
            if values:
                name, site, attribute = unit.names[i[3]], i[5], self._attribute
                for value in values:
                    given = attribute(value, name, unit, site)
                    found = found | given if found else given
        registers[i[1]] = found

    def run_store_attribute(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        for target in registers[i[1]]:
            self._machine.attributes.store(target, unit.names[i[2]], registers[i[3]], unit, i[4])

    def run_delete_attribute(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        for target in registers[i[1]]:
            self._machine.attributes.delete(target, unit.names[i[2]], unit, i[3])

    def run_item(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        found = registers[i[4]] if i[4] else NONE
        registers[i[1]] = found or self._item(registers[i[2]], registers[i[3]], unit, i[5])

    def run_store_item(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        keys, values = registers[i[2]], registers[i[3]]
        for target in registers[i[1]]:
            if isinstance(target, ContainerValue):
                for key in [key.a if key.kind == CONSTANT else None for key in keys] or [None]:
                    self._machine.containers.put(target, key, values)
                if target.kind_of == DICT:
                    self._machine.containers.put_keys(target, keys)
                self._machine.operators.hashed(keys, unit, i[4])
            elif target.kind in (EXTERNAL, RESULT):
                self._machine.outside.put_item(target, keys, values)
            else:
                self._machine.containers.store(target, keys, values, unit, i[4])

    def run_slice(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        found = NONE
        for value in registers[i[2]]:
            if not isinstance(value, ContainerValue):
                made = self._machine.calls.method(value, "__getitem__", [NONE], unit, unit.place)
                found = joined(found, made or (NONE if value.kind == INSTANCE else value.one))
                continue
            part = self._machine.containers.at_place(unit, ("slice", i[4]), value.kind_of)
            if i[3] >= 0:
                self._machine.containers.put_all(part, value, unit, i[3])
            else:
                self._machine.containers.put(part, None, self._machine.containers.elements(value, unit))
            found = joined(found, part.one)
        registers[i[1]] = found

    def run_iterate(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        values = registers[i[2]]
        registers[i[1]] = self._machine.containers.iterate(values, unit, i[3], bool(i[4])) if values else NONE

    def run_unpack(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        registers[i[1]] = self._machine.containers.unpack(registers[i[2]], i[3], unit)

    def run_unpack_rest(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        part = self._machine.containers.at_place(unit, ("rest", i[5]), LIST)
        self._machine.containers.rest(part, registers[i[2]], i[3], i[4], unit)
        registers[i[1]] = part.one

    def run_build(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        container = self._machine.containers.at_place(unit, i[3], i[2])
        for key, register in i[4]:
            values = registers[register]
            if key == "**" and i[2] == DICT:
                for value in values:
                    if isinstance(value, ContainerValue):
                        self._machine.containers.put_all(container, value, unit)
            elif key == KEYS:
                self._machine.containers.put_keys(container, values)
            elif values:
                self._machine.containers.put(container, key, values)
        registers[i[1]] = container.one

    def run_operate(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        left, right = registers[i[3]], registers[i[4]]
        if left or right:
            registers[i[1]] = self._operate(unit.names[i[2]], left, right, unit, i[5])

    # Calls ----------------------------------------------------------------------------------------

    def run_call(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        _, register, called, places, site, number, decorates = i
        callee = registers[called]
        unit.calls.append((site, callee, number, decorates))
        result = NONE
        if callee:
            arguments = Arguments([registers[place] for place in places])
            for value in callee:
                given = self._invoke(value, arguments, unit, site, decorates)
                result = result | given if result else given
            if unit.is_function:
                self._through(unit, register, callee, places, registers)
        if decorates:
            mark(self._machine, callee, registers[places[0]], unit)
        if decorates and result:
            result = self._own_of(callee, registers[places[0]], result, unit)
        elif decorates:
            if not callee or self._machine.settled:
                result = registers[places[0]]  # a decorator that nothing is known of keeps what it decorates
            else:
                self._machine.undecided[unit.reader] = None
        registers[register] = result

    def _own_of(self, callee: Values, decorated: Values, result: Values, unit: Unit) -> Values:
        """What a decorator gives back of what it was given is what it was given here, not elsewhere."""
        for value in callee:
            function = value.a if value.kind == FUNCTION else value.a.a if value.kind == BOUND else None
            if function is not None:
                for cell in function.parameters[:2]:
                    others = frozenset(v for v in cell.read(unit) - decorated if v.kind in (FUNCTION, CLASS))
                    result -= others
        return result

    def run_call_full(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        callee = registers[i[2]]
        unit.calls.append((i[8], callee, i[9], 0))
        result = NONE
        if callee:
            arguments = Arguments(
                [registers[register] for register in i[3]],
                [unit.names[name] for name in i[4]],
                [registers[register] for register in i[5]],
                registers[i[6]],
                registers[i[7]],
            )
            for value in callee:
                result = joined(result, self._invoke(value, arguments, unit, i[8]))
        registers[i[1]] = result

    def run_return(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        values = registers[i[1]]
        if values and unit.yielded is not None:
            self._machine.work.add(unit.result, self._machine.pool.without_constants(values))
        elif values and unit.is_function:
            self._machine.passing.returned(unit, i[1], registers)

    def run_yield(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        if registers[i[2]] and unit.yielded is not None:
            self._machine.work.add(unit.yielded, self._machine.pool.without_constants(registers[i[2]]))
        if i[1] and unit.yielded is not None:
            registers[i[1]] = unit.sent.read(unit)

    def run_delegate(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        values = registers[i[2]]
        given = self._machine.containers.iterate(values, unit, unit.place)
        if given and unit.yielded is not None:
            self._machine.work.add(unit.yielded, given)
        registers[i[1]] = union(v.a.result.read(unit) for v in values if v.kind == GENERATED)

    def run_await(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        found = NONE
        for value in registers[i[2]]:
            made = NONE
            if value.kind == INSTANCE:
                made = self._machine.calls.method(value, "__await__", [], unit, i[3])
            found = joined(found, self._machine.containers.iterate(made, unit, i[3]) if made else value.one)
        registers[i[1]] = self._machine.elsewhere.awaited(found, unit)

    def run_raise(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        for value in registers[i[1]]:
            if isinstance(value, ClassValue):
                self._machine.calls.call_each(value.one, [], unit, i[2])

    def run_enter(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        found = NONE
        before, after = ("__aenter__", "__aexit__") if i[4] else ("__enter__", "__exit__")
        for value in registers[i[2]]:
            if value.kind == INSTANCE:
                if not self._machine.classes.look_up(value.a, before, True, unit).values:
                    found = joined(found, value.one)  # what `closing` and `nullcontext` were given
                found = joined(found, self._machine.calls.method(value, before, [], unit, i[3]))
                self._machine.calls.method(value, after, [], unit, i[3])
            elif value.kind == GENERATED:
                found = joined(found, self._machine.containers.iterate(value.one, unit, i[3]))
            else:
                found = joined(found, value.one)
        registers[i[1]] = found
