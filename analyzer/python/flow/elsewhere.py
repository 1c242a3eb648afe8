"""Functions that libraries are given to call elsewhere: in threads, processes and loops, or at the end.

What is given along flows into them, and what they give comes back by a future, or to whoever waits. That they
run is no call of the scope that hands them on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .binding import Arguments
from .code import LIST
from .command_lines import METHODS, CommandLines
from .containers import ContainerValue
from .units import Unit
from .values import BOUND, FUNCTION, NONE, PARTIAL, RESULT, Value, Values, joined, union

if TYPE_CHECKING:
    from .machine import Machine

FUTURE = "concurrent.futures.Future"
_WAITS = frozenset({f"{FUTURE}.result", f"{FUTURE}.get"})
_TASKS = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe"})
_CALLABLE = (FUNCTION, BOUND, PARTIAL)


class _Handed(NamedTuple):
    """Where the function stands, and what it is called with.

    `rest` is the place from which on arguments are its own; `packed` that of a tuple of them; `gives` is
    "future", "result", "results" (of each element) or nothing.
    """

    place: int
    name: str = ""
    rest: int = -1
    packed: int = -1
    elements: int = -1
    gives: str = ""


_THREAD = _Handed(1, "target", packed=3)
_BY_LAST = {
    "Thread": _THREAD,
    "Process": _THREAD,
    "Timer": _Handed(1, "function", packed=2),
    "start_new_thread": _Handed(0, packed=1),
    "submit": _Handed(0, "fn", rest=1, gives="future"),
    "run_in_executor": _Handed(1, "func", rest=2, gives="result"),
    "to_thread": _Handed(0, "func", rest=1, gives="result"),
    "run_in_threadpool": _Handed(0, "func", rest=1, gives="result"),
    "run_sync": _Handed(0, rest=1, gives="result"),
    "start_soon": _Handed(0, rest=1),
    "call_soon": _Handed(0, rest=1),
    "call_soon_threadsafe": _Handed(0, rest=1),
    "call_later": _Handed(1, rest=2),
    "call_at": _Handed(1, rest=2),
    "add_signal_handler": _Handed(1, rest=2),
    "add_reader": _Handed(1, rest=2),
    "spawn": _Handed(0, rest=1),
    "apply_async": _Handed(0, "func", packed=1, gives="future"),
    "map": _Handed(0, "func", elements=1, gives="results"),
    "imap": _Handed(0, "func", elements=1, gives="results"),
    "imap_unordered": _Handed(0, "func", elements=1, gives="results"),
}
"""By the last part of a name: pools, loops and threads of all libraries are made after one model."""
_BY_NAME = {
    "atexit.register": _Handed(0, "func", rest=1),
    "contextlib.ExitStack.callback": _Handed(0, "callback", rest=1),
    "contextlib.AsyncExitStack.callback": _Handed(0, "callback", rest=1),
    "contextvars.copy_context.run": _Handed(0, rest=1, gives="result"),
    "click.Context.invoke": _Handed(0, rest=1, gives="result"),
    "click.Context.forward": _Handed(0, rest=1, gives="result"),
    "weakref.finalize": _Handed(1, "func", rest=2),
    "anyio.run": _Handed(0, rest=1, gives="result"),
    "trio.run": _Handed(0, rest=1, gives="result"),
}


class Elsewhere:
    """Lets values flow where libraries carry them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._command_lines = CommandLines(machine)

    def call(self, function: Value, arguments: Arguments, unit: Unit, site: int) -> Values:
        """What a library's function gives that calls what it is given; nothing where it is none."""
        name = function.name
        last = name.rpartition(".")[2]
        known = _BY_LAST.get(last) or _BY_NAME.get(name)
        if known is None:
            if name in _WAITS:
                return self.returned(function.b, unit)
            if name == f"{FUTURE}.add_done_callback":
                return self._when_done(function.b, arguments, unit, site)
            if last in _TASKS and name.startswith("asyncio."):
                return self._task(arguments, unit, site)
            if last in METHODS and name.startswith("argparse."):
                self._command_lines.call(last, arguments, unit, site)
            return NONE
        named = dict(arguments.named())
        given = named.get(known.name) or (
            arguments.places[known.place] if known.place < len(arguments.places) else NONE
        )
        called = frozenset(value for value in given if value.kind in _CALLABLE)
        if not called:
            return NONE
        whole = self._arguments(known, arguments, named, unit, site)
        recorded, result = len(unit.calls), NONE
        for value in called:
            result = joined(result, self._machine.calls.invoke(value, whole, unit, site))
        del unit.calls[recorded:]
        return self._given(known, called, result, unit, site)

    def _arguments(
        self, known: _Handed, arguments: Arguments, named: dict[str, Values], unit: Unit, site: int
    ) -> Arguments:
        places = arguments.places
        if known.elements >= 0:
            each = [self._machine.containers.iterate(v, unit, site) for v in places[known.elements :]]
            return Arguments(each)
        if known.packed >= 0:
            packed = named.get("args") or (places[known.packed] if known.packed < len(places) else NONE)
            words = named.get("kwargs") or named.get("kwds") or union(places[known.packed + 1 :][:1])
            return Arguments(unpacked=packed, unpacked_names=words)
        own = [(name, values) for name, values in named.items() if name != known.name]
        return Arguments(
            places[known.rest :],
            [name for name, _ in own],
            [values for _, values in own],
            arguments.unpacked,
            arguments.unpacked_names,
        )

    def _given(self, known: _Handed, called: Values, result: Values, unit: Unit, site: int) -> Values:
        if known.gives == "future":
            return frozenset(self._machine.pool.known(RESULT, FUTURE, None, value) for value in called)
        if known.gives == "result":
            return result
        if known.gives == "results":
            listed = self._machine.containers.at_place(unit, ("results", site), LIST)
            self._machine.containers.put(listed, None, result)
            return listed.one
        return NONE

    def _task(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """A task of what awaiting its coroutine gives."""
        held = self._machine.containers.at_place(unit, ("task", site), LIST)
        self._machine.containers.put(held, None, self.awaited(union(arguments.places[:1]), unit))
        return self._machine.pool.known(RESULT, FUTURE, None, held).one

    def _when_done(self, value: Value | None, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`future.add_done_callback(function)`: that is given the future."""
        given = Arguments([self._machine.pool.known(RESULT, FUTURE, None, value).one])
        recorded = len(unit.calls)
        for called in union(arguments.places[:1]):
            if called.kind in _CALLABLE:
                self._machine.calls.invoke(called, given, unit, site)
        del unit.calls[recorded:]
        return NONE

    def awaited(self, values: Values, unit: Unit) -> Values:
        """What awaiting gives: of a task what its coroutine does."""
        for value in values:
            if value.kind == RESULT and value.name == FUTURE:
                break
        else:
            return values
        futures = frozenset(v for v in values if v.kind == RESULT and v.name == FUTURE)
        return union([values - futures, *(self.returned(future.b, unit) for future in futures)])

    def returned(self, value: Value | None, unit: Unit) -> Values:
        """What a future gives of the function that it is about, or of what its task awaits."""
        if isinstance(value, ContainerValue):
            return self._machine.containers.elements(value, unit)
        if value is None or value.kind not in _CALLABLE:
            return NONE
        functions = (
            [value.a] if value.kind == FUNCTION else [value.a.a] if value.kind == BOUND else
            [v.a for v in value.a if v.kind == FUNCTION]
        )  # fmt: skip
        found = NONE
        for function in functions:
            found = joined(found, function.result.read(unit) | function.declared)
        return found
