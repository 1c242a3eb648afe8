"""What a function does with its parameters so far, and what of them it hands on to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..model.facts import Access
from ..model.needs import Parameter
from ..python import paths as steps

_MOST_ESCAPES = 20
Escapes = frozenset[tuple[str, str]]
_NO_PATHS: frozenset[str] = frozenset()
_NO_ESCAPES: Escapes = frozenset()


class Handed(NamedTuple):
    """A part of a parameter that becomes a parameter of another function, or an element of its `*args`."""

    parameter: int
    path: str
    target: int
    position: int
    rest: str


class Function:
    """A function with all that is known of its parameters so far."""

    __slots__ = ("access", "escapes", "handed", "name", "names", "reads", "writes")

    def __init__(self, name: str, access: Access) -> None:
        self.name, self.access = name, access._replace(reads=(), writes=(), escapes=(), handed=())
        self.names = {parameter: index for index, parameter in enumerate(access.parameters)}
        several = len(access.parameters)
        self.reads: list[frozenset[str]] = [_NO_PATHS] * several
        self.writes: list[frozenset[str]] = [_NO_PATHS] * several
        self.escapes: list[Escapes] = [_NO_ESCAPES] * several
        self.handed: list[Handed] = []

    def add(self, access: Access) -> None:
        """What (a further definition of) the function does itself."""
        index = [self.names.get(name, -1) for name in access.parameters]
        for own, found in ((self.reads, access.reads), (self.writes, access.writes)):
            for parameter, path in found:
                if index[parameter] >= 0:
                    own[index[parameter]] |= {path}
        for parameter, path, how in access.escapes:
            if index[parameter] >= 0:
                self.escapes[index[parameter]] |= {(path, how)}


def within(row: Handed, found: Iterable[str], is_write: bool) -> Iterator[str]:
    """What is done to the parts that are handed on, told of the parameter that they are parts of."""
    for path in found:
        inner = _below(path, row.rest)
        if is_write and row.rest and not inner:
            continue  # the function's own `**kwargs` has other entries then, the value is what it was
        if inner is not None and not _of_copy(row.path, inner, is_write):
            yield steps.join(row.path, inner)


def given_away(row: Handed, other: Function) -> Iterator[tuple[str, str]]:
    """The parts of a parameter that escape in the function that they are handed to, and how."""
    for path, how in other.escapes[row.position]:
        inner = _below(path, row.rest)
        if inner is not None:
            told = f"{how} by {other.name}" if how in ("returned", "yielded") else how
            yield steps.join(row.path, inner), told


def sets(function: Function) -> Iterator[tuple[frozenset[str], frozenset[str], Escapes]]:
    """Reads, writes and escapes of each parameter."""
    return zip(function.reads, function.writes, function.escapes, strict=True)


def _below(path: str, rest: str) -> str | None:
    """What is left of a path from `*args` or `**kwargs` for one value among them; None if it is another's."""
    if not rest:
        return path
    step, _, inner = path.partition(steps.SEPARATOR)
    return inner if step in (rest, steps.ELEMENT, steps.REST) else None if step else ""


def _of_copy(path: str, inner: str, is_write: bool) -> bool:
    """Whether what a function changes is of a copy that it was handed."""
    return steps.is_copy(path) and (steps.changes(inner) or (is_write and steps.SEPARATOR not in inner))


def bounded(found: Escapes) -> Escapes:
    """As they are where they are few, else by the first step of their paths, or as one."""
    if len(found) <= _MOST_ESCAPES:
        return found
    short = frozenset((path.partition(steps.SEPARATOR)[0], how) for path, how in found)
    if len(short) <= _MOST_ESCAPES:
        return short
    return frozenset({("", "passed on")})


def told(function: Function) -> tuple[Parameter, ...]:
    """The parameters as a graph keeps them."""
    types: Sequence[str] = function.access.types or [""] * len(function.reads)
    return tuple(
        Parameter(
            name,
            type,
            tuple(map(steps.shown, steps.longest(reads))),
            tuple(map(steps.shown, steps.longest(writes))),
            tuple((steps.shown(path), how) for path, how in sorted(escapes)),
        )
        for name, type, (reads, writes, escapes) in zip(
            function.access.parameters, types, sets(function), strict=True
        )
    )
