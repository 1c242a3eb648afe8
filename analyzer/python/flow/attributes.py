"""Attributes: of modules, classes, instances and what comes from outside."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from types import AsyncGeneratorType, GeneratorType
from typing import TYPE_CHECKING

from .classes import ClassValue, Found
from .containers import ContainerValue
from .intercepting import Intercepting
from .units import Cell, Unit
from .values import (
    ATTRIBUTE,
    BOUND,
    CONSTANT,
    CONSTRUCTOR,
    CONTAINER,
    EXTERNAL,
    FUNCTION,
    GENERATED,
    INSTANCE,
    METHOD,
    MODULE,
    NAMESPACE,
    NONE,
    OFFERED,
    PROPERTY,
    RESULT,
    SATURATED,
    SIMPLE,
    SUPER,
    Value,
    Values,
    joined,
    union,
)

if TYPE_CHECKING:
    from .machine import Machine

_METHODS = frozenset(
    name
    for kind in (dict, list, set, tuple, str, deque, OrderedDict, defaultdict, Counter)
    for name in dir(kind)
) | {
    "put", "put_nowait", "get_nowait", "set", "qsize", "empty", "full", "join", "task_done", "maps",
    "new_child", "push",
}  # fmt: skip
"""Whatever containers have: sets and queues are lists to us, and so may be what a text is split into."""
_OF_COLUMNS = frozenset({EXTERNAL, RESULT, SIMPLE, CONTAINER})
_OF_MEMBERS = frozenset({"value", "_value_"})
_OF_GENERATORS = frozenset((*dir(GeneratorType), *dir(AsyncGeneratorType)))


class Attributes:
    """Looks attributes up and stores under them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pool, self._work, self._classes = machine.pool, machine.work, machine.classes
        self._intercepting = Intercepting(machine)
        self.of_rows: dict[str, dict[Value, Values]] = {}
        """What attributes of classes that are kept in tables are, by name: `Order.lines` leads to lines."""
        self.of_columns: dict[str, dict[Value, Values]] = {}
        """And what their columns are: `Order.id` is about orders."""

    # Attributes -----------------------------------------------------------------------------------

    def attribute(self, value: Value, name: str, unit: Unit, site: int) -> Values:
        """What `value.name` gives; getters of properties and descriptors run."""
        kind = value.kind
        if kind == INSTANCE:
            return self._of_instance(value, name, unit, site)
        if isinstance(value, ClassValue):
            return self._of_class(value, name, unit, site)
        if kind == MODULE:
            return self._machine.globals.of_module(value.a, name, unit)
        if kind in (EXTERNAL, RESULT):
            return self._of_library(value, name, unit, site)
        if kind in (CONTAINER, GENERATED, CONSTANT, SIMPLE):
            return self._of_builtin(value, name, unit)
        if kind == SUPER:
            return self._above(value, name, unit, site)
        if kind == PROPERTY:
            return self._pool.known(EXTERNAL, f"<builtin>.property.{name}", value).one
        if kind in (FUNCTION, BOUND):
            return self._of_function(value, name, unit)
        if kind == NAMESPACE:
            return self._pool.known(METHOD, name, value, name).one
        if kind == OFFERED:
            return union(
                self.attribute(v, name, unit, site) for v in self._machine.plug_ins.each(value, unit)
            )
        return value.one if kind == SATURATED else NONE

    def _of_builtin(self, value: Value, name: str, unit: Unit) -> Values:
        """A method; of a container only one that some have. A number may as well be a column of numbers."""
        kind, type_ = value.kind, value.name
        if kind in (CONTAINER, GENERATED):
            if name == "top" and isinstance(value, ContainerValue):  # of werkzeug's stack
                return self._machine.containers.elements(value, unit)
            own = name in (_METHODS if kind == CONTAINER else _OF_GENERATORS)
            return self._pool.known(METHOD, name, value, name).one if own else NONE
        if type_ in ("container", "dict") and name not in _METHODS:
            return NONE
        if kind == CONSTANT:
            type_ = "str" if isinstance(value.a, str) else "int"
        return self._pool.known(METHOD, f"<builtin>.{type_}.{name}", value, name).one

    def _of_library(self, value: Value, name: str, unit: Unit, site: int) -> Values:
        """What the project puts in its place, what the library has, and what the project keeps there."""
        outside, found = self._machine.outside, NONE
        waiting, seen = [value], {value}
        for each in waiting:  # what one keeps may keep the other, so that it grows while it is walked
            if each.kind not in (EXTERNAL, RESULT):
                found = joined(found, self.attribute(each, name, unit, site))
                continue
            given = self._instead(each, name, unit, site) or outside.attribute(each, name, unit)
            found = joined(found, given)
            for held in outside.held(each, unit) if each.kind == RESULT else ():
                if held not in seen:
                    seen.add(held)
                    waiting.append(held)
        return found

    def _instead(self, value: Value, name: str, unit: Unit, site: int) -> Values:
        """What the project's classes give where a library's object looks like theirs."""
        attribute = self._machine.outside.instead(value, name)
        found = NONE
        for other in self._classes.look_up(value.b, attribute, False, unit).values if attribute else ():
            line = other.a.order if other.kind == INSTANCE else ()
            if any(isinstance(kin, ClassValue) and name in kin.own for kin in line):
                found = joined(found, self._of_instance(other, name, unit, site))
        return found

    def _of_class(self, class_: ClassValue, name: str, unit: Unit, site: int) -> Values:
        """What a class has, or its rows lead to, or its metaclass has."""
        for owner in class_.order if name in self.of_rows else ():
            if owner in self.of_rows[name]:
                return self.of_rows[name][owner]
        known = self._classes.look_up(class_, name, False, unit)
        values = self._run(known, class_, unit, site)
        for owner in class_.order if name in self.of_columns else ():
            if owner in self.of_columns[name] and all(map(_is_column, values)):
                return self.of_columns[name][owner]
        if values:
            return values
        metaclass = self._classes.metaclass_of(class_)
        if metaclass is not None:
            found = self._classes.look_up(metaclass, name, True, unit).values
            return frozenset(self._pool.bound(v.a, class_) if v.kind == BOUND else v for v in found)
        if name == "__subclasses__":
            return self._pool.known(EXTERNAL, "<builtin>.type.__subclasses__", class_).one
        if name == "__dict__":
            return self._machine.namespaces.of(class_.one)
        return self._pool.text.one if name == "__name__" else NONE

    def _of_function(self, value: Value, name: str, unit: Unit) -> Values:
        function = value.a if value.kind == FUNCTION else value.a.a
        if name in function.namespace:  # something that was assigned to the function
            own: Values = function.namespace[name].read(unit)
            return own
        if name in ("__wrapped__", "__func__"):
            return value.one
        if name in ("__get__", "__call__"):
            return value.one
        return self._pool.known(EXTERNAL, f"<builtin>.function.{name}", value).one

    def _of_instance(self, value: Value, name: str, unit: Unit, site: int) -> Values:
        class_ = value.a
        if class_.is_odd and class_.is_enum and name in _OF_MEMBERS:
            return self._classes.of_members(class_, unit)
        found = self._classes.families.of_instance(value, name, unit)
        values = self._run(found, value, unit, site)
        if found.others:
            self._machine.calls.record(unit, site, self._pool.known(SIMPLE, name, ATTRIBUTE).one)
        if isinstance(value.b, ClassValue):
            values = self._machine.outside.again(values, class_, value.b)
        if any(v.kind == EXTERNAL for v in values):
            values = self._machine.behind.methods(class_, values)
        if class_.is_odd and not class_.is_enum:
            values = joined(values, self._intercepting.given(value, name, values, unit, site))
        if values or found.getters or found.descriptors:
            return values
        if name == "__class__":
            own: Values = class_.one
            return own
        if name == "__dict__":
            return self._machine.namespaces.of(value.one)
        made = self._machine.calls.method(value, "__getattr__", [self._pool.constant(name)], unit, site)
        if made or name.startswith("__") or not class_.below:
            return made
        return self._run(self._classes.families.look_below(class_, name, unit), value, unit, site)

    def _run(self, found: Found, receiver: Value, unit: Unit, site: int) -> Values:
        """The values of an attribute; what getters and descriptors give is added."""
        values = found.values
        for getter in found.getters:
            values = joined(values, self._machine.calls.run_getter(getter, receiver, unit, site))
        for descriptor in found.descriptors:
            owner = receiver.a if receiver.kind == INSTANCE else receiver
            arguments = [receiver.one if receiver.kind == INSTANCE else NONE, owner.one]
            values = joined(values, self._machine.calls.method(descriptor, "__get__", arguments, unit, site))
        return values

    def _above(self, value: Value, name: str, unit: Unit, site: int) -> Values:
        """`super().name`: looked up behind the class in the order of whatever the receiver is."""
        method: Unit | None = unit
        while method is not None and not (
            method.kind == "function" and method.parent is not None and method.parent.kind == "class"
        ):
            method = method.parent
        if method is None or not method.parameters:
            return NONE
        values = NONE
        for receiver in method.parameters[0].read(unit):
            class_ = receiver.a if receiver.kind == INSTANCE else receiver
            if isinstance(class_, ClassValue) and value.a not in class_.above and class_ is receiver:
                class_ = self._classes.metaclass_of(class_)  # a method of the metaclass
            if not isinstance(class_, ClassValue):
                continue
            found = self._classes.look_above(value.a, class_, name, receiver.kind == INSTANCE, unit)
            if found is None:
                continue
            values = joined(values, self._run(found, receiver, unit, site))
            if not found.values and isinstance(receiver, ClassValue):
                values = joined(values, self._made(name, receiver))
            elif receiver.kind == INSTANCE and not found.getters:
                outside = not found.values or all(v.kind == EXTERNAL for v in found.values)
                values = joined(values, self._machine.behind.method(class_, name) if outside else NONE)
        return values

    def _made(self, name: str, class_: ClassValue) -> Values:
        """What `super()` has that no class of the project defines: how instances are made."""
        if name == "__call__":
            return self._pool.wrap(CONSTRUCTOR, class_).one
        return self._pool.builtin("object.__new__").one if name == "__new__" else NONE

    # Stores ---------------------------------------------------------------------------------------

    def store(self, target: Value, name: str, values: Values, unit: Unit, site: int) -> None:
        """`target.name = value`."""
        kind = target.kind
        if kind == INSTANCE:
            self._store_in_instance(target, name, values, unit, site)
        elif isinstance(target, ClassValue):
            self._classes.set_own(target, name, values)
        elif kind in (MODULE, FUNCTION):
            cell = target.a.namespace.setdefault(name, Cell())
            self._work.add(cell, values)
        elif kind in (EXTERNAL, RESULT):
            self._machine.outside.store(target, name, values)

    def _store_in_instance(self, target: Value, name: str, values: Values, unit: Unit, site: int) -> None:
        class_: ClassValue = target.a
        calls = self._machine.calls
        found = self._classes.families.of_instance(target, name, unit)
        if found.getters or found.descriptors:
            self._set(found, target, name, values, unit, site)
        calls.method(target, "__setattr__", [self._pool.constant(name), values], unit, site)
        if values:
            self._classes.set_field(class_, name, values)

    def delete(self, target: Value, name: str, unit: Unit, site: int) -> None:
        """`del target.name`."""
        if target.kind != INSTANCE:
            return
        calls = self._machine.calls
        for descriptor in self._classes.families.of_instance(target, name, unit).descriptors:
            calls.method(descriptor, "__delete__", [target.one], unit, site)
        owners = (kin for kin in target.a.order if isinstance(kin, ClassValue) and name in kin.own)
        for owner in owners:
            for value in owner.own[name].read(unit):
                if value.kind == PROPERTY and value.b is not None and value.b[1] is not None:
                    calls.call_bound(value.b[1], target, [], unit, site)
            break
        calls.method(target, "__delattr__", [self._pool.constant(name)], unit, site)

    def _set(self, found: Found, target: Value, name: str, values: Values, unit: Unit, site: int) -> None:
        """Setters of properties and descriptors run."""
        calls = self._machine.calls
        for descriptor in found.descriptors:
            calls.method(descriptor, "__set__", [target.one, values], unit, site)
        owners = (kin for kin in target.a.order if isinstance(kin, ClassValue) and name in kin.own)
        own = next(owners, None)
        for value in own.own[name].read(unit) if own is not None else ():
            if value.kind == PROPERTY and value.b is not None and value.b[0] is not None:
                calls.call_bound(value.b[0], target, [values], unit, site)


def _is_column(value: Value) -> bool:
    """Whether what a class has under a column's name is that column's, or the type that it declares."""
    return value.kind in _OF_COLUMNS or (value.kind == INSTANCE and value.a.is_enum)
