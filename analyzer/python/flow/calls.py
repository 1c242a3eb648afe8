"""Calls: arguments flow into parameters, results flow back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from .binding import Arguments, Binding
from .classes import ClassValue
from .container_methods import MethodCall
from .containers import ContainerValue
from .units import Unit
from .values import (
    BOUND,
    CONSTANT,
    CONSTRUCTOR,
    EXTERNAL,
    FIELD,
    FUNCTION,
    GENERATED,
    INSTANCE,
    METHOD,
    NAMESPACE,
    NONE,
    OFFERED,
    PARTIAL,
    RESULT,
    SATURATED,
    SOME,
    STATIC_METHOD,
    Value,
    Values,
    about,
    joined,
    of_kinds,
)

if TYPE_CHECKING:
    from .machine import Machine

SPECIAL = -1
"""The number of calls of special methods that stand in no source."""
_OWN = (BOUND, FUNCTION)
_MOST_TEXTS = 3
_LOADS = re.compile(r"(?:get|load|import|find|resolve|lazy)_?\w*\Z|__import__\Z", re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def _may_load(name: str) -> bool:
    """Whether a function may load code, by its name."""
    return _LOADS.match(name.rpartition(".")[2]) is not None


class Calls:
    """Runs calls on abstract values."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pool, self._work = machine.pool, machine.work
        self._binding = Binding(machine)

    def record(self, unit: Unit, site: int, values: Values, number: int = 0, decorates: int = 0) -> None:
        """A unit was seen to call something at a place."""
        unit.calls.append((site, values, number, decorates))

    def call_each(
        self, values: Values, arguments: Sequence[Values], unit: Unit, site: int, number: int = 0
    ) -> Values:
        """A call that stands in no source: of a callback, a special method, a getter."""
        result = NONE
        if values:
            self.record(unit, site, values, number)
            for value in values:
                result = joined(result, self.invoke(value, Arguments(arguments), unit, site))
        return result

    def call_bound(
        self, function: Value, receiver: Value, arguments: Sequence[Values], unit: Unit, site: int
    ) -> Values:
        return self.call_each(self._pool.bound(function, receiver).one, arguments, unit, site)

    def method(self, value: Value, name: str, arguments: Sequence[Values], unit: Unit, site: int) -> Values:
        """Calls a method that is defined in the project, if the value has it."""
        if value.kind == INSTANCE:
            found = self._machine.classes.families.of_instance(value, name, unit)
        elif isinstance(value, ClassValue):
            found = self._machine.classes.look_up(value, name, False, unit)
        else:
            return NONE
        own = of_kinds(found.values, _OWN)
        number = SPECIAL if name.startswith("__") else 0
        return self.call_each(own, arguments, unit, site, number) if own else NONE

    def run_getter(self, getter: Value, receiver: Value, unit: Unit, site: int) -> Values:
        if getter.kind == FUNCTION:
            return self.call_bound(getter, receiver, [], unit, site)
        return self.call_each(getter.one, [receiver.one], unit, site)

    # By kind of what is called --------------------------------------------------------------------

    def invoke(self, value: Value, arguments: Arguments, unit: Unit, site: int, decorates: int = 0) -> Values:
        """What calling a value gives."""
        kind = value.kind
        if kind == BOUND:
            function: Unit = value.a.a
            if function.parameters:
                self._work.add(function.parameters[0], value.b.one)
            elif function.extra is not None:
                self._machine.containers.put(function.extra, 0, value.b.one)
            found = self._run_function(function, 1, arguments, unit, value.b.one)
            return self._of_receiver(value.b, function, found)
        if kind == FUNCTION:
            result = self._run_function(value.a, 0, arguments, unit)
            return self._loaded("function", value.name, arguments, unit) or result
        if isinstance(value, ClassValue):
            return self._make(value, arguments, unit, site)
        if kind == CONSTRUCTOR:
            return self._construct(value.a, arguments, unit, site)
        if kind in (EXTERNAL, RESULT):
            loads = not decorates and not self._machine.outside.tells(value.name)
            loaded = self._loaded("external", value.name, arguments, unit) if loads else NONE
            self._machine.handing.to_functions(value, arguments)
            self._machine.outside.tell_classes(value, arguments)
            return loaded or self._machine.intrinsics.call(value, arguments, unit, site, decorates)
        if kind == METHOD:
            return self._method_of_container(value, arguments, unit, site)
        if kind == INSTANCE:
            return self._call_instance(value, arguments, unit, site)
        if kind == PARTIAL:
            places, names, values = value.b
            whole = Arguments(
                [*places, *arguments.places], [*names, *arguments.names], [*values, *arguments.values],
                arguments.unpacked, arguments.unpacked_names,
            )  # fmt: skip
            return self._all(value.a, whole, unit, site)
        if kind in (STATIC_METHOD, OFFERED):
            named = value.a.one if kind == STATIC_METHOD else self._machine.plug_ins.each(value, unit)
            return self._all(named, arguments, unit, site)
        return value.one if kind == SATURATED else NONE

    def _of_receiver(self, receiver: Value, function: Unit, found: Values) -> Values:
        """What a method that many models inherit gives of one of them: its rows, not those of the others."""
        any_row = self._work.widening.any_row
        class_ = receiver.a if receiver.kind == INSTANCE else receiver
        if (
            not isinstance(class_, ClassValue)
            or class_ not in any_row
            or function.parent is None
            or function.parent.class_value is class_
        ):
            return found
        own: set[Value] = set()
        others: set[Value] = set()
        wide: set[Value] = set()
        for value in found:
            row = value.a if value.kind == INSTANCE else about(value)
            if value.kind == INSTANCE and value.b == SOME and value.a in class_.above:
                wide.add(value)
            elif row is any_row[class_]:
                others.add(value)
                if value.kind == INSTANCE:
                    own.add(class_.instance)
                else:
                    own.add(self._pool.known(value.kind, value.name, None, class_))
            elif row is class_:
                own.add(value)
            elif row in any_row:
                others.add(value)
        if wide and (own or not others):  # beside rows of other models it is no row of this one
            others |= wide
            own.add(class_.instance)
        return (found - others) | own if own else found

    def _loaded(self, kind: str, name: str, arguments: Arguments, unit: Unit) -> Values:
        """What a function gives that loads code by its name, when all that it is given are texts."""
        if not 0 < len(arguments.places) <= _MOST_TEXTS or not _may_load(name):
            return NONE
        texts: list[str] = []
        for values in arguments.places:
            for value in values:
                for inner in self._in_order(value, unit):
                    texts += [text.a for text in inner if text.kind == CONSTANT and isinstance(text.a, str)]
            if not values or not texts:
                return NONE
        return self._machine.load(kind, name, texts) if len(texts) <= 4 * _MOST_TEXTS else NONE

    def _in_order(self, value: Value, unit: Unit) -> Sequence[Values]:
        if not isinstance(value, ContainerValue):
            return (value.one,)
        value.readers[unit.reader] = None
        return [cell.values for cell in value.cells.values()]

    def _all(self, values: Values, arguments: Arguments, unit: Unit, site: int) -> Values:
        result = NONE
        for value in values:
            if value.kind != PARTIAL:
                result = joined(result, self.invoke(value, arguments, unit, site))
        return result

    def _call_instance(self, value: Value, arguments: Arguments, unit: Unit, site: int) -> Values:
        found = self._machine.classes.families.of_instance(value, "__call__", unit)
        own = of_kinds(found.values, _OWN)
        if own:
            self.record(unit, site, own)
        return self._all(own, arguments, unit, site)

    def _method_of_container(self, value: Value, arguments: Arguments, unit: Unit, site: int) -> Values:
        if isinstance(value.a, ContainerValue):
            call = MethodCall(value.a, arguments.places, arguments.named(), unit, site)
            return self._machine.container_methods.call(value.b, call)
        if value.a.kind == NAMESPACE:
            return self._machine.namespaces.call(value.a, value.b, arguments, unit, site)
        if value.a.kind == GENERATED:
            if value.b == "send":
                given = arguments.places[0] if arguments.places else NONE
                self._work.add(value.a.a.sent, self._pool.without_constants(given))
                return self._machine.containers.iterate(value.a.one, unit, site)
            return (
                self._machine.containers.iterate(value.a.one, unit, site) if value.b == "__next__" else NONE
            )
        return self._machine.intrinsics.simple_method(value, arguments, unit, site)

    def _make(self, class_: ClassValue, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`C(...)`: what a metaclass says that it is, else an instance."""
        self._machine.constructed.add(class_)
        class_.supers[unit.reader] = None
        for kin in class_.order:
            metaclass = kin.metaclass if isinstance(kin, ClassValue) else None
            if metaclass is not None:
                found = self._machine.classes.look_up(metaclass, "__call__", False, unit).values
                own = of_kinds(found, (FUNCTION,))
                if own:
                    self.record(unit, site, own)
                    places = [class_.one, *arguments.places]
                    return self._all(own, arguments._replace(places=places), unit, site)
        return self._construct(class_, arguments, unit, site)

    def _construct(self, class_: ClassValue, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`C(...)`: `__new__` and `__init__`, or the declared fields of a class without either."""
        classes = self._machine.classes
        made: Values = class_.instance.one
        makers = of_kinds(classes.look_up(class_, "__new__", False, unit).values, (BOUND,))
        if makers:
            self.record(unit, site, makers)
            made = self._all(makers, arguments, unit, site) or made
        initializers = of_kinds(classes.look_up(class_, "__init__", True, unit).values, (BOUND,))
        if initializers:
            self.record(unit, site, initializers)
            self._all(initializers, arguments, unit, site)
        else:
            self._set_fields(class_, arguments)
            self._machine.behind.filled(class_, arguments, unit, site)
            self._make_defaults(class_, unit, site)
            self.method(class_.instance, "__post_init__", [], unit, site)
        return made

    def _make_defaults(self, class_: ClassValue, unit: Unit, site: int) -> None:
        """The factories of a dataclass's fields run when an instance is made."""
        for kin in class_.order:
            if not isinstance(kin, ClassValue):
                continue
            for name in kin.unit.fields:
                for value in kin.own[name].values if name in kin.own else ():
                    if value.kind == PARTIAL and value.name == FIELD:
                        made = self.call_each(value.a, [], unit, site)
                        self._machine.classes.set_field(class_, name, made)

    def _set_fields(self, class_: ClassValue, arguments: Arguments) -> None:
        names = [
            name for kin in reversed(class_.order) if isinstance(kin, ClassValue) for name in kin.unit.fields
        ]
        for name, values in (*zip(names, arguments.places, strict=False), *arguments.named()):
            if values:
                self._machine.classes.set_field(class_, name, values)

    # Functions of the project ---------------------------------------------------------------------

    def _run_function(
        self, function: Unit, first: int, arguments: Arguments, unit: Unit, receiver: Values = NONE
    ) -> Values:
        if arguments.places or arguments.names or arguments.unpacked or arguments.unpacked_names:
            self._binding.bind(function, first, arguments, unit)
        if function.yielded is not None:
            return self._pool.known(GENERATED, function.dotted, function).one
        given = function.result.read(unit)
        result = self._machine.by_class.told(function, first, arguments, given, receiver)
        if function.passes:
            result = joined(result, self._machine.passing.given(function, first, receiver, arguments, unit))
        return result | function.declared if function.declared else result
