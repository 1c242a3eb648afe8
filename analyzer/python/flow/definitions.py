"""The instructions that define and import: functions, classes, types, modules (see `code.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import OF_CLASS, TUPLE, Instruction
from .containers import ContainerValue
from .lower_types import CLASS_ITSELF
from .units import Unit
from .values import (
    BOUND,
    CLASS,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    NONE,
    RESULT,
    TYPE_ITSELF,
    Value,
    Values,
    union,
)

Registers = list[Values]

if TYPE_CHECKING:
    from .machine import Machine


class Definitions:
    """One method for each instruction, `run_` and its name."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    # Definitions ----------------------------------------------------------------------------------

    def run_function(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        function = unit.scopes[i[2]]
        for index, register in i[3]:
            values = registers[register]
            if values:
                kept = values if index in function.keys else self._machine.pool.without_constants(values)
                self._machine.work.add(function.parameters[index], kept)
                function.known[index] = kept
        for index, register in i[4]:
            declared = self._machine.instances(registers[register])
            if declared:
                self._machine.work.add(function.parameters[index], declared)
                function.known[index] = function.known.get(index, NONE) | declared
        if i[5]:
            declared = self._machine.instances(registers[i[5]])
            if declared != function.declared:
                function.declared = declared
                self._machine.work.wake(function.result.readers)
        if unit.kind == "class" and function.parameters and function.kind == "function":
            owner: ClassValue = unit.class_value
            if function.flags & OF_CLASS:
                self._machine.work.add(function.parameters[0], owner.one)
        registers[i[1]] = function.value.one

    def run_class(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        inner = unit.scopes[i[2]]
        class_: ClassValue = inner.class_value
        bases: list[Value] = []
        for register in i[3]:
            for value in sorted(registers[register], key=_base_order):
                if value.kind in (CLASS, EXTERNAL, RESULT) and value not in bases and value is not class_:
                    bases.append(value)
        self._machine.classes.set_bases(class_, bases)
        class_.supers[unit.reader] = None  # which metaclass and hooks it has
        if not inner.started:
            self._machine.run(inner)
        registers[i[1]] = class_.one
        for register in i[7]:
            self._machine.type_argument(class_, registers[register])
        self._class_hooks(class_, unit, registers, i)

    def _class_hooks(self, class_: ClassValue, unit: Unit, registers: Registers, i: Instruction) -> None:
        """What runs when a class is made: metaclass, `__init_subclass__`, `__set_name__`."""
        site = i[6]
        for name, register in zip(i[4], i[5], strict=True):
            if unit.names[name] == "metaclass":
                for value in registers[register]:
                    if isinstance(value, ClassValue):
                        self._machine.classes.set_metaclass(class_, value)
        metaclass = self._machine.classes.metaclass_of(class_)
        if metaclass is not None:
            for name_of_hook in ("__prepare__", "__new__"):
                self._machine.calls.method(metaclass, name_of_hook, [], unit, site)
            self._machine.calls.method(metaclass.instance, "__init__", [], unit, site)
            self._made_by(metaclass, class_)
        if class_.is_enum:
            self._make_members(class_, unit, site)
        self._tell_base(class_, unit, registers, i)
        for name_, cell in list(class_.own.items()):
            for value in cell.read(unit):
                if value.kind == INSTANCE:
                    arguments = [class_.one, self._machine.pool.constant(name_)]
                    self._machine.calls.method(value, "__set_name__", arguments, unit, site)

    def _tell_base(self, class_: ClassValue, unit: Unit, registers: Registers, i: Instruction) -> None:
        """`__init_subclass__` of the class above."""
        hooks = self._machine.classes.find(class_.order[1:], "__init_subclass__", class_, False).values
        own = frozenset(hook for hook in hooks if hook.kind != EXTERNAL)
        if own:
            self._machine.calls.record(unit, i[6], own)
            given = Arguments([], [unit.names[n] for n in i[4]], [registers[r] for r in i[5]])
            for hook in own:
                self._machine.calls.invoke(hook, given, unit, i[6])

    def _make_members(self, class_: ClassValue, unit: Unit, site: int) -> None:
        """What stands for a member of an enumeration is given to its `__init__`, by the metaclass."""
        found = self._machine.classes.look_up(class_, "__init__", True, unit).values
        recorded = len(unit.calls)
        for value in self._machine.classes.of_members(class_, unit) if found else ():
            packed = isinstance(value, ContainerValue) and value.kind_of == TUPLE
            given = Arguments(unpacked=value.one) if packed else Arguments([value.one])
            for initializer in found:
                if initializer.kind == BOUND:
                    self._machine.calls.invoke(initializer, given, unit, site)
        del unit.calls[recorded:]

    def _made_by(self, metaclass: ClassValue, class_: ClassValue) -> None:
        """What `super().__new__` gives in a metaclass, and its methods get first."""
        for kin in metaclass.order:
            if isinstance(kin, ClassValue):
                self._machine.work.add(self._machine.behind.classes_of(kin), class_.one)
                for value in kin.own["__init__"].values if "__init__" in kin.own else ():
                    if value.kind == FUNCTION and value.a.parameters:
                        self._machine.work.add(value.a.parameters[0], class_.one)

    def run_declare(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        values = registers[i[3]]
        for value in values:
            if value.kind not in (EXTERNAL, RESULT):
                break
        else:  # `x: Mapped[Order] = relationship()`: the type says more
            values = self._machine.instances(registers[i[2]]) or values
        registers[i[1]] = values

    def run_narrow(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        """Of the instances that a value may be, those of the type; the type itself where none is."""
        types = self._machine.instances(registers[i[2]])
        owners = {value.a for value in types if value.kind == INSTANCE}
        for value in registers[i[3]]:
            if value.kind == INSTANCE:
                value.a.supers[unit.reader] = None
        if not owners:
            registers[i[1]] = registers[i[3]]
            return
        kept = frozenset(
            value
            for value in registers[i[3]]
            if value.kind == INSTANCE and not owners.isdisjoint(value.a.above)
        )
        registers[i[1]] = kept or types

    def run_element_type(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        if i[2] == CLASS_ITSELF:
            found = [
                self._machine.pool.wrap(TYPE_ITSELF, v)
                for v in union(registers[r] for r in i[3])
                if v.kind == CLASS
            ]
            registers[i[1]] = frozenset(found)
            return
        container = self._machine.containers.at_place(unit, ("type", i[4]), i[2])
        for index, register in enumerate(i[3]):
            key = index if i[5] and i[2] == TUPLE else None
            self._machine.containers.put(container, key, self._machine.instances(registers[register]))
        registers[i[1]] = self._machine.pool.wrap(TYPE_ITSELF, container).one

    # Imports --------------------------------------------------------------------------------------

    def run_import(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        name: str = i[2]
        parts = name.split(".")
        for index in range(1, len(parts)):
            head = ".".join(parts[:index])
            if head in self._machine.modules:
                self._machine.globals.module(head)
        found = self._machine.globals.module(name)
        registers[i[1]] = found if i[3] else self._machine.globals.module(parts[0])

    def run_import_from(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        registers[i[1]] = self._machine.globals.imported(unit, i[2], i[3], i[4])

    def run_import_star(self, unit: Unit, registers: Registers, i: Instruction) -> None:
        self._machine.globals.module(self._machine.globals.module_name(unit, i[1], i[2]))


def _base_order(value: Value) -> tuple[int, int, str]:
    """Of several bases that one name may mean, classes of the project first, by where they stand."""
    return (value.kind, value if value.kind == CLASS else 0, value.name)
