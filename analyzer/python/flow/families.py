"""Classes with all that inherit from them, and what an attribute means among these."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, cast

from .code import ABSTRACT
from .units import Unit
from .values import BOUND, CLASS, EXTERNAL, SOME, Pool, Value, Values

if TYPE_CHECKING:
    from .classes import Classes, ClassValue, Found, Slot

_MOST_BELOW = 49
"""Classes below another that are asked for an attribute, and one."""


class _Asked(NamedTuple):
    """An attribute that was asked of a class and those below it: the numbers of the name and of the class."""

    number: int
    place: int
    name: str
    slot: Slot


class Families:
    """Looks up attributes of instances that stand for those of the classes below, too."""

    def __init__(self, classes: Classes, pool: Pool) -> None:
        self._classes, self._pool = classes, pool
        self._kin: dict[ClassValue, list[ClassValue]] = {}
        self._slots: dict[str, dict[ClassValue, Slot]] = defaultdict(dict)
        self._asked: dict[Value, list[_Asked]] = defaultdict(list)
        """The same slots by class; names are numbered in the order in which they were asked for."""
        self._numbers: dict[str, int] = {}
        self._seen: dict[tuple[Value, str], tuple[Found, Found]] = {}
        """What an attribute of a class means, and what it means of an instance that is about something."""

    def kin(self, class_: ClassValue) -> list[ClassValue]:
        """The class and all that inherit from it, nearest first."""
        if not class_.below:
            return [class_]
        known = self._kin.get(class_)
        if known is None:
            known, seen = [class_], {class_}
            for kin in known:
                for below in kin.below:
                    if below not in seen:
                        seen.add(below)
                        known.append(below)
            self._kin[class_] = known
        return known

    def of_instance(self, value: Value, name: str, unit: Unit) -> Found:
        """What an attribute of an instance means; where it stands for others, in the classes below, too.

        Methods get the instance as it is: a manager stays one of the class that it is about.
        """
        class_: ClassValue = value.a
        found = self._classes.look_up(class_, name, True, unit)
        if value.b is None:
            return found
        if not class_.below or value.b != SOME:
            before, seen = self._seen.get((value, name), (None, found))
            if before is not found:
                seen = found._replace(values=self._own(found, value))
                self._seen[value, name] = found, seen
            return seen
        own = self._own(found, value)
        below = self.look_below(class_, name, unit)
        if below.values:
            own = frozenset(v for v in own if not (v.kind == BOUND and v.a.a.flags & ABSTRACT))
        getters = dict.fromkeys((*found.getters, *below.getters))
        others = bool(below.getters) and not found.getters and self._is_plain(class_, name)
        return found._replace(values=own | below.values, getters=tuple(getters), others=others)

    def _own(self, found: Found, value: Value) -> Values:
        """The values of an attribute, methods bound to the instance as it is."""
        plain, bound = value.a.instance, self._pool.bound
        return frozenset(bound(v.a, value) if v.kind == BOUND and v.b is plain else v for v in found.values)

    def _is_plain(self, class_: ClassValue, name: str) -> bool:
        """Whether an attribute is declared or assigned in a class or near it, and no property there."""
        above = cast("list[ClassValue]", [kin for kin in class_.order if kin.kind == CLASS])
        near = above + self.kin(class_)[1:_MOST_BELOW]
        return any(name in kin.unit.fields or name in kin.fields for kin in near)

    def look_below(self, class_: ClassValue, name: str, unit: Unit) -> Found:
        """What an attribute means in the classes that inherit from one, other than in itself."""
        slots = self._slots[name]
        slot = slots.get(class_)
        if slot is None:
            slot = slots[class_] = self._classes.new_slot()
            number = self._numbers.setdefault(name, len(self._numbers))
            self._asked[class_].append(_Asked(number, len(slots), name, slot))
            slot.found = self._find(class_, name)
        slot.readers[unit.reader] = None
        return slot.found

    def _find(self, class_: ClassValue, name: str) -> Found:
        known = self._classes.peek(class_, name)
        functions = {value.a for value in known.values if value.kind == BOUND}
        values: set[Value] = set()
        getters: dict[Value, None] = {}
        for below in self.kin(class_)[1:_MOST_BELOW]:
            found = self._classes.peek(below, name)
            for value in sorted(found.values) if found is not known else ():
                if value.kind != EXTERNAL and not (value.kind == BOUND and value.a in functions):
                    values.add(value)
                    functions.add(value.a)
            getters.update(dict.fromkeys(found.getters))
        return known._replace(values=frozenset(values), getters=tuple(getters), descriptors=())

    def changed(self, class_: ClassValue, name: str) -> None:
        """Something was assigned to an attribute of a class or of its instances."""
        for owner, slot in list(self._slots.get(name, {}).items()):
            if owner in class_.above or class_ in owner.above:
                self._refresh(owner, name, slot)

    def forget(self) -> None:
        """Some class has other bases than before."""
        self._kin.clear()

    def grown(self, class_: ClassValue) -> None:
        """A class has got its bases: those above have one more below them."""
        above = [kin for kin in class_.order if kin in self._asked]
        for asked, owner in sorted((asked, kin) for kin in above for asked in self._asked[kin]):
            self._refresh(cast("ClassValue", owner), asked.name, asked.slot)

    def _refresh(self, class_: ClassValue, name: str, slot: Slot) -> None:
        found = self._find(class_, name)
        if found != slot.found:
            slot.found = found
            self._classes.work.wake(slot.readers)
