"""Which class of rows a call is told, or the object whose method it calls was told where it was made.

`Repository(Order, session).count()`: what the method does to many tables it does here to that of orders.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .classes import ClassValue
from .code import (
    ATTRIBUTE,
    AWAIT,
    CALL,
    CALL_FULL,
    ENTER,
    GLOBAL,
    IMPORT_FROM,
    STORE_ATTRIBUTE,
    STORE_NAME,
    Instruction,
)
from .units import Unit
from .values import INSTANCE, Value, Values

_SAME = frozenset({AWAIT, ENTER})
_LOADS = frozenset({ATTRIBUTE, GLOBAL, IMPORT_FROM})
_STORES = frozenset({STORE_NAME, STORE_ATTRIBUTE})
_DEEPEST = 4


class ToldClasses:
    """Answers for calls; `rows` are the classes that are kept in tables, `units` all scopes there are."""

    def __init__(self, rows: Collection[Value], units: Sequence[Unit] = ()) -> None:
        self._rows, self._units = rows, units
        self._named: dict[tuple[Value, str], set[str]] | None = None
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
        told = self._made(makers, registers, found[2])
        return told if told is not None else self._kept(unit, makers.get(found[2]), registers[found[2]])

    def _made(self, makers: dict[int, Instruction], registers: Sequence[Values], register: int) -> str | None:
        """The class of rows that a call is told which makes an object; None where no such call does."""
        made = makers.get(register)
        for _ in range(_DEEPEST):
            if made is None or made[0] not in _SAME:
                break
            made = makers.get(made[2])
        if made is None or made[0] not in (CALL, CALL_FULL):
            return None
        maker = registers[made[2]]
        if len(maker) != 1 or not all(isinstance(v, ClassValue) and v not in self._rows for v in maker):
            return None
        places = (*made[3], *(made[5] if made[0] == CALL_FULL else ()))
        class_ = self.class_among([registers[register] for register in places])
        return class_.name if class_ is not None else ""

    def _kept(self, unit: Unit, loaded: Instruction | None, values: Values) -> str:
        """As `_made`, of what a variable of a module or class, or an attribute, of that name keeps."""
        if loaded is None or loaded[0] not in _LOADS or len(values) != 1:
            return ""
        names = {GLOBAL: lambda: unit.names[loaded[2]], ATTRIBUTE: lambda: unit.names[loaded[3]]}
        name = names[loaded[0]]() if loaded[0] in names else str(loaded[4])
        (value,) = values
        found = self._keeping().get((value.a, name), ()) if value.kind == INSTANCE else ()
        return next(iter(found)) if len(found) == 1 else ""

    def _keeping(self) -> dict[tuple[Value, str], set[str]]:
        """(class of an object, name that keeps it) -> the classes of rows that it was told."""
        if self._named is None:
            self._named = {}
            for unit in self._units:
                stores = [i for i in unit.code if i[0] in _STORES] if unit.registers else []
                makers = self._of(unit) if stores else {}
                for i in stores:
                    name, register = (i[1], i[2]) if i[0] == STORE_NAME else (i[2], i[3])
                    told = self._made(makers, unit.registers, register)
                    for value in unit.registers[register] if told else ():
                        if value.kind == INSTANCE and told:
                            self._named.setdefault((value.a, unit.names[name]), set()).add(told)
        return self._named

    def _of(self, unit: Unit) -> dict[int, Instruction]:
        """What gives each register its value, where calls and attributes do."""
        if self._makers[0] is not unit:
            wanted = (*_LOADS, CALL, CALL_FULL, *_SAME)
            self._makers = (unit, {i[1]: i for i in unit.code if i[0] in wanted})
        return self._makers[1]
