"""Which class of rows a call is told, or the object whose method it calls was told where it was made.

`Repository(Order, session).count()`: what the method does to many tables it does here to that of orders.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .classes import ClassValue
from .code import ATTRIBUTE, AWAIT, CALL, CALL_FULL, ENTER, Instruction
from .units import Unit
from .values import Value, Values

_SAME = frozenset({AWAIT, ENTER})
_DEEPEST = 4


class ToldClasses:
    """Answers for calls; `rows` are the classes that are kept in tables."""

    def __init__(self, rows: Collection[Value]) -> None:
        self._rows = rows
        self._makers: tuple[Unit | None, dict[int, Instruction]] = (None, {})

    def class_among(self, given: Sequence[Values]) -> ClassValue | None:
        """The one class of rows that stands, itself, among arguments."""
        named = {v for values in given if len(values) == 1 for v in values if v in self._rows}
        class_ = named.pop() if len(named) == 1 else None
        return class_ if isinstance(class_, ClassValue) else None

    def made_with(self, unit: Unit, registers: Sequence[Values], callee: int) -> str:
        """The class of rows that the receiver of a method was given when this scope made it; "" for none."""
        makers = self._of(unit)
        found = makers.get(callee)
        if found is None or found[0] != ATTRIBUTE:
            return ""
        made = makers.get(found[2])
        for _ in range(_DEEPEST):
            if made is None or made[0] not in _SAME:
                break
            made = makers.get(made[2])
        if made is None or made[0] not in (CALL, CALL_FULL):
            return ""
        maker = registers[made[2]]
        if len(maker) != 1 or not all(isinstance(v, ClassValue) and v not in self._rows for v in maker):
            return ""
        places = (*made[3], *(made[5] if made[0] == CALL_FULL else ()))
        class_ = self.class_among([registers[register] for register in places])
        return class_.name if class_ is not None else ""

    def _of(self, unit: Unit) -> dict[int, Instruction]:
        """What gives each register its value, where calls and attributes do."""
        if self._makers[0] is not unit:
            wanted = (ATTRIBUTE, CALL, CALL_FULL, *_SAME)
            self._makers = (unit, {i[1]: i for i in unit.code if i[0] in wanted})
        return self._makers[1]
