"""What a function gives of the class of rows that an argument tells: `get_instance(Task, id)` gives a Task.

The function's result holds rows of all classes that any call ever gave it. Where all that it returns comes of
that parameter, this call gets those of its own class alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import (
    ATTRIBUTE,
    AWAIT,
    CALL,
    CALL_FULL,
    DECLARE,
    ENTER,
    ITEM,
    ITERATE,
    NARROW,
    OPERATE,
    PHI,
    SLICE,
    UNPACK,
    registers_read,
)
from .units import Unit
from .values import INSTANCE, NONE, SOME, Value, Values, about

if TYPE_CHECKING:
    from .machine import Machine

_GIVES_OF = frozenset(
    {
        ATTRIBUTE, AWAIT, CALL, CALL_FULL, DECLARE, ENTER, ITEM, ITERATE, NARROW, OPERATE, PHI, SLICE, UNPACK,
    }
)  # fmt: skip
"""Instructions whose result comes of what they read."""


class ByClass:
    """Keeps apart what calls get that tell a function which class of rows they mean."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._deciding: dict[Unit, frozenset[int]] = {}
        self._asked: Arguments | None = None
        self._class: ClassValue | None = None
        """The class that the arguments tell which were asked last."""

    def told(
        self, function: Unit, first: int, arguments: Arguments, found: Values, receiver: Values = NONE
    ) -> Values:
        """Of what a function gives, that which is about the one class of rows among the arguments.

        A method of the class itself (`Order.by_id(1)`) is told that class.
        """
        any_row = self._machine.work.widening.any_row
        if not any_row or not found:
            return found
        if arguments is not self._asked:  # one call has the same for all that it may call
            self._asked, self._class = arguments, _class_among(arguments, any_row)
        class_ = self._class
        own = next(iter(receiver)) if first and len(receiver) == 1 else None
        if class_ is None and isinstance(own, ClassValue) and any_row.get(own, own) is not own:
            class_ = own
        if class_ is None:
            return found
        for index in sorted(self._decides(function)):
            given = self._machine.passing.argument(function, index, first, receiver, arguments, function)
            if class_ in given:
                return self._only(class_, function.parameters[index].values, found)
        return found

    def _only(self, class_: ClassValue, given: Values, found: Values) -> Values:
        """Values without those about other classes that were given; what is about any is about this one."""
        any_row, known = self._machine.work.widening.any_row, self._machine.pool.known
        stands = any_row[class_]
        kept: set[Value] = set()
        for value in found:
            row = value.a if value.kind == INSTANCE and value.b in (None, SOME) else about(value)
            above = row is not class_ and row in given and row in class_.order
            if above and value.b != SOME:
                continue  # of the class above it, which was given as well
            given_too = row in given or (stands in given and row is not None and any_row.get(row) is stands)
            if row is stands:
                one = class_.instance if row is value.a else known(value.kind, value.name, value.a, class_)
                kept.add(one)
            elif value.kind == INSTANCE and value.b == SOME and value.a in class_.above:
                kept.add(class_.instance)
            elif row is class_ or row not in any_row or not given_too:
                kept.add(value)
        return frozenset(kept)

    def _decides(self, function: Unit) -> frozenset[int]:
        """The parameters of which all comes that a function returns."""
        known = self._deciding.get(function)
        if known is None:
            if function.leaves is None:  # it has not returned anything yet
                return frozenset()
            leaves = {leaf for some in function.leaves.values() for leaf in some if leaf > 0}
            found = (n for n in range(len(function.parameters)) if leaves and leaves <= _of(function, n + 1))
            known = self._deciding[function] = frozenset(found)
        return known


def _class_among(arguments: Arguments, any_row: Mapping[Value, Value]) -> ClassValue | None:
    """The one class of rows that is given, itself, as an argument."""
    told = {
        value
        for values in (*arguments.places, *arguments.values)
        if len(values) == 1
        for value in values
        if value in any_row and any_row[value] is not value
    }
    class_ = told.pop() if len(told) == 1 else None
    return class_ if isinstance(class_, ClassValue) else None


def _of(function: Unit, register: int) -> set[int]:
    """The registers whose values come of that one."""
    found = {register}
    for _ in (0, 1):  # loops bring something round
        for i in function.code:
            if i[0] in _GIVES_OF and i[1] not in found and not found.isdisjoint(registers_read((i,))):
                found.add(i[1])
    return found
