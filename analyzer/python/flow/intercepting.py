"""Classes that intercept their attributes: `__getattribute__`, and `__setattr__` beside `__getattr__`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .classes import ClassValue
from .code import ATTRIBUTE
from .units import Unit
from .values import BOUND, NONE, Value, Values, joined

if TYPE_CHECKING:
    from .machine import Machine

_SELF = 1
"""The register of the first parameter."""


class Intercepting:
    """What the methods of such classes give for their attributes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def given(self, value: Value, name: str, found: Values, unit: Unit, site: int) -> Values:
        """What `__getattribute__` gives; and `__getattr__` where `__setattr__` may keep values elsewhere."""
        if name.startswith("__"):
            return NONE
        method, asked = self._machine.calls.method, [self._machine.pool.constant(name)]
        made = method(value, "__getattribute__", asked, unit, site)
        line = [kin.own for kin in value.a.order if isinstance(kin, ClassValue)]
        if found and any("__setattr__" in own for own in line) and not any(name in own for own in line):
            getters = self._machine.classes.look_up(value.a, "__getattr__", True, unit).values
            if not any(_asks_itself(getter, name) for getter in getters):
                made = joined(made, method(value, "__getattr__", asked, unit, site))
        return made


def _asks_itself(getter: Value, name: str) -> bool:
    """Whether `__getattr__` asks its own object for an attribute: kept elsewhere, it would never end."""
    if getter.kind != BOUND:
        return False
    function: Unit = getter.a.a
    return any(i[0] == ATTRIBUTE and i[2] == _SELF and function.names[i[3]] == name for i in function.code)
