"""Rows that a method knows only from classes below its own.

`self.model.objects.all()` in a base class is about whatever the classes below name. Where but one of these
is seen to name a model, its rows flow to the base and to its other heirs all the same: that is but possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .answers import Answers
from .classes import ClassValue
from .code import (
    ATTRIBUTE,
    AWAIT,
    CALL,
    CALL_FULL,
    ENTER,
    ITEM,
    ITERATE,
    PHI,
    RETURN,
    SLICE,
    STATIC,
    STORE_ATTRIBUTE,
    UNPACK,
)
from .containers import ContainerValue
from .subjects import Subjects
from .units import Unit
from .values import BOUND, FUNCTION, INSTANCE, PROPERTY, Value, Values

if TYPE_CHECKING:
    from .machine import Machine

_OF_FIRST = frozenset({ATTRIBUTE, CALL, CALL_FULL, ITEM, SLICE, ITERATE, UNPACK, AWAIT, ENTER})
"""Instructions whose result is about what their first operand is about."""
_SELF = 1
_NOTHING: frozenset[int] = frozenset()


class FromBelow:
    """Tells of registers whether the rows in them are known only from classes below."""

    def __init__(self, machine: Machine, subjects: Subjects) -> None:
        self._any_row = machine.work.widening.any_row
        self._families = machine.classes.families
        self._subjects = subjects
        self._answers = Answers()
        subjects.is_hearsay = self.gives

    def registers(self, unit: Unit) -> frozenset[int]:
        """The registers of a method, as it ran last, whose rows classes below its own have named."""
        return self._answers.ask(self._registers, unit, _NOTHING)

    def _registers(self, unit: Unit) -> frozenset[int]:
        class_ = unit.parent.class_value if unit.parent is not None else None
        is_method = unit.is_function and unit.parameters and not unit.flags & STATIC
        if is_method and isinstance(class_, ClassValue) and unit.registers and not self._is_model(class_):
            return frozenset(self._follow(unit, class_))
        return _NOTHING

    def gives(self, function: Unit) -> bool:
        """Whether a method returns rows that only classes below its own have named."""
        below = self.registers(function)
        return bool(below) and any(i[0] == RETURN and i[1] in below for i in function.code)

    def _follow(self, unit: Unit, class_: ClassValue) -> set[int]:
        found: set[int] = set()
        registers, has_below = unit.registers, bool(class_.below)
        for i in unit.code:
            operation = i[0]
            if operation == PHI:
                holding = [register for register in i[2] if registers[register]]
                if holding and found.issuperset(holding):
                    found.add(i[1])
            elif operation in _OF_FIRST:
                if i[2] in found:
                    found.add(i[1])
                elif operation == ATTRIBUTE and i[2] == _SELF and has_below:
                    attribute = (class_, unit.names[i[3]])
                    if self._about_rows(registers[i[1]]) and self._is_silent(attribute):
                        found.add(i[1])
                elif operation in (CALL, CALL_FULL) and self._asks_below(class_, registers[i[2]]):
                    found.add(i[1])
        return found

    def _is_model(self, class_: ClassValue) -> bool:
        """Whether a class is kept in a table, or those below it are: it is what they are about."""
        return any(self._subjects.is_row(kin) for kin in self._families.kin(class_))

    def _asks_below(self, class_: ClassValue, callee: Values) -> bool:
        """Whether a method is called, on what the code itself runs on, that gives rows of classes below."""
        for value in sorted(callee):
            function = value.a.a if value.kind == BOUND else None
            owner = function.parent.class_value if function is not None and function.parent else None
            if function is None or not isinstance(owner, ClassValue):
                continue
            if owner in class_.above:
                if self.gives(function):
                    return True
            elif class_ in owner.above and self._about_rows(function.result.values):
                return True  # a method that classes below define, or define anew
        return False

    def _is_silent(self, attribute: tuple[ClassValue, str]) -> bool:
        """Whether neither a class nor one above it says by itself what rows an attribute is about."""
        return self._answers.ask(self._says_nothing, attribute, False)

    def _says_nothing(self, attribute: tuple[ClassValue, str]) -> bool:
        class_, name = attribute
        kin = [each for each in class_.order if isinstance(each, ClassValue)]
        cells = [c for each in kin for c in (each.own.get(name), each.fields.get(name)) if c is not None]
        if any(self._says(value) for cell in cells for value in cell.values):
            return False
        return not any(self._assigns(unit, name) for unit in _methods(kin))

    def _assigns(self, unit: Unit, name: str) -> bool:
        for i in unit.code if unit.registers else ():
            sets = i[0] == STORE_ATTRIBUTE and i[1] == _SELF and unit.names[i[2]] == name
            if sets and i[3] not in self.registers(unit) and self._about_rows(unit.registers[i[3]]):
                return True
        return False

    def _says(self, value: Value) -> bool:
        getter = value.a if value.kind == PROPERTY else value
        if getter.kind == FUNCTION:
            return self._about_rows(getter.a.result.values) and not self.gives(getter.a)
        return self._about_rows(value.one)

    def _about_rows(self, values: Iterable[Value]) -> bool:
        for value in values:
            if isinstance(value, ContainerValue):
                if any(self._is_row(v) for cell in value.cells.values() for v in cell.values):
                    return True
            elif self._is_row(value):
                return True
        return False

    def _is_row(self, value: Value) -> bool:
        """Whether a value is a class of rows, one of its instances, or something of a library's about it."""
        if isinstance(value, ClassValue):
            return self._is_kept(value)
        return (value.kind == INSTANCE and self._is_kept(value.a)) or self._is_kept(value.b)

    def _is_kept(self, class_: object) -> bool:
        return self._subjects.is_row(class_) or (isinstance(class_, ClassValue) and class_ in self._any_row)


def _methods(classes: Iterable[ClassValue]) -> Iterator[Unit]:
    for class_ in classes:
        for cell in class_.own.values():
            for value in cell.values:
                if value.kind == FUNCTION and value.a.parent is class_.unit:
                    yield value.a
