"""The code of all files -> what each scope calls, at which place."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from heapq import heappop
from typing import NamedTuple

from ...model.world import Passed, Row, RowUse
from ..collector import collected_after, collector_off
from .classes import ClassValue
from .code import (
    DICT,
    IMPORT_STAR,
    OF_CLASS,
    STATIC,
    STORE_ATTRIBUTE,
    STORE_GLOBAL,
    STORE_NAME,
    TUPLE,
    ModuleCode,
)
from .machine import Loads, Machine
from .row_uses import RowUses
from .rows import Rows
from .sites import Site, Sites
from .units import Cell, Unit
from .values import (
    FUNCTION,
    MODULE,
    NONE,
    PROPERTY,
    Values,
)

_INTERCEPTING = (".__getattribute__", ".__setattr__")
_DEEPEST = 100_000
_LARGE = 20_000
"""Scopes from which the memory that was worked in is worth the time to get it back at once."""
_MOST_RUNS = 60
"""How often one scope may run before what it would still find is given up, and counted."""


class Lowered(NamedTuple):
    """One file: its module's dotted name, whether it is a package, its code and what it exports."""

    path: str
    module: str
    is_package: bool
    code: ModuleCode
    exports: frozenset[str] | None = None


class Solution(NamedTuple):
    """Call sites, uses of rows and rows that are passed, by path in the order of the source.

    It counts how often something was given up.
    """

    sites: Mapping[str, list[Site]]
    saturated: int
    unfinished: int
    uses: Mapping[str, list[RowUse]]
    passed: Mapping[str, list[Passed]]


def _nothing(kind: str, name: str, texts: Sequence[str]) -> Sequence[str]:
    return ()


def solve(
    files: Iterable[Lowered],
    rules: Mapping[str, str] | None = None,
    loads: Loads = _nothing,
    rows: Collection[Row] = (),
    ends: bool = False,
) -> Solution:
    """Runs the code of all files until nothing changes. Depends on its arguments alone, not on their order.

    `rules` are types as data (see `outside.py`), `loads` says what functions load by texts,
    `rows` which classes are kept in tables. `ends` says that the process ends soon: then nobody needs the
    memory that was worked in.
    """
    ordered = sorted(files)
    large = not ends and sum(len(file.code.scopes) for file in ordered) > _LARGE
    with collector_off(), collected_after() if large else nullcontext():
        return _solve(ordered, Machine(rules or {}, loads), rows)


def _solve(ordered: list[Lowered], machine: Machine, known: Collection[Row]) -> Solution:
    units = []
    for index, file in enumerate(ordered):
        units.append(_load(machine, file))
        ordered[index] = file._replace(code=ModuleCode())  # the units have all of it
    for serial, unit in enumerate(unit for scopes in units for unit in scopes):
        unit.serial = serial
    machine.exports = {file.module: file.exports for file in ordered if file.exports is not None}
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEEPEST))
    try:
        rows = Rows(machine, known)
        rows.bind()
        unfinished = _run(machine, units, rows)
    finally:
        sys.setrecursionlimit(limit)
    told = Sites(machine)
    sites = {file.path: list(told.of(scopes)) for file, scopes in zip(ordered, units, strict=True)}
    of_rows = RowUses(machine, rows, (unit for scopes in units for unit in scopes))
    uses = {file.path: list(of_rows.uses(scopes)) for file, scopes in zip(ordered, units, strict=True)}
    passed = {file.path: list(of_rows.passed(scopes)) for file, scopes in zip(ordered, units, strict=True)}
    return Solution(sites, machine.work.widening.count, unfinished, uses, passed)


def _load(machine: Machine, file: Lowered) -> list[Unit]:
    scopes: list[Unit] = []
    for row in file.code.scopes:
        unit = Unit(row, file.code.names, scopes, file.module)
        unit.path = file.path
        constants = [machine.pool.constant(value) for value in reversed(row.constants)]
        unit.start = [NONE] * row.registers + constants
        scopes.append(unit)
        if unit.kind == "module":
            unit.is_package = file.is_package
            unit.value = machine.pool.make(MODULE, file.module, unit)
            machine.modules[file.module] = unit
        elif unit.kind == "class":
            unit.class_value = machine.classes.make(unit)
            machine.define(unit.dotted, unit.class_value)
        else:
            unit.value = machine.pool.make(FUNCTION, unit.dotted, unit)
            machine.define(unit.dotted, unit.value)
            if unit.name.endswith(_INTERCEPTING) and unit.parent is not None and unit.parent.kind == "class":
                machine.classes.intercepting.add(unit.parent.class_value)
                unit.parent.class_value.is_odd = True
            _containers(machine, unit, row.vararg, row.kwarg)
    _names(machine, scopes)
    return scopes


def _containers(machine: Machine, unit: Unit, vararg: str, kwarg: str) -> None:
    if vararg:
        unit.extra = machine.containers.new(TUPLE)
        unit.extra.readers[unit.reader] = None
    if kwarg:
        unit.more = machine.containers.new(DICT)
        unit.more.readers[unit.reader] = None


def _names(machine: Machine, scopes: list[Unit]) -> None:
    """The names that a module binds are known before it runs: readers wait for them."""
    top = scopes[0]
    for instruction in top.code:
        if instruction[0] == STORE_NAME:
            top.namespace.setdefault(top.names[instruction[1]], Cell())
        elif instruction[0] == IMPORT_STAR:
            top.stars.append(machine.globals.module_name(top, instruction[1], instruction[2]))
    for unit in scopes:
        for instruction in unit.code:
            if instruction[0] == STORE_GLOBAL:
                top.namespace.setdefault(top.names[instruction[1]], Cell())
            elif instruction[0] == STORE_ATTRIBUTE:
                machine.outside.stored.add(top.names[instruction[2]])


def _run(machine: Machine, units: list[list[Unit]], rows: Rows) -> int:
    for scopes in units:
        if not scopes[0].started:
            machine.run(scopes[0])
    for scopes in units:
        machine.work.wake({unit.whole: None for unit in scopes if not unit.started})
    unfinished = _drain(machine)
    rows.bind_managers()
    machine.settled = True
    machine.work.wake(machine.undecided)
    for scopes in units:
        for unit in scopes:
            if unit.kind == "class" and not machine.is_only_a_base(unit.class_value):
                _open(machine, unit.class_value)
            if unit.kind == "class":
                machine.handing.to_methods(unit.class_value)
    unfinished += _drain(machine)
    for scopes in units:
        for unit in scopes:
            if unit.kind == "class" and machine.is_only_a_base(unit.class_value):
                _open_base(machine, unit.class_value)
        machine.handing.by_convention(scopes)
        rows.by_convention(scopes)
    return unfinished + _drain(machine)


def _open(machine: Machine, class_: ClassValue) -> None:
    """Methods may be called by anybody, those that a framework's own instances inherit as well."""
    for base in class_.order if machine.is_made_outside(class_) else class_.order[:1]:
        for cell in base.own.values() if isinstance(base, ClassValue) else ():
            for method in _methods(cell.values):
                if method.parameters and not method.flags & (STATIC | OF_CLASS):
                    machine.work.add(method.parameters[0], class_.instance.one)


def _open_base(machine: Machine, class_: ClassValue) -> None:
    """Methods of an abstract class that nothing was seen to call run on instances of the classes below."""
    for cell in class_.own.values():
        for method in _methods(cell.values):
            if (
                method.parameters
                and not method.parameters[0].values
                and not method.flags & (STATIC | OF_CLASS)
            ):
                machine.work.add(method.parameters[0], class_.some.one)


def _methods(values: Values) -> Iterator[Unit]:
    """The functions of a class's attribute: of a property those that get, set and delete it."""
    for value in values:
        parts = (value.a, *(value.b or ())) if value.kind == PROPERTY else (value,)
        for part in parts:
            if part is not None and part.kind == FUNCTION:
                yield part.a


def _drain(machine: Machine) -> int:
    """Runs what waits; how many units were given up."""
    queue, unfinished = machine.work.queue, 0
    while queue:
        unit = heappop(queue)[-1]
        if unit.evaluations >= _MOST_RUNS:
            unit.queued = False
            unfinished += 1
            continue
        machine.run(unit)
    return unfinished
