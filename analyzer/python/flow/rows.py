"""Rows in the flow of values: instances of classes that are kept in tables, and what leads to them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from ...model.world import Row
from .classes import ClassValue
from .code import OF_CLASS, STATIC
from .subjects import ANY, Subjects
from .units import Unit
from .values import EXTERNAL, INSTANCE, NONE, Value

if TYPE_CHECKING:
    from .machine import Machine

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Rows:
    """Binds what rows lead to, before the code runs and where it has run."""

    def __init__(self, machine: Machine, rows: Collection[Row]) -> None:
        self._machine = machine
        self._rows = sorted(rows)
        self.classes: set[Value] = set()
        self.types: set[str] = set()
        """Names of classes of rows that no file defines."""
        self._by_word: dict[str, list[ClassValue]] = {}
        self.subjects = Subjects(machine, self.classes)

    def bind(self) -> None:
        """Rows have attributes that no statement gives them: `order.lines` because a line has an order."""
        machine = self._machine
        machine.type_argument = self.subjects.argued
        for row in self._rows:
            if row.base:
                machine.library_class(row.name, row.base)
            class_ = machine.defined(row.name)
            if isinstance(class_, ClassValue):
                self.classes.add(class_)
                word = _WORDS.sub("_", row.name.rpartition(".")[2]).lower()
                self._by_word.setdefault(word, []).append(class_)
                machine.outside.gives.update(dict.fromkeys(row.given_by, class_))
                if row.inherits:
                    machine.outside.at_least[class_] = row.inherits
                    self._stand_for(row.inherits, class_)
                self._columns(row, class_)
            else:
                self.types.add(row.name)
        for row in self._rows:
            class_ = machine.defined(row.name)
            for name, type_name, about in row.leads:
                other = machine.defined(about)
                if not isinstance(other, ClassValue):
                    continue
                known = machine.pool.known(EXTERNAL, type_name, None, other).one if type_name else NONE
                given = known or other.instance.one
                if isinstance(class_, ClassValue):
                    machine.classes.set_field(class_, name, given)
                    keyed = bool(type_name) and "ManyRelated" not in type_name
                    machine.outside.leads[class_][name] = (other, keyed)
                    if row.of_class:
                        seen = machine.pool.known(EXTERNAL, row.of_class, None, other)
                        machine.attributes.of_rows.setdefault(name, {})[class_] = seen.one
                else:
                    machine.library[f"{row.name}.{name}"] = next(iter(given))

    def _columns(self, row: Row, class_: ClassValue) -> None:
        """`Order.id`, also of a class that stands for many."""
        machine = self._machine
        for owner in dict.fromkeys((class_, machine.work.widening.any_row.get(class_, class_))):
            column = machine.pool.known(EXTERNAL, row.of_column, None, owner)
            for name in row.columns:
                machine.attributes.of_columns.setdefault(name, {})[owner] = column.one
        machine.outside.columns.update([row.of_column] if row.columns else ())

    def _stand_for(self, base: str, class_: ClassValue) -> None:
        """One class stands for any that is kept in a table, where too many flow to one place."""
        machine = self._machine
        name = f"{base}{ANY}"
        machine.library_class(name, base)
        stands = machine.defined(name)
        assert isinstance(stands, ClassValue)
        self.subjects.stand_for(stands, class_)
        machine.work.widening.any_row.update({class_: stands, stands: stands})

    def by_convention(self, units: list[Unit]) -> None:
        """Parameters that nothing has flowed to, and that are called as the one class of that name is.

        Methods and properties of a class get an instance: libraries make them.
        """
        for unit in units:
            parent = unit.parent.class_value if unit.parent is not None else None
            is_method = unit.is_function and unit.parameters and not unit.flags & (STATIC | OF_CLASS)
            is_method = is_method and isinstance(parent, ClassValue) and parent in self.classes
            if is_method and parent is not None and not unit.parameters[0].values:
                self._machine.work.add(unit.parameters[0], parent.instance.one)
            for name, index in unit.keywords.items() if unit.is_function else ():
                classes = self._by_word.get(name, ())
                if len(classes) == 1 and not unit.parameters[index].values:
                    self._machine.work.add(unit.parameters[index], classes[0].instance.one)

    def bind_managers(self) -> None:
        """What leads to many rows has the methods of their class's own manager, which is known by now."""
        machine = self._machine
        for row in self._rows:
            class_ = machine.defined(row.name)
            for name, type_name, about in row.leads if isinstance(class_, ClassValue) else ():
                other = machine.defined(about)
                if not type_name or not isinstance(other, ClassValue) or not isinstance(class_, ClassValue):
                    continue
                for value in sorted(machine.classes.peek(other, "objects").values):
                    if value.kind == INSTANCE and isinstance(value.b, ClassValue):
                        own = machine.pool.known(INSTANCE, value.name, value.a, other)
                        machine.classes.set_field(class_, name, own.one)
