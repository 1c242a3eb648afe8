"""Plug-ins: what a group of entry points names, of which code knows the group alone.

All that a group names is one value until it is called or asked for an attribute: there may be dozens of
plug-ins, and none may be told from the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Arguments
from .units import Unit
from .values import CONSTANT, NONE, OFFERED, RESULT, Value, Values, joined, union

if TYPE_CHECKING:
    from .machine import Machine

_GROUP = ("group", "namespace")


class PlugIns:
    """Finds the project's own plug-ins; those of others are not known."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._found: dict[Value, Values] = {}

    def about(self, name: str, value: Value, arguments: Arguments) -> Values:
        """Something about the group that is named, else about the one that it is asked of already."""
        named = dict(arguments.named())
        given = union(named.get(word, NONE) for word in _GROUP) or union(arguments.places[:1])
        groups = [each for each in given if each.kind == CONSTANT and isinstance(each.a, str)]
        if value.b is not None and value.b.kind == CONSTANT:
            groups = [value.b]
        known = self._machine.pool.known
        return frozenset(known(RESULT, name, None, group) for group in groups) or known(RESULT, name).one

    def offered(self, group: Value | None, called: bool) -> Values:
        """The plug-ins of a group, or what calling them gives."""
        if group is None or group.kind != CONSTANT:
            return NONE
        return self._machine.pool.known(OFFERED, group.name, group, called).one

    def each(self, offered: Value, unit: Unit) -> Values:
        """The functions, classes and instances that stand behind such a value, for a scope that uses them."""
        found = union(self._named(target, unit) for target in self._machine.named_by(offered.name))
        if offered.b:
            found = self._called(found, unit)
        self._found[offered] = found
        return found

    def found(self, offered: Value) -> Values:
        """The same, as some scope has found it."""
        return self._found.get(offered, NONE)

    def _named(self, target: str, unit: Unit) -> Values:
        """`shop.plugins:Paypal.pay`, of the project."""
        module, _, path = target.partition(":")
        if module not in self._machine.modules:
            return NONE
        found = self._machine.globals.module(module)
        for name in path.split(".") if path else ():
            found = union(self._machine.attributes.attribute(value, name, unit, 0) for value in found)
        return found

    def _called(self, values: Values, unit: Unit) -> Values:
        """Whoever loads plug-ins has called them: that is no call of the scope that uses what they gave."""
        recorded, made = len(unit.calls), NONE
        for value in values:
            made = joined(made, self._machine.calls.invoke(value, Arguments(), unit, 0))
        del unit.calls[recorded:]
        return made
