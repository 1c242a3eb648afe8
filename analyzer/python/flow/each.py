"""Classes of rows that code names in a list or table of its own, and takes each in its turn.

`for model in (Order, Line): model.objects.all()` and `MODELS[kind].query` are about each class that is
listed: nothing else decides which, as a caller does where the class is a parameter.
"""

from __future__ import annotations

from .classes import ClassValue
from .code import (
    ATTRIBUTE,
    AWAIT,
    BUILD,
    CALL,
    CALL_FULL,
    CAPTURED,
    GLOBAL,
    ITEM,
    ITERATE,
    PHI,
    STORE_ATTRIBUTE,
    STORE_ITEM,
    UNPACK,
    Instruction,
)
from .containers import ContainerValue
from .units import Unit
from .values import BOUND, FUNCTION, METHOD, Value, Values

MOST_EACH = 6
"""More classes than these are told as any of many."""
_NAMED = frozenset({BUILD, GLOBAL, CAPTURED})
_OF_FIRST = frozenset({ATTRIBUTE, ITEM, ITERATE, UNPACK, AWAIT})
_NOTHING: frozenset[int] = frozenset()


class Each:
    """Tells of instructions whether they work on each of several classes that the code lists, in turn."""

    def __init__(self) -> None:
        self._known: dict[Unit, frozenset[int]] = {}

    def is_worked_on(self, unit: Unit, i: Instruction) -> bool:
        """Whether an instruction works on one of these, or is given one."""
        found = self._known.get(unit)
        if found is None:
            found = self._known[unit] = self._registers(unit)
        if not found:
            return False
        worked_on = i[1] if i[0] in (STORE_ATTRIBUTE, STORE_ITEM) else i[2]
        return worked_on in found or (i[0] in (CALL, CALL_FULL) and not found.isdisjoint(i[3]))

    def _registers(self, unit: Unit) -> frozenset[int]:
        if not any(i[0] in (ITERATE, ITEM) for i in unit.code):
            return _NOTHING
        registers, listed, found = unit.registers, set[int](), set[int]()
        for i in unit.code:
            operation = i[0]
            if operation in _NAMED:
                if _is_container(registers[i[1]]):
                    listed.add(i[1])
            elif operation == PHI:
                holding = [register for register in i[2] if registers[register]]
                for known in (listed, found):
                    if holding and known.issuperset(holding):
                        known.add(i[1])
            elif operation in (CALL, CALL_FULL):
                _call(registers[i[2]], i, listed, found)
            elif operation in _OF_FIRST:
                if i[2] in found or (operation in (ITERATE, ITEM) and i[2] in listed):
                    found.add(i[1])
                elif i[2] in listed:  # `MODELS.items`
                    listed.add(i[1])
        return frozenset(found)


def _call(callee: Values, i: Instruction, listed: set[int], found: set[int]) -> None:
    """What a call gives: a list again (`MODELS.items()`), or what is made of one of the listed."""
    if i[2] in listed and all(value.kind == METHOD for value in callee):
        listed.add(i[1])
    elif i[2] in found or (not found.isdisjoint(i[3]) and not any(map(_is_own, callee))):
        found.add(i[1])


def _is_own(value: Value) -> bool:
    """Whether the project's own code says what calling it gives."""
    return isinstance(value, ClassValue) or value.kind in (FUNCTION, BOUND)


def _is_container(values: Values) -> bool:
    return bool(values) and all(isinstance(value, ContainerValue) for value in values)
