"""Classes that are about rows: repositories, services and views that name the model that they work on.

`class Orders(Repository[Order])`, or `model = Order` in a class: what such a class inherits works on orders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from .classes import ClassValue
from .code import CALL, CALL_FULL
from .units import Unit
from .values import BOUND, CLASS, FUNCTION, Value, Values

if TYPE_CHECKING:
    from .machine import Machine

_SAYS_MODEL = re.compile(r"_*(?:model|entity|table|queryset)s?(?:_?(?:cls|class|type))?\Z", re.IGNORECASE)
ANY = "(any)"
"""Ends the name of the class that stands for any class of a library's that is kept in a table."""
MOST_BELOW = 40
"""Classes that one class may stand for."""


class Subjects:
    """Tells of each class the rows that it is about."""

    def __init__(self, machine: Machine, rows: Collection[Value]) -> None:
        self._machine, self._rows = machine, rows
        self._arguments: dict[ClassValue, dict[ClassValue, None]] = {}
        self._known: dict[ClassValue, tuple[ClassValue, ...]] = {}
        self._kept: dict[Value, Sequence[str]] = {}
        self.inside: ClassValue | None = None
        """The class that the code stands in that is asked about."""
        self._stands: dict[Value, list[ClassValue]] = {}
        self.is_hearsay: Callable[[Unit], bool] = lambda function: False
        """Whether a method gives rows that only classes below its own have named."""

    def argued(self, class_: ClassValue, values: Values) -> None:
        """`Repository[Order]` is a base of a class: what inherits calls its model is that."""
        for row in sorted(values):
            known = self._arguments.setdefault(class_, {})
            if not isinstance(row, ClassValue) or row not in self._rows or row in known:
                continue
            known[row] = None
            for kin in class_.order[1:] if len(known) == 1 else ():
                for name in (*kin.own, *kin.unit.fields) if isinstance(kin, ClassValue) else ():
                    if _SAYS_MODEL.match(name) and name not in class_.own:
                        self._machine.classes.set_own(class_, name, row.one)

    def stand_for(self, any_class: ClassValue, row: ClassValue) -> None:
        """A class stands for a class of rows, among others."""
        self._stands.setdefault(any_class, []).append(row)

    def surest(self, values: Sequence[Value], about: Callable[[Value], object]) -> list[Value]:
        """Of several values those about one class of rows each; without any, those that stand for many.

        Where there are several of the first, it may as well be any of the many.
        """
        told = [value for value in values if self.is_row(about(value))]
        if len({id(about(value)) for value in told}) == 1:
            return told
        return told + [value for value in values if value not in told and self.names([about(value)])]

    def names(self, classes: Iterable[object]) -> list[str]:
        """The names of the classes of rows that classes are or stand for; `ANY` for too many."""
        known = [class_ for class_ in classes if isinstance(class_, ClassValue)]
        found = [class_.name for class_ in known if class_ in self._rows]
        if not found:
            found = list(dict.fromkeys(name for class_ in known for name in self._many(class_)))
            own = self.of(self.inside) if len(found) > 1 or found == [ANY] else ()
            if len(own) == 1:  # `self.model` in a class that is about one model
                found = [own[0].name]
        return list(dict.fromkeys(found))

    def is_row(self, class_: object) -> bool:
        """Whether the instances of a class are rows."""
        return isinstance(class_, ClassValue) and class_ in self._rows

    def enter(self, unit: Unit) -> None:
        """What follows is asked of the code of a unit."""
        scope: Unit | None = unit
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        self.inside = scope.class_value if scope is not None else None

    def _many(self, class_: ClassValue) -> Sequence[str]:
        """The classes of rows that a class stands for: those that inherit from it, or any."""
        found = self._kept.get(class_)
        if found is None:
            rows = self._stands.get(class_, [])
            if not rows and class_.below:
                rows = [kin for kin in self._machine.classes.families.kin(class_)[1:] if kin in self._rows]
            many = len(rows) > MOST_BELOW
            found = self._kept[class_] = [ANY] if many else [row.name for row in rows]
        return found

    def of(self, class_: ClassValue | None) -> tuple[ClassValue, ...]:
        """The one class of rows that a class is about, if it says so."""
        if class_ is None:
            return ()
        found = self._known.get(class_)
        if found is None:
            found = (class_,) if class_ in self._rows else self.named(class_, True)
            self._known[class_] = found
        return found

    def named(self, class_: ClassValue, by_method: bool = False) -> tuple[ClassValue, ...]:
        """The one class that a class names, by itself or the nearest that it inherits from."""
        for kin in class_.order:
            if kin.kind != CLASS or not isinstance(kin, ClassValue):
                continue
            found = dict.fromkeys(self._arguments.get(kin, ()))
            for name, cell in kin.own.items() if not found else ():
                if _SAYS_MODEL.match(name) or (by_method and name == "get_queryset"):
                    found.update(dict.fromkeys(self._about(cell.values)))
            if not found and (init := kin.own.get("__init__")) is not None:
                found.update(dict.fromkeys(self._handed_up(init.values)))
            if found:
                return tuple(found) if len(found) == 1 else ()
        return ()

    def _handed_up(self, values: Values) -> Iterable[ClassValue]:
        """`super().__init__(Order)`: what a class tells the one above it."""
        for function in (value.a for value in values if value.kind == FUNCTION):
            for i in function.code if function.registers else ():
                if i[0] not in (CALL, CALL_FULL) or not any(map(_is_init, function.registers[i[2]])):
                    continue
                for register in (*i[3], *(i[5] if i[0] == CALL_FULL else ())):
                    given = function.registers[register]
                    yield from (v for v in given if isinstance(v, ClassValue) and v in self._rows)

    def _about(self, values: Values) -> Iterable[ClassValue]:
        functions = [value.a for value in values if value.kind == FUNCTION and not self.is_hearsay(value.a)]
        given = [value for function in functions for value in function.result.values]
        for value in sorted([*values, *given]):
            about = value if isinstance(value, ClassValue) else value.b
            if isinstance(about, ClassValue) and about in self._rows:
                yield about


def _is_init(value: Value) -> bool:
    return value.kind == BOUND and value.name.endswith(".__init__")
