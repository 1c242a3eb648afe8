"""Builtins and functions of the standard library that go over elements, or call what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .code import DICT, LIST, TUPLE
from .containers import ContainerValue
from .units import Unit
from .values import BOUND, CONSTANT, EXTERNAL, FUNCTION, INSTANCE, NONE, PARTIAL, Values, joined, union

if TYPE_CHECKING:
    from .machine import Machine

_CALLABLE = (FUNCTION, BOUND, PARTIAL)

_ELEMENTS = (
    "itertools.islice", "itertools.cycle", "itertools.compress", "random.sample", "random.choices",
    "concurrent.futures.as_completed", "asyncio.as_completed", "tqdm.tqdm", "tqdm.auto.tqdm",
    "rich.progress.track",
)  # fmt: skip
_SEVERAL = (
    "itertools.tee", "itertools.permutations", "itertools.combinations", "itertools.pairwise",
    "itertools.batched",
)  # fmt: skip
_HOLDERS = (
    "queue.Queue", "queue.LifoQueue", "queue.SimpleQueue", "asyncio.Queue", "multiprocessing.Queue",
    "contextvars.ContextVar", "werkzeug.local.LocalStack",
)  # fmt: skip


class Iteration:
    """One method for each function, by its name."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pool = machine.pool
        self.by_name: dict[str, Callable[[Arguments, Unit, int], Values]] = {
            "functools.partial": self.partial, "functools.partialmethod": self.partial,
            "functools.reduce": self.reduce, "asyncio.gather": self.gather,
            "asyncio.wait": self.waited, "concurrent.futures.wait": self.waited,
            "collections.OrderedDict": self.dict_, "collections.defaultdict": self.default_dict,
            "collections.deque": self.list_, "collections.ChainMap": self.maps,
            "weakref.WeakValueDictionary": self.dict_, "weakref.WeakSet": self.list_,
            "weakref.WeakKeyDictionary": self.dict_,
            "itertools.chain": self.chain, "itertools.chain.from_iterable": self.flattened,
            "itertools.zip_longest": self.zip_, "itertools.product": self.zip_,
            **dict.fromkeys(_ELEMENTS, self.elements), **dict.fromkeys(_SEVERAL, self.several),
            **dict.fromkeys(_HOLDERS, self.holder), "random.choice": self.element,
        }  # fmt: skip
        """Those that are no builtins."""

    def _each_of(self, arguments: Arguments, start: int, unit: Unit, site: int) -> list[Values]:
        return [self._machine.containers.iterate(v, unit, site) for v in arguments.places[start:]]

    def _callback(self, arguments: Arguments, unit: Unit, site: int) -> tuple[Values, list[Values]]:
        """What is to be called, and the elements of the rest; a callable is one wherever it stands."""
        whole = union(arguments.places)
        called = frozenset(v for v in whole if v.kind in _CALLABLE or isinstance(v, ClassValue))
        rest = [values - called for values in arguments.places if values - called or not values & called]
        return called, [self._machine.containers.iterate(values, unit, site) for values in rest]

    def map_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        called, given = self._callback(arguments, unit, site)
        result = self._machine.calls.call_each(called, given, unit, site)
        return self._made(unit, ("map", site), LIST, result)

    def filter_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        called, given = self._callback(arguments, unit, site)
        self._machine.calls.call_each(called, given[:1], unit, site)
        return self._made(unit, ("filter", site), LIST, union(given))

    def _keyed(self, arguments: Arguments, elements: Values, unit: Unit, site: int) -> bool:
        """Calls the `key` of `sorted` and the like; whether there is one."""
        for name, values in arguments.named():
            if name == "key":
                keys = self._machine.calls.call_each(values, [elements], unit, site)
                self._machine.operators.ordered(keys, unit, site)
                return True
        return False

    def sorted_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        elements = union(self._each_of(arguments, 0, unit, site)[:1])
        if not self._keyed(arguments, elements, unit, site):
            self._machine.operators.ordered(elements, unit, site)
        return self._made(unit, ("sorted", site), LIST, elements)

    def extreme(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        elements = union(self._each_of(arguments, 0, unit, site))
        if len(arguments.places) > 1:
            elements = joined(elements, union(arguments.places))
        if not self._keyed(arguments, elements, unit, site):
            self._machine.operators.ordered(elements, unit, site)
        return elements

    def any_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        self._each_of(arguments, 0, unit, site)
        return NONE

    def reduce(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        given = union(self._each_of(arguments, 1, unit, site)) | union(arguments.places[2:])
        return self._machine.calls.call_each(arguments.places[0], [given, given], unit, site)

    def partial(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        if not arguments.places or not arguments.places[0]:
            return NONE
        key = ("partial", site)
        value = unit.containers.get(key)
        if value is None:
            value = unit.containers[key] = self._pool.make(PARTIAL, "functools.partial")
        value.a = arguments.places[0]
        value.b = (arguments.places[1:], arguments.names, arguments.values)
        for function in arguments.places[0]:
            if function.kind == FUNCTION:  # whoever calls it later, these it gets for certain
                self._given_early(function.a, arguments)
        one: Values = value.one
        return one

    def _given_early(self, function: Unit, arguments: Arguments) -> None:
        """The parameters of a function that a partial call fills."""
        known = function.parameters
        for index, values in enumerate(arguments.places[1:]):
            if index < len(known):
                self._machine.work.add(known[index], values)
        for name, values in zip(arguments.names, arguments.values, strict=False):
            if name in function.keywords and function.keywords[name] < len(known):
                self._machine.work.add(known[function.keywords[name]], values)

    # Containers -----------------------------------------------------------------------------------

    def _made(self, unit: Unit, place: tuple[str, int], kind: int, elements: Values) -> Values:
        made = self._machine.containers.at_place(unit, place, kind)
        self._machine.containers.put(made, None, elements)
        return made.one

    def list_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        made = self._machine.containers.at_place(unit, ("list", site), LIST)
        for value in arguments.places[0] if arguments.places else ():
            if isinstance(value, ContainerValue) and value.kind_of != DICT:
                self._machine.containers.put_all(made, value, unit)
            else:
                given = self._machine.containers.iterate(value.one, unit, site)
                self._machine.containers.put(made, None, given)
        return made.one

    def sized(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`list(x)` and `tuple(x)` ask how much room it needs."""
        for values in arguments.places[:1]:
            self._machine.operators.special("__len__", values, unit, site)
        return self.list_(arguments, unit, site)

    def reversed_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        for values in arguments.places:
            self._machine.operators.special("__reversed__", values, unit, site)
        return self._made(unit, ("reversed", site), LIST, union(self._each_of(arguments, 0, unit, site)))

    def dict_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        made = self._machine.containers.at_place(unit, ("dict", site), DICT)
        for name, values in arguments.named():
            self._machine.containers.put(made, name, values)
        for value in union([*arguments.places[:1], arguments.unpacked_names]):
            if isinstance(value, ContainerValue) and value.kind_of == DICT:
                self._machine.containers.put_all(made, value, unit)
            elif isinstance(value, ContainerValue):
                for pair in self._machine.containers.elements(value, unit):
                    self._put_pair(made, pair.one, unit)
        return made.one

    def _put_pair(self, made: ContainerValue, pair: Values, unit: Unit) -> None:
        """`dict([(key, value)])`."""
        containers = self._machine.containers
        keys, values = containers.unpack(pair, 0, unit), containers.unpack(pair, 1, unit)
        containers.put_keys(made, keys)
        for key in [key.a if key.kind == CONSTANT else None for key in keys] or [None]:
            containers.put(made, key, values)

    def default_dict(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        made = self._machine.containers.at_place(unit, ("dict", site), DICT)
        if arguments.places:
            made.factories = frozenset(v for v in arguments.places[0] if v.kind != EXTERNAL)
            given = self._machine.calls.call_each(arguments.places[0] - made.factories, [], unit, site)
            self._machine.containers.put(made, None, given)  # one list for all keys
        return made.one

    def enumerate_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        pair = self._machine.containers.at_place(unit, ("pair", site), TUPLE)
        self._machine.containers.put(pair, 1, union(self._each_of(arguments, 0, unit, site)[:1]))
        return self._made(unit, ("enumerate", site), LIST, pair.one)

    def zip_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        row = self._machine.containers.at_place(unit, ("row", site), TUPLE)
        for index, values in enumerate(self._each_of(arguments, 0, unit, site)):
            self._machine.containers.put(row, index, values)
        return self._made(unit, ("zip", site), LIST, row.one)

    def chain(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        return self._made(unit, ("chain", site), LIST, union(self._each_of(arguments, 0, unit, site)))

    def elements(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """Some or all elements of the first argument, one after the other."""
        return self._made(unit, ("elements", site), LIST, union(self._each_of(arguments, 0, unit, site)[:1]))

    def element(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """One element of the first argument."""
        return union(self._each_of(arguments, 0, unit, site)[:1])

    def flattened(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        inner = union(self._each_of(arguments, 0, unit, site)[:1])
        return self._made(
            unit, ("flattened", site), LIST, self._machine.containers.iterate(inner, unit, site)
        )

    def several(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """Lists of elements of the first argument: `itertools.tee`, `combinations`, `batched`."""
        return self._made(unit, ("several", site), LIST, self.elements(arguments, unit, site))

    def holder(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """What is empty until something is put into it: queues, context variables."""
        return self._made(unit, ("holder", site), LIST, dict(arguments.named()).get("default", NONE))

    def from_keys(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        return self._made(unit, ("fromkeys", site), DICT, union(arguments.places[1:2]))

    def maps(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """Several dictionaries seen as one."""
        made = self._machine.containers.at_place(unit, ("maps", site), DICT)
        for value in union(arguments.places):
            if isinstance(value, ContainerValue):
                self._machine.containers.put_all(made, value, unit)
        return made.one

    def gather(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        row = self._machine.containers.at_place(unit, ("row", site), TUPLE)
        unpacked, awaited = self._machine.containers.iterate(arguments.unpacked, unit, site), self._awaited
        self._machine.containers.put(row, None, awaited(unpacked, unit))
        for index, values in enumerate(arguments.places):
            self._machine.containers.put(row, index, awaited(values, unit))
        return row.one

    def _awaited(self, values: Values, unit: Unit) -> Values:
        return self._machine.elsewhere.awaited(values, unit)

    def waited(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """Those that are done, and the others."""
        row = self._machine.containers.at_place(unit, ("waited", site), TUPLE)
        for index in (0, 1):
            self._machine.containers.put(row, index, self.elements(arguments, unit, site))
        return row.one

    def iter_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        if len(arguments.places) > 1:  # a function that is called until it gives the second
            given = self._machine.calls.call_each(arguments.places[0], [], unit, site)
            return self._made(unit, ("iter", site), LIST, given)
        found = NONE
        for value in arguments.places[0] if arguments.places else ():
            made = self._machine.calls.method(value, "__iter__", [], unit, site)
            found = joined(found, made or value.one)
        return found

    def next_(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        found = union(arguments.places[1:2])
        for value in arguments.places[0] if arguments.places else ():
            if value.kind == INSTANCE:
                found = joined(found, self._machine.calls.method(value, "__next__", [], unit, site))
            else:
                found = joined(found, self._machine.containers.iterate(value.one, unit, site))
        return found
