"""Access to the tables of Peewee's models: calls on classes, rows and queries, by names and values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...model.evidence import BlindSpot, Confidence, Via
from ...model.facts import Call
from ...model.graph import Edge
from ...model.world import RowUse, Symbol, World
from ...python.flow.subjects import ANY
from ...python.row_accesses import ANY_TABLE, Inherited, RowAccesses, Where, each_apart
from .methods import ASKED, BOTH, JOINS, READS, WRITES
from .models import Models
from .types import MODEL, QUERY


class Access:
    """Collects accesses of all files."""

    def __init__(self, world: World, models: Models) -> None:
        self._world, self._tables, self._accesses = world, models.of_name, RowAccesses(world)
        self._inherited: list[Inherited] = []

    def edges(self) -> Iterator[Edge | BlindSpot]:
        """`reads`, `joins` and `writes` of the tables of models."""
        if not self._tables:
            return
        for path in self._world.files:
            if self._world.is_test(path):
                continue
            for call, _ in self._world.calls(path):
                self._named(path, call)
            uses = self._world.row_uses(path)
            for key, group in groupby(uses, key=lambda use: (use[:5], use.name)):
                self._uses(Where(path, *key[0][:4]), list(group))
        self._accesses.inherit(self._inherited)
        yield from self._accesses.edges()

    def _named(self, path: str, call: Call) -> None:
        """`Order.select()`: what the class says in the code itself, certainly."""
        owner, _, method = call.target.rpartition(".")
        if method not in WRITES and method not in READS and method != BOTH:
            return
        symbol: Symbol | None = self._world.resolve(path, call.scope, owner) if owner else None
        if symbol is not None and symbol.kind == "class" and symbol.name in self._tables:
            own = self._world.member(symbol.name, method)
            if own is None or own.kind == "external":  # not a method of the project's own
                trust: Confidence = "certain" if symbol.evident else "likely"
                where = Where(path, call.scope, call.line, call.column, call.order)
                self._do(where, self._tables[symbol.name], method, trust, "syntax")

    def _uses(self, where: Where, uses: Sequence[RowUse]) -> None:
        """What values tell of one place: `cls.model.select()`, rows that are saved, joins."""
        tables = {**self._tables, ANY: ANY_TABLE}
        known = {use.about: tables[use.about] for use in uses if use.about in tables}
        first = uses[0]
        if first.kind == "inherited":
            told = {name: (table,) for name, table in known.items()}
            self._inherited += each_apart(where, first.name, told, first.each)
            return
        sure = (len(known) == 1 or first.each) and first.sure and ANY not in known
        trust: Confidence = "likely" if sure else "possible"
        owner, _, method = first.name.rpartition(".")
        asks = first.kind == "call" and owner in (MODEL, QUERY)
        if asks and method in JOINS:
            given = {name for use in uses for _, kind, name in use.given if kind == "class"}
            for name in sorted(given & self._tables.keys()):
                one: Confidence = "likely" if (len(given) == 1 or first.each) and first.sure else "possible"
                self._accesses.add(where, self._tables[name], "joins", one, "value-flow")
        elif asks and (owner == MODEL or method in ASKED):
            for table in known.values():
                self._do(where, table, method, trust, "value-flow")
        elif first.kind == "iterate" and first.name == QUERY:
            for table in known.values():
                self._accesses.add(where, table, "reads", trust, "value-flow")

    def _do(self, where: Where, table: str, method: str, trust: Confidence, via: Via) -> None:
        if method in READS or method in ASKED or method == BOTH:
            counted = ("aggregate",) if method == "count" else ()
            self._accesses.add(where, table, "reads", trust, via, how=counted)
        if method in WRITES or method == BOTH:
            how = (WRITES.get(method, "insert"),)
            self._accesses.add(where, table, "writes", trust, via, how=how)
