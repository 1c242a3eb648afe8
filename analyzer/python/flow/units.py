"""Scopes while they are solved: cells that hold values, and who is to be told when one grows."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappush
from sys import intern
from typing import Any

from .code import GENERATOR, ScopeCode
from .values import NONE, Value, Values
from .widening import LIMIT, Widening

_NO_KEYS: frozenset[int] = frozenset()
_PATIENCE = 2
"""How often a unit may run before those that ran less often go first."""


class Reader:
    """An instruction of a unit, which reads cells, and what else may grow; or the unit as one, see below."""

    __slots__ = ("index", "unit")

    def __init__(self, unit: Unit, index: int) -> None:
        self.unit, self.index = unit, index


PARAMETERS, WHOLE = -1, -2
"""In place of an instruction's index: what a unit is given; all of the unit, where nobody knows better."""
Readers = dict[Reader, None]


class Cell:
    """A place that holds values; `readers` are those who read it, in the order in which they came."""

    __slots__ = ("ceilings", "covered", "readers", "values")

    def __init__(self) -> None:
        self.values: Values = NONE
        self.readers: Readers | None = None
        self.ceilings: dict[str, Values] | None = None
        """What the cell was widened to, by group, and what was found to be covered by that."""
        self.covered: set[Value] | None = None

    def read(self, unit: Unit) -> Values:
        if self.readers is None:
            self.readers = {unit.reader: None}
        else:
            self.readers[unit.reader] = None
        return self.values


Call = tuple[int, Values, int, int]
"""(site, what is called, number, is a decorator)."""


class Unit:
    """One scope: its code, the registers that it starts with, its cells, the calls that it makes.

    `calls` are those of the instruction that runs, `recorded` of each that has run; calls that stand in no
    source have the number 0, those of special methods SPECIAL.
    """

    __slots__ = (
        "calls",
        "captured",
        "class_value",
        "code",
        "containers",
        "declared",
        "dotted",
        "evaluations",
        "extra",
        "fields",
        "flags",
        "globals",
        "is_function",
        "is_package",
        "keys",
        "keywords",
        "kind",
        "known",
        "leaves",
        "loops",
        "more",
        "name",
        "names",
        "namespace",
        "origins",
        "parameters",
        "parent",
        "passes",
        "path",
        "place",
        "positional",
        "queued",
        "reader",
        "readers",
        "recorded",
        "registers",
        "result",
        "scopes",
        "sent",
        "serial",
        "stale",
        "stars",
        "start",
        "started",
        "top",
        "users",
        "value",
        "whole",
        "yielded",
    )  # fmt: skip

    def __init__(self, code: ScopeCode, names: Sequence[str], scopes: list[Unit], module: str) -> None:
        self.kind, self.place, self.flags, self.code = code.kind, code.place, code.flags, code.code
        self.name, self.is_function = code.name, code.kind in ("function", "lambda")
        self.dotted = f"{module}.{code.name}" if code.name else module
        self.names, self.scopes = names, scopes
        self.parent = scopes[code.parent] if code.parent >= 0 else None
        self.top = scopes[0] if scopes else self
        self.loops, self.keys = code.loops, frozenset(code.keys) if code.keys else _NO_KEYS
        self.value: Value
        self.class_value: Any = None
        self.calls: list[Call] = []
        self.recorded: dict[int, list[Call]] = {}
        self.whole = self.reader = Reader(self, WHOLE)
        """Who reads: the instruction that runs, or the unit as one while none of its own does."""
        self.readers: list[Reader] = []
        self.stale: set[int] | None = None
        """The instructions that must be run; none but all of them where it is not a set."""
        self.users: Sequence[tuple[int, ...]] | None = None
        self.captured: dict[str, Cell] = {}
        self.globals: dict[int, Cell] = {}
        self.containers: dict[Any, Any] = {}
        self.namespace: dict[str, Cell] = {}
        self.stars: list[str] = []
        self.serial = 0
        self.queued = self.started = self.is_package = False
        self.evaluations = 0
        self.passes: dict[int, None] = {}
        """Parameters that are given back; `known` is what they are where a call gives nothing for them."""
        self.known: dict[int, Values] = {}
        self.origins: dict[int, tuple[dict[int, None], Values]] = {}
        """Registers that hold what a call passed on of a parameter, and what else they hold."""
        self.leaves: dict[int, list[int]] | None = None
        self.path = ""
        self.start: list[Values] = []
        self.registers: list[Values] = []
        """What the registers held at the end of the last run."""
        self.fields: Sequence[str] = code.positional if code.kind == "class" else ()
        self._signature(code)

    def _signature(self, code: ScopeCode) -> None:
        named = [*map(intern, (*code.positional, *code.keywords))] if code.kind != "class" else []
        self.positional = len(code.positional)
        self.keywords = {name: index for index, name in enumerate(named)}
        self.parameters = [Cell() for _ in named]
        given = Reader(self, PARAMETERS)
        for cell in self.parameters:
            cell.readers = {given: None}
        self.extra: Any = None
        self.more: Any = None
        self.result = Cell()
        self.declared: Values = NONE
        self.yielded = Cell() if code.flags & GENERATOR else None
        self.sent = self.result if self.yielded is None else Cell()
        """What comes into a generator by `send`."""

    def captured_cell(self, name: str) -> Cell:
        cell = self.captured.get(name)
        if cell is None:
            cell = self.captured[name] = Cell()
        return cell


class Work:
    """The units that must be run (again), and the only way to make a cell grow.

    Units that ran less often come first, then those that stand earlier: a module is worked on until it has
    little left to say before others hear of it. (Measured on large projects against first come first served:
    a third fewer targets, because less is widened, and less time.)
    """

    def __init__(self, widening: Widening) -> None:
        self.queue: list[tuple[int, int, Unit]] = []
        self.widening = widening

    def wake(self, readers: Readers | None) -> None:
        if readers:
            for reader in readers:
                unit = reader.unit
                if unit.stale is not None:
                    if reader.index == WHOLE:
                        unit.stale = None
                    else:
                        unit.stale.add(reader.index)
                if not unit.queued:
                    unit.queued = True
                    heappush(self.queue, (unit.evaluations // _PATIENCE, unit.serial, unit))

    def add(self, cell: Cell, values: Values) -> bool:
        """Adds values to a cell; whether that made a difference."""
        before = cell.values
        if values <= before:
            return False
        if cell.ceilings is not None:
            covered = cell.covered
            if covered is None:
                covered = cell.covered = set()
            new = values - before - covered
            if not new:
                return False
            values = self.widening.below(new, cell.ceilings)
            covered.update(new - values)
            if not values:
                return False
        after = before | values if before else values
        if len(after) > LIMIT:
            ceilings = cell.ceilings or {}
            after = self.widening.bounded(after, ceilings)
            if ceilings:
                cell.ceilings = ceilings
        cell.values = after
        self.wake(cell.readers)
        return True
