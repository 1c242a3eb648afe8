"""Abstract values: what a register may hold. Sets of them are frozensets of interned objects.

A value is an integer (its serial number) so that hashing is quick and the order of sets is the same in every
run; what it means stands in its attributes.
"""

from __future__ import annotations

from typing import Any

(
    FUNCTION,  # a: its unit
    CLASS,
    INSTANCE,  # a: its class; b: the class that it is about, or SOME
    BOUND,  # a: the function, b: the receiver
    MODULE,  # a: its unit
    EXTERNAL,  # something of a library, or a builtin, by its dotted name
    RESULT,  # what calling something of a library gave
    CONTAINER,
    CONSTANT,  # a: a text or a number
    PROPERTY,  # a: the getter, b: (setter, deleter)
    STATIC_METHOD,  # a: the function
    CLASS_METHOD,  # a: the function
    GENERATED,  # a: the unit of the generator function
    PARTIAL,  # a: what is called, b: (arguments, names, values)
    SUPER,  # a: the class
    METHOD,  # a: the container, b: the name of its method
    SIMPLE,  # a value of a builtin type that holds nothing
    TYPE_ITSELF,  # a: the class in `type[C]`
    CONSTRUCTOR,  # a: the class, as `super().__call__` of a metaclass makes its instances
    SATURATED,  # too many to be told apart
    OFFERED,  # what a group of entry points names; a: the group, b: whether it is called already
    NAMESPACE,  # the names of a module, class or instance as a dictionary; a: whose
) = range(22)

SOME = "some"
"""Marks an instance that may as well be one of a class below: declared so, or put for many."""

ATTRIBUTE = "attribute"
"""Marks a record of what was no call: a plain attribute, where others have a getter."""

FIELD = "dataclasses.field"
"""The name of a partial call that makes a field's default."""

Values = frozenset["Value"]
NONE: Values = frozenset()


class Value(int):
    """One abstract value; `one` is the set of it alone."""

    kind: int
    name: str
    a: Any
    b: Any
    one: Values

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


class Pool:
    """Makes values, each once, in the order in which they are first needed."""

    def __init__(self) -> None:
        self._count = 0
        self._known: dict[tuple[Any, ...], Value] = {}
        self._plain: dict[Values, Values] = {}
        self.text = self.make(SIMPLE, "str")
        self.number = self.make(SIMPLE, "int")
        self.saturated = self.make(SATURATED, "saturated")

    def make(self, kind: int, name: str, a: Any = None, b: Any = None, of: type[Value] = Value) -> Value:
        """A new value that is like no other."""
        self._count += 1
        value = of(self._count)
        value.kind, value.name, value.a, value.b = kind, name, a, b
        value.one = frozenset((value,))
        return value

    def known(self, kind: int, name: str, a: Any = None, b: Any = None) -> Value:
        """The value of this kind, name and parts. The parts must be values or plain."""
        key = (kind, name, a, b)
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = self.make(kind, name, a, b)
        return value

    def constant(self, value: str | int) -> Values:
        key = (CONSTANT, value.__class__, value)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self.text if value == "\0" else self.make(CONSTANT, str(value), value)
        return found.one

    def external(self, name: str) -> Value:
        return self.known(EXTERNAL, name if len(name) < 120 else f"{name.partition('.')[0]}.*")

    def builtin(self, name: str) -> Value:
        return self.known(EXTERNAL, f"<builtin>.{name}")

    def result(self, name: str) -> Value:
        return self.known(RESULT, name)

    def bound(self, function: Value, receiver: Value) -> Value:
        key = (BOUND, function, receiver)
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = self.make(BOUND, function.name, function, receiver)
        return value

    def anything(self, kind: str) -> Value:
        """A value of a builtin type that nothing more is known of."""
        return self.known(SIMPLE, kind)

    def wrap(self, kind: int, inner: Value) -> Value:
        return self.known(kind, inner.name, inner)

    def without_constants(self, values: Values) -> Values:
        """Texts and numbers become their types: they flow no further than they must."""
        for value in values:
            if value.kind == CONSTANT:
                break
        else:
            return values
        known = self._plain.get(values)
        if known is None:
            known = self._plain[values] = frozenset(
                (self.text if value.a.__class__ is str else self.number) if value.kind == CONSTANT else value
                for value in values
            )
        return known


def about(value: Value) -> Value | None:
    """The class that a value is about, if it is about one: parts of calls and the like are not."""
    return value.b if isinstance(value.b, Value) else None


def joined(found: Values, more: Values) -> Values:
    """The values of both: one of the sets itself where the other one is empty, as it mostly is."""
    if not found:
        return more
    return found | more if more else found


def frozen(values: set[Value]) -> Values:
    """A set as registers hold it; what stands alone is not put into a set once more."""
    if len(values) == 1:
        (value,) = values
        return value.one
    return frozenset(values) if values else NONE


def of_kinds(values: Values, kinds: tuple[int, ...]) -> Values:
    """The values of some kinds: the same set where all are."""
    for value in values:
        if value.kind not in kinds:
            return frozen({value for value in values if value.kind in kinds})
    return values


def union(sets: Any) -> Values:
    """All values of several sets."""
    found = NONE
    for values in sets:
        if values:
            found = found | values if found else values
    return found
