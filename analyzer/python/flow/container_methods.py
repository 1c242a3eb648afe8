"""Methods of lists, dicts and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .code import DICT, LIST, TUPLE
from .containers import ContainerValue, Key
from .units import Unit
from .values import CONSTANT, NONE, Values

if TYPE_CHECKING:
    from .machine import Machine


class MethodCall:
    """One call of a method: on which container, with what, and where."""

    __slots__ = ("container", "named", "places", "site", "unit")

    def __init__(
        self,
        container: ContainerValue,
        places: Sequence[Values],
        named: Sequence[tuple[str, Values]],
        unit: Unit,
        site: int,
    ) -> None:
        self.container, self.places, self.named = container, places, named
        self.unit, self.site = unit, site

    def argument(self, index: int) -> Values:
        return self.places[index] if index < len(self.places) else NONE


class ContainerMethods:
    """What the methods put in and give; those that are not known give nothing."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._containers = machine.containers
        self._by_name: dict[str, Callable[[MethodCall], Values]] = {
            "append": self._append, "push": self._append, "add": self._append,
            "appendleft": self._append, "insert": self._insert,
            "extend": self._extend, "update": self._update, "get": self._get, "pop": self._pop,
            "setdefault": self._set_default, "popleft": self._any, "popitem": self._pair,
            "values": self._values, "keys": self._keys, "items": self._items, "sort": self._sort,
            "copy": self._itself, "union": self._itself, "intersection": self._itself,
            "difference": self._itself,
            "__iter__": self._itself, "__enter__": self._itself, "put": self._append, "set": self._append,
            "put_nowait": self._append, "get_nowait": self._any, "__getitem__": self._get,
            "__setitem__": self._set_item, "__init__": self._update,
        }  # fmt: skip

    def call(self, name: str, call: MethodCall) -> Values:
        """What `container.name(...)` gives."""
        method = self._by_name.get(name)
        return method(call) if method is not None else NONE

    def _append(self, call: MethodCall) -> Values:
        self._containers.put(call.container, None, call.argument(0))
        return NONE

    def _insert(self, call: MethodCall) -> Values:
        self._containers.put(call.container, None, call.argument(1))
        return NONE

    def _extend(self, call: MethodCall) -> Values:
        given = self._containers.iterate(call.argument(0), call.unit, call.site)
        self._containers.put(call.container, None, given)
        return NONE

    def _update(self, call: MethodCall) -> Values:
        for name, values in call.named:
            self._containers.put(call.container, name, values)
        for value in call.argument(0):
            if isinstance(value, ContainerValue):
                self._containers.put_all(call.container, value, call.unit)
        return NONE

    def _set_item(self, call: MethodCall) -> Values:
        for key in [key.a if key.kind == CONSTANT else None for key in call.argument(0)] or [None]:
            self._containers.put(call.container, key, call.argument(1))
        return NONE

    def _get(self, call: MethodCall) -> Values:
        found = self._containers.at_keys(call.container, call.argument(0), call.unit)
        return found | call.argument(1)

    def _pop(self, call: MethodCall) -> Values:
        return self._get(call) if call.container.kind_of == DICT else self._any(call)

    def _set_default(self, call: MethodCall) -> Values:
        keys: list[Key] = [key.a if key.kind == CONSTANT else None for key in call.argument(0)]
        for key in keys or [None]:
            self._containers.put(call.container, key, call.argument(1))
        self._containers.put_keys(call.container, call.argument(0))
        return self._get(call)

    def _any(self, call: MethodCall) -> Values:
        return self._containers.elements(call.container, call.unit)

    def _values(self, call: MethodCall) -> Values:
        view = self._containers.at_place(call.unit, ("values", call.site), LIST)
        self._containers.put(view, None, self._any(call))
        return view.one

    def _keys(self, call: MethodCall) -> Values:
        view = self._containers.at_place(call.unit, ("keys", call.site), LIST)
        self._containers.put(view, None, self._containers.keys(call.container, call.unit))
        return view.one

    def _pair(self, call: MethodCall) -> Values:
        pair = self._containers.at_place(call.unit, ("pair", call.site), TUPLE)
        self._containers.put(pair, 0, self._containers.keys(call.container, call.unit))
        self._containers.put(pair, 1, self._any(call))
        return pair.one

    def _items(self, call: MethodCall) -> Values:
        view = self._containers.at_place(call.unit, ("items", call.site), LIST)
        self._containers.put(view, None, self._pair(call))
        return view.one

    def _sort(self, call: MethodCall) -> Values:
        for name, values in call.named:
            if name == "key":
                made = self._machine.calls.call_each(values, [self._any(call)], call.unit, call.site)
                self._machine.operators.ordered(made, call.unit, call.site)
        return NONE

    def _itself(self, call: MethodCall) -> Values:
        return call.container.one
