"""Operators and builtins that call special methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .containers import ContainerValue
from .units import Unit
from .values import CONSTANT, CONTAINER, INSTANCE, NONE, SATURATED, SIMPLE, Values, joined

if TYPE_CHECKING:
    from .machine import Machine

_INSTEAD = {
    "__bool__": ("__len__",), "__format__": ("__str__", "__repr__"), "__str__": ("__repr__",),
    "__contains__": ("__iter__", "__getitem__"), "__ne__": ("__eq__",), "__iadd__": ("__add__",),
    "__isub__": ("__sub__",), "__imul__": ("__mul__",), "__ior__": ("__or__",), "__iand__": ("__and__",),
    "__int__": ("__index__",),
}  # fmt: skip
_REFLECTED = {
    "__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__", "__eq__": "__eq__",
    "__ne__": "__ne__",
}  # fmt: skip
_COMPARES = frozenset(_REFLECTED)
_BOTH = frozenset({"__add__", "__or__", "__iadd__", "__ior__", "__and__", "__sub__"})


class Operators:
    """Runs operators on abstract values."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def special(self, name: str, values: Values, unit: Unit, site: int, right: Values = NONE) -> Values:
        """The special method, or what Python calls when a class does not have it."""
        result = NONE
        for value in values:
            if value.kind == INSTANCE:
                for method in (name, *_INSTEAD.get(name, ())):
                    found = self._machine.classes.families.of_instance(value, method, unit)
                    if found.values:
                        arguments = [right] if right else []
                        result = joined(
                            result, self._machine.calls.method(value, method, arguments, unit, site)
                        )
                        break
        return result

    def ordered(self, values: Values, unit: Unit, site: int) -> None:
        """Elements are put in order: they are compared with each other."""
        for value in values:
            if value.kind == INSTANCE:
                self.special("__lt__", value.one, unit, site, values)
            elif value.kind == CONTAINER:  # the first elements that differ
                inner = self._machine.containers.iterate(value.one, unit, site)
                for each in inner:
                    if each.kind == INSTANCE:
                        self.special("__eq__", each.one, unit, site, inner)
                        self.special("__lt__", each.one, unit, site, inner)

    def hashed(self, keys: Values, unit: Unit, site: int) -> None:
        """A key of a dictionary is hashed and compared."""
        for key in keys:
            if key.kind == INSTANCE:
                self.special("__hash__", key.one, unit, site)
                self.special("__eq__", key.one, unit, site, keys)

    def operate(self, name: str, left: Values, right: Values, unit: Unit, site: int) -> Values:
        result = self.special(name, left, unit, site, right)
        if not result:
            reflected = _REFLECTED.get(name) or f"__r{name[2:]}"
            for value in right:
                if value.kind == INSTANCE:
                    result = joined(result, self._machine.calls.method(value, reflected, [left], unit, site))
        if name in _COMPARES or name == "__contains__":
            return result
        if name == "__mul__":  # `[a] * 3`
            return result | frozenset(v for v in left | right if v.kind == CONTAINER)
        if name in _BOTH:
            return result | self._together(name, left, right)
        if name == "__mod__" and any(v.kind in (CONSTANT, SIMPLE) and v.name != "int" for v in left):
            self._formatted(right, unit, site)
            return result | self._machine.pool.text.one
        return result

    def _formatted(self, values: Values, unit: Unit, site: int) -> None:
        """What is put into a text is asked for its own: `"%s of %s" % (order, user)`."""
        for value in values:
            if value.kind == INSTANCE:
                self.special("__str__", value.one, unit, site)
            elif isinstance(value, ContainerValue):
                for each in self._machine.containers.elements(value, unit):
                    if each.kind == INSTANCE:
                        self.special("__str__", each.one, unit, site)

    def _together(self, name: str, left: Values, right: Values) -> Values:
        """`a + b` and `a | b`: containers are joined, texts are put together."""
        if len(left) == 1 and len(right) == 1:
            (first,), (second,) = left, right
            if first.kind == CONSTANT and second.kind == CONSTANT and name == "__add__":
                if isinstance(first.a, str) and isinstance(second.a, str):
                    return self._machine.pool.constant(first.a + second.a)
                return self._machine.pool.number.one
        both = left | right
        kept = frozenset(v for v in both if v.kind not in (CONSTANT, INSTANCE) or v.kind == CONTAINER)
        if any(v.kind == CONSTANT for v in both):
            kept |= self._machine.pool.without_constants(frozenset(v for v in both if v.kind == CONSTANT))
        return frozenset(v for v in kept if v.kind != SATURATED) or kept
