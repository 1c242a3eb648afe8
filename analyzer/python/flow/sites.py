"""What each call calls, told of the code once it is solved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from .classes import ClassValue
from .code import ABSTRACT
from .subjects import ANY
from .units import Unit
from .values import (
    ATTRIBUTE,
    BOUND,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    METHOD,
    OFFERED,
    PARTIAL,
    RESULT,
    SATURATED,
    SIMPLE,
    Value,
    Values,
)

if TYPE_CHECKING:
    from .machine import Machine


class Site(NamedTuple):
    """A call as it was seen: where, in which scope, and what is called. `place` is a site (see `code.py`).

    `number` is that of the call in its scope, 0 for calls that stand in no source (SPECIAL where they
    are of special methods). `targets` are (kind, dotted name) with kind function, class, external, builtin,
    saturated or attribute (a plain one, where others have a getter); none where nothing was found.
    `decorates`: the call is a decorator's.
    """

    path: str
    scope: str
    place: int
    number: int
    targets: tuple[tuple[str, str], ...]
    decorates: bool


class Sites:
    """Tells what each call calls, once everything has flowed."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._known: dict[Values, tuple[tuple[str, str], ...]] = {}

    def of(self, scopes: list[Unit]) -> Iterator[Site]:
        """The call sites of one file, in the order of its code; at one place by what they call."""
        for unit in scopes:
            calls_in_order = chain.from_iterable(unit.recorded[index] for index in sorted(unit.recorded))
            for _, calls in groupby(calls_in_order, key=itemgetter(0)):
                together = [
                    Site(unit.path, unit.name, place, number, self._called(values), bool(decorates))
                    for place, values, number, decorates in calls
                ]
                yield from sorted(together) if len(together) > 1 else together

    def _called(self, values: Values) -> tuple[tuple[str, str], ...]:
        targets = self._known.get(values)
        if targets is None:
            named = [value for value in values if not _is_left_open(value, values)]
            found = {target for value in named for target in _targets(self._machine, value)}
            targets = self._known[values] = tuple(sorted(found))
        return targets


def _is_left_open(value: Value, values: Values) -> bool:
    """Whether a method is abstract, and others of its name flow to where it would be called."""
    if value.kind != BOUND or not value.a.a.flags & ABSTRACT:
        return False
    last = value.a.name.rpartition(".")[2]
    others = (v.a for v in values if v.kind == BOUND and v.a is not value.a and not v.a.a.flags & ABSTRACT)
    return any(other.name.rpartition(".")[2] == last for other in others)


def _targets(machine: Machine, value: Value) -> Iterator[tuple[str, str]]:
    kind = value.kind
    if kind == FUNCTION:
        yield "function", value.name
    elif kind == BOUND:
        yield "function", value.a.name
        if value.a.a in machine.doubtful:
            yield ATTRIBUTE, value.a.name
    elif isinstance(value, ClassValue):
        yield from _maker(machine, value)
    elif kind in (EXTERNAL, RESULT, METHOD):
        yield _outside(value)
    elif kind == SIMPLE and value.a == ATTRIBUTE:
        yield ATTRIBUTE, value.name
    elif kind == SATURATED:
        yield "saturated", ""
    else:
        for called in _behind(machine, value):
            yield from _targets(machine, called)


def _behind(machine: Machine, value: Value) -> Iterable[Value]:
    """What calling something calls that is no function itself."""
    if value.kind == PARTIAL:
        return [called for called in value.a if called.kind != PARTIAL]
    if value.kind == INSTANCE:
        return machine.classes.find(value.a.order, "__call__", value.a, True).values
    return machine.plug_ins.found(value) if value.kind == OFFERED else ()


def _outside(value: Value) -> tuple[str, str]:
    """A library's function, a builtin, or a method of a builtin type."""
    name = value.name
    if value.kind == METHOD and not name.startswith("<builtin>."):
        return "builtin", f"{value.a.name}.{value.b}"
    return ("builtin", name[10:]) if name.startswith("<builtin>.") else ("external", name)


def _maker(machine: Machine, class_: ClassValue) -> Iterable[tuple[str, str]]:
    """What calling a class calls: `__call__` of its metaclass, or the constructor."""
    metaclass = machine.classes.metaclass_of(class_)
    if metaclass is not None:
        makers = machine.classes.find(metaclass.order, "__call__", metaclass, False).values
        made = [("function", maker.name) for maker in makers if maker.kind == FUNCTION]
        if made:
            return made
    return _constructor(machine, class_)


def _constructor(machine: Machine, class_: ClassValue) -> Iterator[tuple[str, str]]:
    found = [
        method
        for method in machine.classes.find(class_.order, "__init__", class_, True).values
        if method.kind == BOUND
    ]
    if class_.name in machine.library or not (class_.unit.path or found):
        yield "external", class_.name.removesuffix(ANY)
        return
    for method in found:
        yield "function", method.a.name
    if not found:
        yield "class", class_.name
        outside = next((kin for kin in class_.order if not isinstance(kin, ClassValue)), None)
        if outside is not None and not outside.name.startswith("<builtin>"):
            yield "external", f"{outside.name}.__init__"
