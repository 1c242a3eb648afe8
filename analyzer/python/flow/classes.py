"""Classes: their order of resolution, the attributes of their instances, and who looked at which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..builtin_names import has, may_have
from .units import Cell, Unit, Work
from .values import (
    BOUND,
    CLASS,
    CLASS_METHOD,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    NONE,
    PROPERTY,
    RESULT,
    SOME,
    STATIC_METHOD,
    Pool,
    Value,
    Values,
)

if TYPE_CHECKING:
    from .outside import Outside

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_MOST_BASES = 12
_MOST_BELOW = 25
"""Classes below another that are asked for what it lacks, and one."""


class ClassValue(Value):
    """A class: `own` is what its body binds, `fields` what is assigned to its instances' attributes."""

    own: dict[str, Cell]
    fields: dict[str, Cell]
    slots: dict[tuple[str, bool], Slot]
    bases: tuple[Value, ...]
    order: list[Value]
    above: frozenset[Value]
    is_enum: bool
    below: list[ClassValue]
    instance: Value
    some: Value
    metaclass: ClassValue | None
    unit: Unit


class Found(NamedTuple):
    """What an attribute may be: values, getters of properties, instances of descriptors."""

    values: Values = NONE
    getters: tuple[Value, ...] = ()
    descriptors: tuple[Value, ...] = ()


class Slot:
    """What looking up one attribute gives, and the units that asked."""

    __slots__ = ("found", "readers")

    def __init__(self) -> None:
        self.found = Found()
        self.readers: dict[Unit, None] = {}


class Classes:
    """The classes of the project."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.work: Work
        self.outside: Outside

    def make(self, unit: Unit) -> ClassValue:
        value = self._pool.make(CLASS, unit.dotted, of=ClassValue)
        assert isinstance(value, ClassValue)
        value.own, value.fields, value.slots = unit.namespace, {}, {}
        value.bases, value.order, value.below, value.unit = (), [value], [], unit
        value.above, value.is_enum = frozenset(value.order), False
        value.instance = self._pool.make(INSTANCE, unit.dotted, value)
        value.some = self._pool.make(INSTANCE, unit.dotted, value, SOME)
        value.metaclass = None
        return value

    # The order of resolution ----------------------------------------------------------------------

    def set_bases(self, class_: ClassValue, bases: Sequence[Value]) -> None:
        bases = tuple(bases[:_MOST_BASES])
        if bases == class_.bases:
            return
        _hang(class_, bases)
        affected = self._kin(class_)
        orders: dict[Value, list[Value]] = {}
        for kin in affected:
            kin.order = _linear(kin, frozenset(), orders)
            kin.above = frozenset(kin.order)
            kin.is_enum = any(base.kind in (EXTERNAL, RESULT) and base.name in _ENUMS for base in kin.order)
        for kin in affected:
            for name, as_instance in list(kin.slots):
                self._refresh(kin, name, as_instance)
        self._offer(class_)

    def _offer(self, class_: ClassValue) -> None:
        """Who found nothing in the classes above may find it in this one."""
        for above in class_.order[1:]:
            for slot in above.slots.values() if isinstance(above, ClassValue) else ():
                if not slot.found.values:
                    self.work.wake(slot.readers)

    def _kin(self, class_: ClassValue) -> list[ClassValue]:
        """The class and all that inherit from it."""
        if not class_.below:
            return [class_]
        found, seen = [class_], {class_}
        for kin in found:
            for below in kin.below:
                if below not in seen:
                    seen.add(below)
                    found.append(below)
        return found

    # Attributes -----------------------------------------------------------------------------------

    def look_up(self, class_: ClassValue, name: str, as_instance: bool, unit: Unit) -> Found:
        key = (name, as_instance)
        slot = class_.slots.get(key)
        if slot is None:
            slot = class_.slots[key] = Slot()
            slot.found = self.find(class_.order, name, class_, as_instance)
        slot.readers[unit] = None
        return slot.found

    def of_instance(self, value: Value, name: str, unit: Unit) -> Found:
        """What an attribute of an instance means; where it stands for others, in the classes below, too."""
        found = self.look_up(value.a, name, True, unit)
        if value.b != SOME or not value.a.below:
            return found
        below = self.look_below(value.a, name, unit, found)
        getters = dict.fromkeys((*found.getters, *below.getters))
        return Found(found.values | below.values, tuple(getters), found.descriptors)

    def look_below(self, class_: ClassValue, name: str, unit: Unit, known: Found) -> Found:
        """What an attribute means in the classes that inherit from one, other than in itself."""
        functions = {value.a for value in known.values if value.kind == BOUND}
        values: set[Value] = set()
        getters: dict[Value, None] = {}
        for below in self._kin(class_)[1:_MOST_BELOW]:
            found = self.look_up(below, name, True, unit)
            for value in found.values:
                if value.kind != EXTERNAL and not (value.kind == BOUND and value.a in functions):
                    values.add(value)
                    functions.add(value.a)
            getters.update(dict.fromkeys(found.getters))
        return Found(frozenset(values), tuple(getters))

    def _refresh(self, class_: ClassValue, name: str, as_instance: bool) -> None:
        slot = class_.slots[name, as_instance]
        found = self.find(class_.order, name, class_, as_instance)
        if found != slot.found:
            slot.found = found
            self.work.wake(slot.readers)

    def changed(self, class_: ClassValue, name: str) -> None:
        """Something was assigned to an attribute of a class or of its instances."""
        for kin in self._kin(class_):
            for as_instance in (True, False):
                if (name, as_instance) in kin.slots:
                    self._refresh(kin, name, as_instance)

    def set_field(self, class_: ClassValue, name: str, values: Values) -> None:
        values = self._pool.without_constants(values)
        cell = class_.fields.get(name)
        if cell is None:
            cell = class_.fields[name] = Cell()
        if self.work.add(cell, values):
            self.changed(class_, name)

    def set_own(self, class_: ClassValue, name: str, values: Values) -> None:
        """`C.name = value` from outside the class."""
        cell = class_.own.get(name)
        if cell is None:
            cell = class_.own[name] = Cell()
        if self.work.add(cell, values):
            self.changed(class_, name)

    def find(self, order: Sequence[Value], name: str, receiver: ClassValue, as_instance: bool) -> Found:
        """What an attribute means along an order of classes, as seen from an instance or the class itself."""
        values: set[Value] = set()
        getters: list[Value] = []
        descriptors: list[Value] = []
        outside: Value | None = None
        found = False
        for class_ in order:
            if not isinstance(class_, ClassValue):
                if outside is None and _may_have(class_.name, name):
                    outside = class_
                continue
            if not found and name in class_.own and class_.own[name].values:
                found = True
                for value in class_.own[name].values:
                    self._from_class(value, name, receiver, as_instance, values, getters, descriptors)
            if as_instance and name in class_.fields:
                values |= class_.fields[name].values
        if not found and not values and outside is not None and not name.startswith("__"):
            values |= self.outside.inherited(outside, name, receiver)
        return Found(frozenset(values), tuple(getters), tuple(descriptors))

    def _from_class(
        self,
        value: Value,
        name: str,
        receiver: ClassValue,
        as_instance: bool,
        values: set[Value],
        getters: list[Value],
        descriptors: list[Value],
    ) -> None:
        kind = value.kind
        if kind == FUNCTION:
            whole = as_instance or name in ("__new__", "__init_subclass__", "__class_getitem__")
            seen_from = receiver.instance if as_instance and name != "__new__" else receiver
            values.add(self._pool.bound(value, seen_from) if whole else value)
        elif kind == STATIC_METHOD:
            values.add(value.a)
        elif kind == CLASS_METHOD:
            values.add(self._pool.bound(value.a, receiver) if value.a.kind == FUNCTION else value.a)
        elif kind == PROPERTY and as_instance:
            getters.append(value.a)
        elif kind == INSTANCE and self._defines(value.a, "__get__"):
            descriptors.append(value)
        elif kind == INSTANCE:
            values.add(self.outside.about(value, receiver))
        elif receiver.is_enum and kind not in (BOUND, CLASS, PROPERTY):
            values.add(receiver.instance)
        else:
            values.add(value)

    def _defines(self, class_: ClassValue, name: str) -> bool:
        return any(isinstance(kin, ClassValue) and name in kin.own for kin in class_.order)


def _may_have(base: str, name: str) -> bool:
    if base.startswith("<builtin>."):
        return has(base[10:], name)
    return may_have(base, name)


def _hang(class_: ClassValue, bases: tuple[Value, ...]) -> None:
    """Gives a class its bases, and the bases the class."""
    for base in class_.bases:
        if isinstance(base, ClassValue) and class_ in base.below:
            base.below.remove(class_)
    class_.bases = bases
    for base in bases:
        if isinstance(base, ClassValue):
            base.below.append(class_)


def _linear(class_: Value, above: frozenset[Value], known: dict[Value, list[Value]]) -> list[Value]:
    """The C3 order of a class; where it contradicts itself, the first base wins. Circles are cut."""
    if not isinstance(class_, ClassValue):
        return [class_]
    if class_ in above:
        return []
    if class_ in known:
        return known[class_]
    above = above | {class_}
    lists = [list(_linear(base, above, known)) for base in class_.bases] + [list(class_.bases)]
    order: list[Value] = [class_]
    lists = [items for items in lists if items]
    while lists:
        head = next(
            (items[0] for items in lists if not any(items[0] in other[1:] for other in lists)), lists[0][0]
        )
        order.append(head)
        lists = [
            items for items in ([item for item in items if item is not head] for items in lists) if items
        ]
    known[class_] = order
    return order
