"""Rows in the making: what code made of a class, or got from code that made it, and has handed to nobody yet.

An attribute of such a row changes no table: it is written once the row is added to a session, and who adds it
says so. Told of each scope from its code, in its order, once it is solved; in doubt a row is known to others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .answers import Answers
from .classes import ClassValue
from .code import (
    ATTRIBUTE,
    BUILD,
    CALL,
    CALL_FULL,
    DECLARE,
    DELETE_ATTRIBUTE,
    ITEM,
    ITERATE,
    NARROW,
    PHI,
    RETURN,
    STORE_ATTRIBUTE,
    Instruction,
    registers_read,
)
from .units import Unit
from .values import BOUND, EXTERNAL, FUNCTION, Value, Values

_CALLS = frozenset({CALL, CALL_FULL})
_SAME = {PHI: 2, NARROW: 3, DECLARE: 3}
"""Instructions whose result is what they are given, and where that stands."""
_LOOKS = frozenset({ATTRIBUTE, DELETE_ATTRIBUTE, ITEM, ITERATE, RETURN, *_SAME})
"""Instructions that hand on nothing of what they read."""
_NOWHERE: frozenset[int] = frozenset()
_GIVES = -1
"""Among the places that store, of none: all that the scope gives back is in the making."""
_LOOKING = frozenset(f"<builtin>.{name}" for name in ("setattr", "getattr", "hasattr", "isinstance", "type"))


class Made:
    """Tells where code stores attributes of rows that only it knows."""

    def __init__(self) -> None:
        self._answers = Answers()

    def stores(self, unit: Unit) -> frozenset[int]:
        """The places in the code of a scope that store an attribute of a row in the making."""
        return self._answers.ask(self._told, unit, _NOWHERE) - {_GIVES}

    def _told(self, unit: Unit) -> frozenset[int]:
        """Those places, and whether all that the scope gives back is in the making (`_GIVES`)."""
        places, rows = set[int](), list[bool]()
        for place, i, made in self._walk(unit, set()):
            if i[0] == STORE_ATTRIBUTE and i[1] in made:
                places.add(place)
            elif i[0] == RETURN and unit.registers[i[1]]:
                rows.append(i[1] in made)
        return frozenset(places | {_GIVES} if rows and all(rows) else places)

    def _walk(self, unit: Unit, made: set[int]) -> Iterator[tuple[int, Instruction, set[int]]]:
        """(place, instruction, the registers that hold rows in the making before it)."""
        registers, owners, sources = unit.registers, dict[int, int](), dict[int, Sequence[int]]()
        for place, i in enumerate(unit.code if registers else ()):
            yield place, i, made
            operation = i[0]
            if operation in _SAME:
                given = i[_SAME[operation]]
                sources[i[1]] = given = given if operation == PHI else (given,)
                if made.issuperset(given):
                    made.add(i[1])
            elif operation == ATTRIBUTE:
                owners[i[1]] = i[2]
            elif operation in _CALLS:
                _lose(made, self._handed(i, registers, owners), sources)
                own = _own(registers[i[2]])
                if own and all(map(self._gives, own)):
                    made.add(i[1])
            elif operation == STORE_ATTRIBUTE:
                _lose(made, {i[3]}, sources)
            elif operation == BUILD:
                _lose(made, (register for _, register in i[4]), sources)
            elif operation not in _LOOKS and made:
                _lose(made, registers_read((i,)), sources)

    def _handed(self, i: Instruction, registers: Sequence[Values], owners: dict[int, int]) -> set[int]:
        """What a call may make known to others: what it is given, and what its method is called on."""
        callee = registers[i[2]]
        if callee and all(value.name in _LOOKING and value.kind == EXTERNAL for value in callee):
            return set()
        given = registers_read((i,)) - {i[2]}
        if i[2] in owners:
            own = _own(callee)
            given |= set() if own and all(map(self._keeps_to_itself, own)) else {owners[i[2]]}
        return given

    def _keeps_to_itself(self, method: Value) -> bool:
        """Whether a method hands on to nobody what it is called on."""
        if isinstance(method, ClassValue):
            return False
        function: Unit = method.a if method.kind == FUNCTION else method.a.a
        return self._answers.ask(self._keeps, function, False)

    def _keeps(self, function: Unit) -> bool:
        own = {1}
        deque(self._walk(function, own), maxlen=0)
        return bool(function.registers) and 1 in own

    def _gives(self, callee: Value) -> bool:
        """Whether calling this gives something that nobody else knows."""
        if isinstance(callee, ClassValue):
            return True
        function: Unit = callee.a if callee.kind == FUNCTION else callee.a.a
        return _GIVES in self._answers.ask(self._told, function, _NOWHERE)


def _own(callee: Values) -> list[Value]:
    """The project's own among what may be called: it says what is done, if there is any."""
    return [value for value in callee if isinstance(value, ClassValue) or value.kind in (FUNCTION, BOUND)]


def _lose(made: set[int], handed: Iterable[int], sources: Mapping[int, Sequence[int]]) -> None:
    """What registers hold is known to others now, as is what it came from."""
    waiting = list(handed)
    while waiting:
        register = waiting.pop()
        if register in made:
            made.discard(register)
            waiting += sources.get(register, ())
