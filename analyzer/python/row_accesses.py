"""Collects what code does to tables: an edge for each function, table and kind, however often it was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.evidence import CONFIDENCES, BlindSpot, Confidence, Evidence, Place, Via
from ..model.graph import Edge
from ..model.world import World
from .turns import Turns

ANY_TABLE = "*"
"""Stands for one of many tables."""
_ROUNDS = 4
"""How far methods are followed that call each other on the same object."""


class Where(NamedTuple):
    """A place in the code; `order` is that of a call in its scope."""

    path: str
    scope: str
    line: int
    column: int
    order: int = 0


Inherited = tuple[Where, str, Mapping[str, Sequence[str]], bool]
"""A call of a method: its place, the method's dotted name, class that it is called on -> its tables, and
whether the call itself tells that class."""


class _Seen(NamedTuple):
    trust: Confidence
    via: Via
    order: int
    columns: frozenset[str]
    how: frozenset[str]
    weak: bool


class RowAccesses:
    """Accesses by place: what is seen in two ways counts once, as the surer of both."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: dict[tuple[str, str, str, Place], _Seen] = {}
        self._touched: set[tuple[str, str]] = set()
        self._written: set[tuple[str, int, int]] = set()
        self._turns: dict[str, Turns] = {}

    def add(
        self,
        where: Where,
        table: str,
        kind: str,
        trust: Confidence,
        via: Via,
        columns: Sequence[str] = (),
        how: Sequence[str] = (),
        again: bool = True,
        weak: bool = False,
    ) -> None:
        """A function reads, joins or writes a table; `again`: it does so once for each turn of a loop.

        `weak`: it is but possible even where the table is known.
        """
        if not table:
            return  # an abstract class has none of its own: its rows are those of the classes below it
        words = {*how, "loop"} if again and self.in_loop(where) else {*how}
        seen = _Seen(trust, via, where.order, frozenset(columns), frozenset(words), weak)
        source = self._world.scope_id(where.path, where.scope)
        self._touched.add((source, table))
        if kind == "writes":
            self._written.add((where.path, where.line, where.column))
        key = (source, f"table:{table}", kind, Place(where.path, where.line, where.column))
        known = self._seen.get(key)
        self._seen[key] = seen if known is None else _both(known, seen)

    def touches(self, where: Where, table: str) -> bool:
        """Whether the function was seen to use a table so far."""
        return (self._world.scope_id(where.path, where.scope), table) in self._touched

    def writes_at(self, where: Where) -> bool:
        """Whether a write was seen at a place, be it of one of many tables."""
        return (where.path, where.line, where.column) in self._written

    def in_loop(self, where: Where) -> bool:
        """Whether a place lies in a loop of its scope."""
        turns = self._turns.get(where.path)
        if turns is None:
            turns = self._turns[where.path] = Turns(self._world.files[where.path].loops)
        return turns.hold(where.scope, where.line, where.column)

    def inherit(self, uses: Sequence[Inherited]) -> None:
        """What a method may do to many tables its callers do to those that the receiver is about."""
        generic: dict[str, dict[tuple[str, str], frozenset[str]]] = {}
        told = {method for _, method, _, tells in uses if tells}
        for (source, table, kind, _), seen in self._seen.items():
            # Where but one class ever flows to a method it is sure of it, as is who tells it that class.
            sure = seen.via == "value-flow" and source.removeprefix("function:") in told
            if (seen.trust == "possible" or sure) and not seen.weak:
                known = generic.setdefault(source, {})
                known[table, kind] = known.get((table, kind), frozenset()) | seen.how
        for _ in range(_ROUNDS):
            changed = False
            for where, method, classes, _ in uses:
                source, does = (
                    self._world.scope_id(where.path, where.scope),
                    generic.get(f"function:{method}", {}),
                )
                if source == f"function:{method}":
                    continue
                tables = [table for tables in classes.values() for table in tables]
                trust: Confidence = "likely" if len(classes) == 1 and ANY_TABLE not in tables else "possible"
                if ANY_TABLE in tables:
                    tables = sorted(table.partition(":")[2] for table, _ in does)
                for table in dict.fromkeys(tables):
                    for kind in ("reads", "joins", "writes"):
                        how = does.get((f"table:{table}", kind), does.get((f"table:{ANY_TABLE}", kind)))
                        joined = kind == "joins" and (f"table:{table}", "reads") in does
                        if how is None or joined:  # what is asked for is not joined as well
                            continue
                        self.add(where, table, kind, trust, "value-flow", how=tuple(sorted(how - {"loop"})))
                        own = generic.setdefault(source, {})
                        changed = changed or (f"table:{table}", kind) not in own
                        own.setdefault((f"table:{table}", kind), how)
            if not changed:
                break

    def give_rows(self, uses: Sequence[tuple[Where, str, str]]) -> None:
        """(place, method, table): who asks a method for rows of a table reads it as the method does."""
        asked = {
            (source, table)
            for (source, table, kind, _), seen in self._seen.items()
            if kind == "reads" and seen.trust != "possible"
        }
        for where, method, table in uses:
            if (f"function:{method}", f"table:{table}") in asked:
                self.add(where, table, "reads", "likely", "value-flow")

    def edges(self) -> Iterator[Edge | BlindSpot]:
        """All of them, sorted; what may be any of many tables is a blind spot."""
        told: set[tuple[str, str]] = set()
        for (source, table, kind, place), seen in sorted(self._seen.items()):
            if table == f"table:{ANY_TABLE}":
                if (source, kind) in told:
                    continue
                told.add((source, kind))
                text = f"{source.partition(':')[2]} {kind} one of many tables: it is told at run time which"
                yield BlindSpot("dynamic-table-name", place, text)
                continue
            evidence = (Evidence(place, seen.via),)
            columns, how = tuple(sorted(seen.columns)), tuple(sorted(seen.how))
            yield Edge(source, table, kind, seen.trust, evidence, seen.order, columns=columns, how=how)


def each_apart(
    where: Where, method: str, classes: Mapping[str, Sequence[str]], each: bool, tells: bool = False
) -> list[Inherited]:
    """A call on something that is about classes: one of several, or each in its turn."""
    if each:
        return [(where, method, {name: tables}, tells) for name, tables in classes.items()]
    return [(where, method, classes, tells)] if classes else []


def _both(one: _Seen, other: _Seen) -> _Seen:
    better = min(one, other, key=lambda seen: CONFIDENCES.index(seen.trust))
    order = min((seen.order for seen in (one, other) if seen.order), default=0)
    return _Seen(
        better.trust,
        better.via,
        order,
        one.columns | other.columns,
        one.how | other.how,
        one.weak and other.weak,
    )
