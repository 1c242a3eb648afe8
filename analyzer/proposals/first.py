"""Which service to carve out first: the one that the least has to be cut for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .coupling import combined
from .survey import Survey

_LARGEST = 0.5
"""Share of all lines from which on a part is what remains, not what is carved out of it."""


class Option(NamedTuple):
    """A part that may be carved out. Sorted by how little is cut, then by name.

    `across` is the share of its ties that cross (its conductance, where it is the smaller side), `foreign`
    how many of its tables other parts write, `seeds` are their ids and the units that define or write them.
    """

    across: float
    foreign: int
    name: str
    tables: int
    seeds: tuple[str, ...]
    entries: int


def options(known: Survey, groups: Mapping[str, Iterable[str]]) -> tuple[Option, ...]:
    """The parts with tables of their own, best first; those with entry points if there are any such."""
    place = {unit: name for name, units in groups.items() for unit in units}
    place.update(_owners(known, place))
    inside, across = defaultdict[str, float](float), defaultdict[str, float](float)
    for (left, right), weight in combined(known, known.units, virtual=False).items():
        one, two = place.get(left), place.get(right)
        for name in {one, two} - {None}:
            (inside if one == two else across)[str(name)] += weight
    foreign = _written_by_others(known, place)
    total = known.lines(known.units)
    found = []
    for name, units in groups.items():
        own = set(units)
        tables = tuple(table for table in known.tables if place.get(table) == name)
        if tables and known.lines(own) <= _LARGEST * total:
            share = across[name] / (across[name] + inside[name]) if across[name] else 0.0
            seeds = (*_busy(known, own, set(tables)), *tables)
            entries = sum(known.units[unit].entries for unit in own)
            found.append(Option(round(share, 4), foreign[name], name, len(tables), seeds, entries))
    answering = [option for option in found if option.entries]
    return tuple(sorted(answering or found))


def _owners(known: Survey, place: Mapping[str, str]) -> dict[str, str]:
    """Table -> the part that defines it; one that nobody defines, the part that writes it most."""
    writers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (unit, table, kind), count in known.links.items():
        if kind == "writes" and unit in place and table not in known.definers:
            writers[table][place[unit]] += count
    found = {table: min(row, key=lambda name: (-row[name], name)) for table, row in writers.items()}
    return found | {table: place[unit] for table, unit in known.definers.items() if unit in place}


def _busy(known: Survey, own: set[str], tables: set[str]) -> Iterable[str]:
    """The units of a part that define or write its tables."""
    found = {known.definers.get(table, "") for table in tables}
    found |= {unit for unit, table, kind in known.links if kind == "writes" and table in tables}
    return sorted(found & own)


def _written_by_others(known: Survey, place: Mapping[str, str]) -> Counter[str]:
    """How many tables of each part code of other parts writes."""
    pairs = {
        (place[table], table)
        for unit, table, kind in known.links
        if kind == "writes" and table in place and place.get(unit, place[table]) != place[table]
    }
    return Counter(name for name, _ in pairs)
