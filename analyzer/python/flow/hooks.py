"""Hooks of pluggy: `manager.hook.menu(user=user)` calls each function `menu` that is marked as a hook's.

What a hook is called with flows into those of its parameters that a function has: nobody else gives it any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from .binding import Arguments
from .code import LIST
from .units import Cell, Unit
from .values import CONSTANT, FUNCTION, NONE, RESULT, Value, Values, joined

if TYPE_CHECKING:
    from .machine import Machine

_ASKED = "pluggy.PluginManager.hook."
_MARKER, _SPECIFIES = "pluggy.HookimplMarker", "pluggy.HookspecMarker"


class Hooks:
    """Finds what is marked, and calls it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.by_name = {_MARKER: self.marker, _SPECIFIES: self.specifies}
        self._marked: dict[str, Cell] = defaultdict(Cell)
        self._first: dict[str, Cell] = defaultdict(Cell)
        """What specifies the hooks that give the first result alone."""

    def mark(self, value: Value, decorated: Values, unit: Unit) -> None:
        """A function or a method is decorated: by a marker, or by what that gave when it was called."""
        if value.name not in (_MARKER, _SPECIFIES) or value.kind != RESULT:
            return
        if value.name == _SPECIFIES:
            for function in decorated if value.a is not None else ():
                self._machine.work.add(self._first[function.name.rpartition(".")[2]], function.one)
            return
        name = str(value.a.a) if value.a is not None else ""
        for function in decorated:
            if function.kind == FUNCTION:
                last = name or function.name.rpartition(".")[2]
                method = unit.kind == "class"
                each = self._machine.pool.bound(function, unit.class_value.instance) if method else function
                self._machine.work.add(self._marked[last], each.one)

    def marker(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`HookimplMarker("shop")`, and `marker(specname="menu")`: the name of the hook goes along."""
        given = dict(arguments.named()).get("specname", NONE)
        name = next((v for v in sorted(given) if v.kind == CONSTANT), None)
        return self._machine.pool.known(RESULT, _MARKER, name).one

    def specifies(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`HookspecMarker("shop")`, and `marker(firstresult=True)`."""
        first = self._machine.pool.text if "firstresult" in arguments.names else None
        return self._machine.pool.known(RESULT, _SPECIFIES, first).one

    def called(self, name: str) -> Callable[[Arguments, Unit, int], Values] | None:
        """What calls the hook of a name, if it is that of one."""
        return partial(self._call, name.removeprefix(_ASKED)) if name.startswith(_ASKED) else None

    def _call(self, hook: str, arguments: Arguments, unit: Unit, site: int) -> Values:
        """What the functions of a hook give, in a list; the first of it where that is what the hook gives."""
        called = self._marked[hook].read(unit)
        if not called:
            return NONE
        found, first = NONE, self._first[hook].read(unit)
        self._machine.calls.record(unit, site, called)
        for value in called:
            function: Unit = value.a if value.kind == FUNCTION else value.a.a
            own = [(n, values) for n, values in arguments.named() if n in function.keywords]
            given = Arguments(names=[n for n, _ in own], values=[values for _, values in own])
            found = joined(found, self._machine.calls.invoke(value, given, unit, site))
        if first:
            return found
        listed = self._machine.containers.at_place(unit, ("hook", site), LIST)
        self._machine.containers.put(listed, None, found)
        return listed.one
