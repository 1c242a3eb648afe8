"""Instances that are containers as well: of classes that inherit from dict and list, and named tuples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import DICT, LIST, SET, TUPLE
from .containers import ContainerValue
from .units import Cell, Unit
from .values import CONSTANT, EXTERNAL, METHOD, NONE, RESULT, Value, Values, joined, union

if TYPE_CHECKING:
    from .machine import Machine

_KINDS = {
    "<builtin>.dict": DICT, "<builtin>.list": LIST, "<builtin>.set": SET, "collections.OrderedDict": DICT,
    "collections.UserDict": DICT, "collections.UserList": LIST, "collections.deque": LIST,
    "collections.defaultdict": DICT, "collections.Counter": DICT,
}  # fmt: skip
_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple", "collections.namedtuple"})
_MADE = "collections.namedtuple"


class Behind:
    """Finds what such instances hold. A class shares it with those below, which add to it by its methods."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._known: dict[ClassValue, ContainerValue] = {}
        self._made: dict[ClassValue, Cell] = {}
        self._seen: dict[ClassValue, tuple[list[Value], ContainerValue | None]] = {}
        """By class, with the order of bases for which it was told."""

    def container(self, class_: ClassValue) -> ContainerValue | None:
        """What holds the items of the instances of a class, if it is a container."""
        order, found = self._seen.get(class_, (None, None))
        if order is not class_.order:
            found = self._container(class_)
            self._seen[class_] = class_.order, found
        return found

    def _container(self, class_: ClassValue) -> ContainerValue | None:
        kind = next((_KINDS[kin.name] for kin in class_.order if kin.name in _KINDS), None)
        if kind is None or not isinstance(class_.order[0], ClassValue):
            return None
        top = next(kin for kin in reversed(class_.order) if isinstance(kin, ClassValue) and _is_below(kin))
        if top not in self._known:
            self._known[top] = self._machine.containers.new(kind)
        return self._known[top]

    def classes_of(self, metaclass: ClassValue) -> Cell:
        """The classes that a metaclass makes."""
        return self._made.setdefault(metaclass, Cell())

    def methods(self, class_: ClassValue, values: Values) -> Values:
        """Of an attribute that comes from dict or list: the method of what the instances hold."""
        container: ContainerValue | None = None
        found: set[Value] = set()
        for value in values:
            owner, _, name = value.name.rpartition(".")
            if value.kind == EXTERNAL and owner in _KINDS:
                container = container or self.container(class_)
                if container is not None:
                    value = self._machine.pool.known(METHOD, name, container, name)
            found.add(value)
        return frozenset(found)

    def method(self, class_: ClassValue, name: str) -> Values:
        """`super().__setitem__` and the like, of a class that is a container."""
        container = self.container(class_)
        return NONE if container is None else self._machine.pool.known(METHOD, name, container, name).one

    def filled(self, class_: ClassValue, arguments: Arguments, unit: Unit, site: int) -> None:
        """An instance is made with what it holds, by a class without an `__init__` of its own."""
        container = self.container(class_)
        if container is None:
            return
        for name, values in arguments.named():
            self._machine.containers.put(container, name, values)
        for value in union(arguments.places[:1]):
            if isinstance(value, ContainerValue):
                self._machine.containers.put_all(container, value, unit)
            else:
                given = self._machine.containers.iterate(value.one, unit, site)
                self._machine.containers.put(container, None, given)

    # Named tuples ---------------------------------------------------------------------------------

    def fields(self, class_: ClassValue) -> Sequence[str]:
        """The names of the fields of a named tuple, in their order; none of other classes."""
        if _TUPLES.isdisjoint(kin.name for kin in class_.order):
            return ()
        return [
            name for kin in reversed(class_.order) if isinstance(kin, ClassValue) for name in kin.unit.fields
        ]

    def field(self, value: Value, index: int, unit: Unit) -> Values:
        """One field of a named tuple by its place."""
        names = self.fields(value.a)
        if not -len(names) <= index < len(names):
            return NONE
        return self._machine.classes.families.of_instance(value, names[index], unit).values

    def every(self, value: Value, unit: Unit) -> Values:
        """All fields of a named tuple."""
        found = NONE
        for name in self.fields(value.a):
            found = joined(found, self._machine.classes.families.of_instance(value, name, unit).values)
        return found

    def named_tuple(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`namedtuple("Point", "x y")`: a class of its own for each place."""
        names = list(self._names(arguments, unit))
        if not names:
            return self._machine.pool.known(RESULT, _MADE).one
        key = ("namedtuple", site)
        made = unit.containers.get(key)
        if made is None:
            made = unit.containers[key] = self._machine.made_class(_MADE, "<builtin>.tuple")
            made.unit.fields = names
        one: Values = made.one
        return one

    def _names(self, arguments: Arguments, unit: Unit) -> Sequence[str]:
        given = dict(arguments.named()).get("field_names") or union(arguments.places[1:2])
        found: list[str] = []
        for value in given:
            if value.kind == CONSTANT and isinstance(value.a, str):
                found += value.a.replace(",", " ").split()
            elif isinstance(value, ContainerValue) and value.kind_of in (LIST, TUPLE):
                value.readers[unit.reader] = None
                texts = [cell.values for _, cell in sorted(value.cells.items(), key=_place)]
                found += [str(text.a) for values in texts for text in values if text.kind == CONSTANT]
        return [name for name in found if name.isidentifier()]


def _place(item: tuple[object, object]) -> int:
    return item[0] if isinstance(item[0], int) else -1


def _is_below(class_: ClassValue) -> bool:
    """Whether a class inherits from a container."""
    return any(kin.name in _KINDS for kin in class_.order)
