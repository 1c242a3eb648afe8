"""Which rows the arguments of a call are, or hold."""

from __future__ import annotations

from collections.abc import Iterator

from .classes import ClassValue
from .code import Instruction
from .containers import ContainerValue
from .subjects import Subjects
from .units import Unit
from .values import EXTERNAL, INSTANCE, RESULT, SOME, Value, Values

MOST_GIVEN = 12
"""Arguments of a call that are looked at."""
_MOST_HELD = 40
"""Cells of a container that is handed on that are looked into."""
_NAMED = frozenset({EXTERNAL, RESULT})


class HandedRows:
    """Tells them, of the same values once."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects
        self._telling: dict[Values, bool] = {}
        self._said: dict[tuple[Values, int, ClassValue | None], frozenset[tuple[str, str]]] = {}
        """By the class that is looked at, too: it says which rows are the surest."""

    def of(
        self, unit: Unit, registers: list[Values], i: Instruction, full: bool
    ) -> Iterator[tuple[str, str, str]]:
        """(place or name, kind, class or text) of arguments."""
        pairs = [(str(place), registers[register]) for place, register in enumerate(i[3])]
        if full:
            pairs += [(unit.names[n], registers[r]) for n, r in zip(i[4], i[5], strict=True)]
        for place, values in pairs[:MOST_GIVEN]:
            if self._may_tell(values):
                yield from ((place, kind, name) for kind, name in sorted(self._told(values, 2)))

    def _may_tell(self, values: Values) -> bool:
        """Whether there is anything among values that `_told` looks at: mostly there is not."""
        known = self._telling.get(values)
        if known is None:
            known = self._telling[values] = any(
                isinstance(value, (ClassValue, ContainerValue))
                or value.kind == INSTANCE
                or (value.kind in _NAMED and value.b is not None)
                for value in values
            )
        return known

    def _told(self, values: Values, depth: int) -> frozenset[tuple[str, str]]:
        """(kind, class or text) of values and what stands in them, once: containers may hold each other."""
        asked = (values, depth, self._subjects.inside)
        known = self._said.get(asked)
        if known is None:
            known = self._said[asked] = frozenset(self._tell(values, depth))
        return known

    def _tell(self, values: Values, depth: int) -> Iterator[tuple[str, str]]:
        ordered = sorted(values)
        sure = self._subjects.surest(ordered, rows_of)
        for value in ordered:
            kind = value.kind
            if sure and value not in sure and rows_of(value) is not None:
                continue
            if isinstance(value, ClassValue):
                yield from (("class", name) for name in self._subjects.names([value]))
            elif kind == INSTANCE and self._subjects.names([value.a]):
                yield from (("instance", name) for name in self._subjects.names([value.a]))
            elif kind in (EXTERNAL, RESULT, INSTANCE) and value.b is not None:
                type_name = value.name if kind != INSTANCE else outside_base(value)
                yield from ((type_name, name) for name in self._subjects.names([value.b]))
            elif isinstance(value, ContainerValue) and depth:
                for cell in list(value.cells.values())[:_MOST_HELD]:
                    yield from self._told(cell.values, depth - 1)


def rows_of(value: Value) -> object:
    """The class of rows that a value would be about."""
    if isinstance(value, ClassValue):
        return value
    return value.a if value.kind == INSTANCE and value.b in (None, SOME) else value.b


def outside_base(value: Value) -> str:
    """The nearest class of a library above the class of an instance."""
    return next((kin.name for kin in value.a.order if not isinstance(kin, ClassValue)), "")
