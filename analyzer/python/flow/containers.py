"""Containers: one for each place that makes one, with a cell for each key that is known (None: any)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from .classes import ClassValue
from .code import DICT
from .units import Cell, Readers, Unit
from .values import (
    BOUND,
    CLASS,
    CONSTANT,
    CONTAINER,
    EXTERNAL,
    FUNCTION,
    GENERATED,
    INSTANCE,
    NAMESPACE,
    NONE,
    OFFERED,
    PARTIAL,
    RESULT,
    SATURATED,
    SIMPLE,
    Value,
    Values,
    joined,
    of_kinds,
    union,
)

if TYPE_CHECKING:
    from .machine import Machine

RESUMED = -1
"""The number of what stands in no source, as special methods have it (`calls.SPECIAL`)."""
Key = str | int | None
_MOST_KEYS = 64
_MOST_KINDS = 8
_THE_SAME = frozenset({"Annotated", "Optional", "Union"})
_OBJECTS = (CLASS, FUNCTION, BOUND, INSTANCE, RESULT, PARTIAL)
_KINDS = ("tuple", "list", "set", "dict")


class ContainerValue(Value):
    """A container: `kind_of` is TUPLE, LIST, SET or DICT; `factories` make what a key does not have."""

    kind_of: int
    cells: dict[Key, Cell]
    factories: Values
    objects: Cell | None
    """The keys that are neither texts nor numbers."""
    readers: Readers


class Containers:
    """What is put into containers and taken out of them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._work, self._pool = machine.work, machine.pool

    def new(self, kind: int) -> ContainerValue:
        value = self._pool.make(CONTAINER, _KINDS[kind], of=ContainerValue)
        assert isinstance(value, ContainerValue)
        value.kind_of, value.cells, value.factories, value.readers = kind, {}, NONE, {}
        value.objects = None
        return value

    def at_place(self, unit: Unit, place: Hashable, kind: int) -> ContainerValue:
        """The container that a place in the code makes."""
        container: ContainerValue | None = unit.containers.get(place)
        if container is None:
            container = unit.containers[place] = self.new(kind)
        return container

    def put(self, container: ContainerValue, key: Key, values: Values) -> None:
        if not values:
            return
        cell = container.cells.get(key)
        if cell is None:
            if len(container.cells) > _MOST_KEYS:
                key = None
            cell = container.cells.setdefault(key, Cell())
        if self._work.add(cell, values):
            self._work.wake(container.readers)

    def put_keys(self, container: ContainerValue, keys: Values) -> None:
        """Keys of a dictionary that iterating over it gives again: classes, functions, instances."""
        for key in keys:
            if key.kind in _OBJECTS:
                break
        else:
            return
        kept = of_kinds(keys, _OBJECTS)
        if container.objects is None:
            container.objects = Cell()
        if self._work.add(container.objects, kept):
            self._work.wake(container.readers)

    def keys(self, container: ContainerValue, unit: Unit) -> Values:
        """The keys that are neither texts nor numbers."""
        container.readers[unit.reader] = None
        return NONE if container.objects is None else container.objects.values

    def put_all(self, container: ContainerValue, source: ContainerValue, unit: Unit, shift: int = 0) -> None:
        """What one container holds comes into another, under the same keys."""
        source.readers[unit.reader] = None
        for key, cell in list(source.cells.items()):
            if isinstance(key, int) and container.kind_of != DICT:
                if key >= shift:
                    self.put(container, key - shift, cell.values)
            else:
                self.put(container, key, cell.values)
        if source.objects is not None and container.kind_of == DICT:
            self.put_keys(container, source.objects.values)

    def elements(self, container: ContainerValue, unit: Unit) -> Values:
        container.readers[unit.reader] = None
        return union(cell.values for cell in container.cells.values())

    def at(self, container: ContainerValue, key: Key, unit: Unit) -> Values:
        container.readers[unit.reader] = None
        if isinstance(key, int) and key < 0 and container.kind_of != DICT and None not in container.cells:
            key += 1 + max((k for k in container.cells if isinstance(k, int)), default=-1)
        exact, any_ = container.cells.get(key), container.cells.get(None)
        return (exact.values if exact else NONE) | (any_.values if any_ else NONE)

    # Reading of any value -------------------------------------------------------------------------

    def item(self, values: Values, keys: Values, unit: Unit, site: int) -> Values:
        """`value[key]`."""
        found = NONE
        for value in values:
            kind = value.kind
            if isinstance(value, ContainerValue):
                if value.factories:
                    given = self._machine.calls.call_each(value.factories, [], unit, site)
                    self.put(value, None, given)
                found = joined(found, self.at_keys(value, keys, unit))
                self._machine.operators.hashed(keys, unit, site)
            elif kind == INSTANCE:
                found = joined(found, self._of_instance(value, keys, unit, site))
            elif kind in (EXTERNAL, RESULT):
                last = value.name.rpartition(".")[2] if "typing" in value.name else ""
                same = last in _THE_SAME
                inner = (
                    self._inner(last, keys, unit) if same else self._machine.outside.item(value, keys, unit)
                )
                # `QuerySet["Order"]` is the class itself, of which nothing is known but its name
                found = joined(found, inner or (value.one if kind == EXTERNAL and value.b is None else NONE))
            elif kind == NAMESPACE:
                found = joined(found, self._machine.namespaces.item(value, keys, unit, site))
            elif kind == SATURATED:
                found = joined(found, value.one)
            elif kind == SIMPLE and value.name == "container":
                found = joined(found, self._pool.saturated.one)
            elif hasattr(value, "order"):  # Generic[T], or what a class makes of C[x]
                made = self._machine.calls.method(value, "__class_getitem__", [keys], unit, site)
                found = joined(found, made or value.one)
        return found

    def _of_instance(self, value: Value, keys: Values, unit: Unit, site: int) -> Values:
        """An item of an instance: what its method gives, what its class holds, or the field of a tuple."""
        made = self._machine.calls.method(value, "__getitem__", [keys], unit, site)
        behind = self._machine.behind
        if not made:
            container = behind.container(value.a)
            if container is not None:
                found = self.at_keys(container, keys, unit)
                return NONE if self._is_mixed(found) else found
            for key in keys:
                if key.kind == CONSTANT and isinstance(key.a, int):
                    made = joined(made, behind.field(value, key.a, unit))
        return made

    def _is_mixed(self, values: Values) -> bool:
        """Whether a class holds so many kinds of things that one of them may be anything."""
        return len(values) > _MOST_KINDS or self._pool.saturated in values

    def _inner(self, name: str, keys: Values, unit: Unit) -> Values:
        """The types in `Optional[A]` and `Union[A, B]`; of `Annotated[A, ...]` the first."""
        found = NONE
        for key in keys:
            if not isinstance(key, ContainerValue):
                found = joined(found, key.one)
            elif name == "Annotated":
                key.readers[unit.reader] = None
                found = joined(found, key.cells[0].values if 0 in key.cells else NONE)
            else:
                found = joined(found, self.elements(key, unit))
        return found

    def store(self, target: Value, keys: Values, values: Values, unit: Unit, site: int) -> None:
        """`target[key] = value`, where it is no container itself."""
        if target.kind == NAMESPACE:
            self._machine.namespaces.store(target, keys, values, unit, site)
            return
        self._machine.calls.method(target, "__setitem__", [keys, values], unit, site)
        container = self._machine.behind.container(target.a) if target.kind == INSTANCE else None
        if container is not None and not self._machine.classes.peek(target.a, "__setitem__").values:
            for key in [key.a if key.kind == CONSTANT else None for key in keys] or [None]:
                self.put(container, key, values)

    def at_keys(self, container: ContainerValue, keys: Values, unit: Unit) -> Values:
        if keys and all(key.kind == CONSTANT for key in keys):
            return union(self.at(container, key.a, unit) for key in keys)
        return self.elements(container, unit)

    def iterate(self, values: Values, unit: Unit, site: int, asynchronous: bool = False) -> Values:
        """What iterating over the values gives."""
        found = NONE
        for value in values:
            kind = value.kind
            if isinstance(value, ContainerValue):
                if value.kind_of == DICT:
                    found = joined(found, self.keys(value, unit))
                else:
                    found = joined(found, self.elements(value, unit))
            elif kind == GENERATED:  # its code runs here, wherever it was made
                self._machine.calls.record(unit, site, value.a.value.one, RESUMED)
                found = joined(found, value.a.yielded.read(unit))
            elif kind == INSTANCE or hasattr(value, "order"):
                found = joined(found, self._instance(value, unit, site, asynchronous))
            elif kind in (EXTERNAL, RESULT):
                found = joined(found, self._machine.outside.element(value))
            elif kind == OFFERED:
                found = joined(found, self.iterate(self._machine.plug_ins.each(value, unit), unit, site))
            elif kind == SATURATED or (kind == SIMPLE and value.name == "container"):
                found = joined(found, self._pool.saturated.one)
        return found

    def _instance(self, value: Value, unit: Unit, site: int, asynchronous: bool) -> Values:
        method = self._machine.calls.method
        iterators = method(value, "__aiter__" if asynchronous else "__iter__", [], unit, site)
        found = NONE
        for iterator in iterators:
            if iterator.kind == INSTANCE:
                found = joined(
                    found, method(iterator, "__anext__" if asynchronous else "__next__", [], unit, site)
                )
            elif iterator.kind in (CONTAINER, GENERATED, RESULT):
                found = joined(found, self.iterate(iterator.one, unit, site))
        if not iterators and value.kind == INSTANCE:
            found = joined(found, method(value, "__getitem__", [self._pool.number.one], unit, site))
            container = self._machine.behind.container(value.a)
            held = self._machine.behind.every(value, unit) if container is None else NONE
            found = joined(found, self.iterate(container.one, unit, site) if container is not None else held)
        elif isinstance(value, ClassValue) and value.is_enum:
            found = joined(found, value.instance.one)
        return found

    def unpack(self, values: Values, index: int, unit: Unit) -> Values:
        """One of the targets of `a, b = value`."""
        found = NONE
        for value in values:
            if isinstance(value, ContainerValue):
                found = joined(found, self.at(value, index, unit))
            elif value.kind == INSTANCE and self._machine.behind.fields(value.a):
                found = joined(found, self._machine.behind.field(value, index, unit))
            elif value.kind in (EXTERNAL, RESULT) and self._machine.outside.tells_element(value):
                found = joined(found, self._machine.outside.element(value))
            elif value.kind in (EXTERNAL, RESULT, SATURATED):
                found = joined(found, value.one)
            else:
                found = joined(found, self.iterate(value.one, unit, 0))
        return found

    def rest(self, container: ContainerValue, values: Values, index: int, after: int, unit: Unit) -> None:
        """The starred target of `a, *b, c = value` gets its part."""
        for value in values:
            if isinstance(value, ContainerValue):
                value.readers[unit.reader] = None
                count = 1 + max((key for key in value.cells if isinstance(key, int)), default=-1)
                for key, cell in list(value.cells.items()):
                    if key is None:
                        self.put(container, None, cell.values)
                    elif isinstance(key, int) and index <= key < count - after:
                        self.put(container, key - index, cell.values)
            else:
                self.put(container, None, self.iterate(value.one, unit, 0))
