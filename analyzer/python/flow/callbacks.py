"""Functions of the standard library that call, out of C, what they are given: `groupby(rows, key)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .binding import Arguments
from .code import LIST, TUPLE
from .units import Unit
from .values import NONE, Values, joined

if TYPE_CHECKING:
    from .machine import Machine


class _Callback(NamedTuple):
    """Where the callback and the elements stand among the arguments; what it is given.

    It gets an element `times` times, or the parts of one; the function gives elements, results or groups.
    """

    place: int
    name: str
    elements: int = -1
    times: int = 1
    unpacks: bool = False
    gives: str = ""


_KNOWN = {
    "itertools.groupby": _Callback(1, "key", 0, gives="groups"),
    "itertools.takewhile": _Callback(0, "", 1, gives="elements"),
    "itertools.dropwhile": _Callback(0, "", 1, gives="elements"),
    "itertools.filterfalse": _Callback(0, "", 1, gives="elements"),
    "itertools.starmap": _Callback(0, "", 1, unpacks=True, gives="results"),
    "itertools.accumulate": _Callback(1, "func", 0, times=2, gives="results"),
    "functools.cmp_to_key": _Callback(0, ""),
    "heapq.nlargest": _Callback(2, "key", 1, gives="elements"),
    "heapq.nsmallest": _Callback(2, "key", 1, gives="elements"),
    "bisect.bisect": _Callback(9, "key", 0),
    "bisect.bisect_left": _Callback(9, "key", 0),
    "bisect.bisect_right": _Callback(9, "key", 0),
    "bisect.insort": _Callback(9, "key", 0),
    "re.sub": _Callback(1, "repl"),
    "re.subn": _Callback(1, "repl"),
    "re.compile.sub": _Callback(0, "repl"),
    "re.compile.subn": _Callback(0, "repl"),
}


class Callbacks:
    """Calls what these functions call."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.names = frozenset(_KNOWN)

    def call(self, name: str, arguments: Arguments, unit: Unit, site: int) -> Values:
        known, places = _KNOWN[name], arguments.places
        called = dict(arguments.named()).get(known.name, NONE)
        if known.place < len(places):
            called = places[known.place]
        elements = NONE
        if 0 <= known.elements < len(places):
            elements = self._machine.containers.iterate(places[known.elements], unit, site)
        given = [elements] * known.times
        if known.unpacks:
            given = [self._machine.containers.unpack(elements, index, unit) for index in range(3)]
        result = self._machine.calls.call_each(called, given, unit, site)
        if known.gives == "groups":
            return self._groups(result if called else elements, elements, unit, site)
        if not known.gives:
            return self._machine.pool.result(name).one
        whole = joined(result, elements) if known.times > 1 else result
        return self._list("called", elements if known.gives == "elements" else whole, unit, site)

    def _list(self, kind: str, elements: Values, unit: Unit, site: int) -> Values:
        made = self._machine.containers.at_place(unit, (kind, site), LIST)
        self._machine.containers.put(made, None, elements)
        return made.one

    def _groups(self, keys: Values, elements: Values, unit: Unit, site: int) -> Values:
        pair = self._machine.containers.at_place(unit, ("pair", site), TUPLE)
        self._machine.containers.put(pair, 0, keys)
        self._machine.containers.put(pair, 1, self._list("group", elements, unit, site))
        return self._list("groups", pair.one, unit, site)
