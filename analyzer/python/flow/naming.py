"""Classes that a class names by one of its attributes: `form_class = OrderForm`, `Meta.model`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .classes import ClassValue
from .results import BESIDE, OWN
from .units import Unit
from .values import BOUND, INSTANCE, NONE, Value, Values, union

if TYPE_CHECKING:
    from .machine import Machine

_MOST_BELOW = 24
"""Classes below one that names nothing itself, of which it is told what they name."""


class Naming:
    """Finds what is named, by a class itself or else by those below it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.asking: Unit | None = None
        """The scope that calls something."""

    def named(self, subject: ClassValue, attribute: str) -> Values:
        """Instances of the classes that are named. What only classes below name may be any of theirs."""
        found = self._own(subject, attribute)
        if found or not subject.below:
            return found
        below = self._machine.classes.families.kin(subject)[1:]
        return union(self._own(kin, attribute) for kin in below) if len(below) <= _MOST_BELOW else NONE

    def _own(self, subject: ClassValue, attribute: str) -> Values:
        *outer, attribute = attribute.split(".")
        for name in outer:  # `Meta.model`
            inner = [v for v in self._machine.classes.peek(subject, name).values if isinstance(v, ClassValue)]
            if len(inner) != 1:
                return NONE
            subject = inner[0]
        given: dict[Value, None] = {}
        for value in self._machine.classes.peek(subject, attribute).values:
            result = value.a.a.result if value.kind == BOUND else None
            if result is not None:  # what a method of that name gives
                given.update(
                    dict.fromkeys(result.read(self.asking) if self.asking is not None else result.values)
                )
            else:
                given[value] = None
        classes = (
            value
            if isinstance(value, ClassValue)
            else value.b or (value.a if value.kind == INSTANCE else None)
            for value in given
            if not value.name.endswith((BESIDE, OWN))
        )
        return frozenset(
            class_.instance for class_ in classes if isinstance(class_, ClassValue) and class_ is not subject
        )
