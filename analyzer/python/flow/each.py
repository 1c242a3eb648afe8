"""Classes of rows that code names in a list or table of its own, and takes each in its turn.

`for model in (Order, Line): model.objects.all()`, `MODELS[kind].query` and `(Order if old else Draft).query`
are about each class that is named: nothing else decides which, as a caller does where it is a parameter.
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
    IMPORT_FROM,
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
        if not any(i[0] in (ITERATE, ITEM, PHI) for i in unit.code):
            return _NOTHING
        registers, listed, found, named = unit.registers, set[int](), set[int](), set[int]()
        for i in unit.code:
            operation = i[0]
            if operation in _NAMED or operation == IMPORT_FROM:
                if _is_listed(registers[i[1]], i):
                    listed.add(i[1])
                elif _is_one_class(registers[i[1]]):
                    named.add(i[1])
            elif operation == PHI:
                _join([register for register in i[2] if registers[register]], i[1], listed, found, named)
            elif operation in (CALL, CALL_FULL):
                _call(registers, i, listed, found)
            elif operation in _OF_FIRST:
                if i[2] in found or (operation in (ITERATE, ITEM) and i[2] in listed):
                    found.add(i[1])
                elif i[2] in listed:  # `MODELS.items`
                    listed.add(i[1])
        return frozenset(found)


def _join(holding: list[int], result: int, listed: set[int], found: set[int], named: set[int]) -> None:
    """What one of several registers may be."""
    for known in (listed, found):
        if holding and known.issuperset(holding):
            known.add(result)
    if len(holding) > 1 and named.issuperset(holding):  # `Order if old else Draft`
        found.add(result)


def _call(registers: list[Values], i: Instruction, listed: set[int], found: set[int]) -> None:
    """What a call gives: a list again (`MODELS.items()`), or what is made of one of the listed."""
    callee = registers[i[2]]
    if _is_container(registers[i[1]]) and all(map(_gives_table, callee)):
        listed.add(i[1])  # `models()[kind]`, what a function without parameters lists
    if i[2] in listed and all(value.kind == METHOD for value in callee):
        listed.add(i[1])
    elif i[2] in found or (not found.isdisjoint(i[3]) and not any(map(_is_own, callee))):
        found.add(i[1])


def _is_own(value: Value) -> bool:
    """Whether the project's own code says what calling it gives."""
    return isinstance(value, ClassValue) or value.kind in (FUNCTION, BOUND)


def _is_one_class(values: Values) -> bool:
    return len(values) == 1 and all(isinstance(value, ClassValue) for value in values)


def _is_listed(values: Values, i: Instruction) -> bool:
    """Whether an instruction gives a list that is written out: what is put into an empty one later is not."""
    return _is_container(values) and (i[0] != BUILD or bool(i[4]))


def _is_container(values: Values) -> bool:
    return bool(values) and all(isinstance(value, ContainerValue) for value in values)


def _gives_table(value: Value) -> bool:
    """Whether a function takes nothing that could decide what it gives."""
    return value.kind == FUNCTION and not value.a.parameters
