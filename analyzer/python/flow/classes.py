"""Classes: their order of resolution, the attributes of their instances, and who looked at which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..builtin_names import has, may_have
from .class_order import hang, linear
from .code import ABSTRACT
from .families import Families
from .units import Cell, Readers, Unit, Work
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
    frozen,
)

if TYPE_CHECKING:
    from .outside import Outside

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
_MOST_BASES = 12
_NO_MEMBERS = frozenset({FUNCTION, CLASS, STATIC_METHOD, CLASS_METHOD, PROPERTY})


class ClassValue(Value):
    """A class: `own` is what its body binds, `fields` what is assigned to its instances' attributes."""

    own: dict[str, Cell]
    fields: dict[str, Cell]
    slots: dict[tuple[str, bool], Slot]
    supers: Readers
    """Who asked for what lies behind a class in the order of this one."""
    bases: tuple[Value, ...]
    order: list[Value]
    above: frozenset[Value]
    is_enum: bool
    is_odd: bool
    """Whether it is an enumeration, or has methods that intercept attributes."""
    below: list[ClassValue]
    instance: Value
    some: Value
    metaclass: ClassValue | None
    unit: Unit


class Found(NamedTuple):
    """What an attribute may be: values, getters of properties, instances of descriptors.

    `others`: some of the classes that an instance stands for have no getter.
    """

    values: Values = NONE
    getters: tuple[Value, ...] = ()
    descriptors: tuple[Value, ...] = ()
    others: bool = False


class Slot:
    """What looking up one attribute gives, and the units that asked."""

    __slots__ = ("found", "readers")

    def __init__(self) -> None:
        self.found = Found()
        self.readers: Readers = {}


class Classes:
    """The classes of the project."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.families = Families(self, pool)
        self.work: Work
        self.intercepting: set[Value] = set()
        """Classes that define `__getattribute__` or `__setattr__`."""
        self.outside: Outside

    def make(self, unit: Unit) -> ClassValue:
        value = self._pool.make(CLASS, unit.dotted, of=ClassValue)
        assert isinstance(value, ClassValue)
        value.own, value.fields, value.slots, value.supers = unit.namespace, {}, {}, {}
        value.bases, value.order, value.below, value.unit = (), [value], [], unit
        value.above, value.is_enum, value.is_odd = frozenset(value.order), False, False
        value.instance = self._pool.make(INSTANCE, unit.dotted, value)
        value.some = self._pool.make(INSTANCE, unit.dotted, value, SOME)
        value.metaclass = None
        return value

    # The order of resolution ----------------------------------------------------------------------

    def set_bases(self, class_: ClassValue, bases: Sequence[Value]) -> None:
        bases = tuple(bases[:_MOST_BASES])
        if bases == class_.bases:
            return
        hang(class_, bases)
        self.families.forget()
        affected = self.families.kin(class_)
        below = frozenset(affected)
        around = {base for kin in affected for base in kin.bases if isinstance(base, ClassValue)}
        orders: dict[Value, list[Value]] = {base: base.order for base in around - below}
        for kin in affected:
            order = linear(kin, frozenset(), orders)
            if order != kin.order:
                self.work.wake(kin.supers)
            kin.order, kin.above = order, frozenset(order)
            kin.is_enum = any(base.kind in (EXTERNAL, RESULT) and base.name in _ENUMS for base in kin.order)
            kin.is_odd = kin.is_enum or not self.intercepting.isdisjoint(kin.above)
        for kin in affected:
            for name, as_instance in list(kin.slots):
                self._refresh(kin, name, as_instance)
        self.families.grown(class_)

    # Attributes -----------------------------------------------------------------------------------

    def new_slot(self) -> Slot:
        """A place for what looking up an attribute gives."""
        return Slot()

    def look_up(self, class_: ClassValue, name: str, as_instance: bool, unit: Unit) -> Found:
        """What an attribute means; the unit is run again when that changes."""
        slot = class_.slots.get((name, as_instance)) or self._slot(class_, name, as_instance)
        slot.readers[unit.reader] = None
        return slot.found

    def look_above(
        self, class_: ClassValue, receiver: ClassValue, name: str, as_instance: bool, unit: Unit
    ) -> Found | None:
        """What `super()` in a class leads to in the order of a receiver, if that inherits from the class."""
        receiver.supers[unit.reader] = None
        if class_ not in receiver.above:
            return None
        rest = receiver.order[receiver.order.index(class_) + 1 :]
        for kin in rest:
            if isinstance(kin, ClassValue):
                self.look_up(kin, name, as_instance, unit)
                if name in kin.own:
                    break
        return self.find(rest, name, receiver, as_instance)

    def peek(self, class_: ClassValue, name: str) -> Found:
        """What an attribute of an instance means now."""
        return self._slot(class_, name, True).found

    def _slot(self, class_: ClassValue, name: str, as_instance: bool) -> Slot:
        key = (name, as_instance)
        slot = class_.slots.get(key)
        if slot is None:
            slot = class_.slots[key] = Slot()
            slot.found = self.find(class_.order, name, class_, as_instance)
        return slot

    def _refresh(self, class_: ClassValue, name: str, as_instance: bool) -> None:
        slot = class_.slots[name, as_instance]
        found = self.find(class_.order, name, class_, as_instance)
        if found != slot.found:
            slot.found = found
            self.work.wake(slot.readers)

    def metaclass_of(self, class_: ClassValue) -> ClassValue | None:
        """The metaclass that a class has or inherits, if the project defines it."""
        found = (kin.metaclass for kin in class_.order if isinstance(kin, ClassValue) and kin.metaclass)
        return next(found, None)

    def set_metaclass(self, class_: ClassValue, metaclass: ClassValue) -> None:
        """The class statement names a metaclass: of the classes below, too."""
        if class_.metaclass is not metaclass:
            class_.metaclass = metaclass
            for kin in self.families.kin(class_):
                self.work.wake(kin.supers)

    def is_abstract(self, class_: ClassValue) -> bool:
        """Whether a class has abstract methods of its own, or is a protocol: nothing is only that."""
        if any(base.name in _PROTOCOLS for base in class_.bases):
            return True
        return any(
            v.kind == FUNCTION and v.a.flags & ABSTRACT for cell in class_.own.values() for v in cell.values
        )

    def of_members(self, class_: ClassValue, unit: Unit) -> Values:
        """The values of all members of an enumeration: which of them an instance is, nobody knows."""
        cells = [cell for name, cell in list(class_.own.items()) if not name.startswith("_")]
        return frozenset(v for cell in cells for v in cell.read(unit) if v.kind not in _NO_MEMBERS)

    def told(self, class_: ClassValue) -> None:
        """What a class has from outside is known better than before."""
        for name in sorted({name for kin in self.families.kin(class_) for name, _ in kin.slots}):
            self.changed(class_, name)

    def changed(self, class_: ClassValue, name: str) -> None:
        """Something was assigned to an attribute of a class or of its instances."""
        for kin in self.families.kin(class_):
            for as_instance in (True, False):
                if (name, as_instance) in kin.slots:
                    self._refresh(kin, name, as_instance)
        self.families.changed(class_, name)

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
                if _may_have(class_.name, name):
                    outside = self._rather(outside, class_, name)
                continue
            if not found and name in class_.own and class_.own[name].values:
                found = True
                for value in class_.own[name].values:
                    self._from_class(value, name, receiver, as_instance, values, getters, descriptors)
            if as_instance and name in class_.fields:
                values |= class_.fields[name].values
        if not found and not values and outside is not None and not name.startswith("__"):
            values |= self.outside.inherited(outside, name, receiver)
        return Found(frozen(values), tuple(getters), tuple(descriptors))

    def _rather(self, first: Value | None, other: Value, name: str) -> Value:
        """Which of two bases outside has an attribute: the first, unless a rule tells that of the other."""
        if first is None or (self.outside.knows(other, name) and not self.outside.knows(first, name)):
            return other
        return first

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
        elif receiver.is_enum and kind not in (BOUND, CLASS, PROPERTY):
            values.add(receiver.instance)
        elif kind == INSTANCE and (self._defines(value.a, "__get__") or self._defines(value.a, "__set__")):
            descriptors.append(value)
        elif kind == INSTANCE:
            values.add(self.outside.about(value, receiver))
        elif kind == RESULT and value.b is None:
            values.add(self.outside.made_in(value, receiver))
        else:
            values.add(value)

    def _defines(self, class_: ClassValue, name: str) -> bool:
        return any(isinstance(kin, ClassValue) and name in kin.own for kin in class_.order)


def _may_have(base: str, name: str) -> bool:
    if base.startswith("<builtin>."):
        return has(base[10:], name)
    return may_have(base, name)
