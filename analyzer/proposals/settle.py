"""Repairs a grouping: small remainders join what they are tied to most, and there are not too many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .coupling import combined
from .survey import CODE_LINKS, Survey
from .words import last

_TINY = 0.01
"""Share of all lines below which a part without tables and routes is a remainder."""
_MINOR = 0.03
"""The same for a module that stands beside the packages, whatever entry points it has."""
_SILENT = 0.05
"""The same for a part to which no route, task or job leads, in a project that has some."""
_FEW = 100
"""Lines below which that is so in a project of any size."""
_MAINLY = 0.5
"""Share of its ties that a remainder must have with one part to join it, when three or more use it."""


def most_services(granularity: float) -> int:
    """How many services are sensible: 3 at 0, 20 at the default of 0.5, 133 at 1."""
    return round(float(3 * (20 / 3) ** (2 * granularity)))


@dataclass(slots=True)
class Settled:
    """`groups` maps a group's name to its units; `kernel` and `aside` say by unit why it has none.

    `borrowing` are groups that define no table, and of those that nobody defines write none the most.
    """

    groups: dict[str, set[str]] = field(default_factory=dict)
    kernel: dict[str, str] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    borrowing: frozenset[str] = frozenset()


class Bonds:
    """The weights between groups, kept up to date while groups merge."""

    def __init__(self, survey: Survey, groups: Mapping[str, Iterable[str]]) -> None:
        place = {unit: name for name, units in groups.items() for unit in units}
        place.update({table: place[unit] for table, unit in survey.definers.items() if unit in place})
        real = combined(survey, place.keys() - set(survey.tables), virtual=False)
        self.lent = _lent(survey)
        self.between: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for (left, right), weight in real.items():
            one, two = place.get(left), place.get(right)
            if one and two and one != two:
                self.between[one][two] += weight
                self.between[two][one] += weight

    def best(self, name: str, allowed: Iterable[str]) -> tuple[str | None, float]:
        """The group that `name` is tied to most, with its share of all ties of `name`."""
        row: Mapping[str, float] = self.between.get(name, {})
        options = sorted((-row[other], other) for other in allowed if row.get(other))
        if not options:
            return None, 0.0
        return options[0][1], -options[0][0] / sum(row.values())

    def merge(self, name: str, into: str) -> None:
        """Moves the ties of `name` to `into`."""
        for other, weight in self.between.pop(name, {}).items():
            self.between[other].pop(name, None)
            if other != into:
                self.between[other][into] += weight
                self.between[into][other] += weight


def settle(
    survey: Survey,
    groups: Mapping[str, Iterable[str]],
    limit: int,
    minor: Iterable[str] = (),
    kept: Collection[str] = (),
) -> Settled:
    """Merges remainders and then the smallest, until at most `limit` groups are left.

    Groups named in `minor` count as remainders even if they have a few entry points, unless large;
    those in `kept` join no other.
    """
    lesser = set(minor)
    result = Settled(groups={name: set(units) for name, units in sorted(groups.items()) if units})
    result.borrowing = _borrowing(survey, result.groups)
    bonds = Bonds(survey, result.groups)
    total = survey.lines(survey.units)
    tiny = {n for n in result.groups if _is_remainder(survey, result, n, total, n in lesser)}
    tiny -= set(kept)
    for name in sorted(tiny, key=lambda name: (survey.lines(result.groups[name]), name)):
        others = [other for other in result.groups if other != name]
        solid = [other for other in others if other not in tiny and bonds.between[name].get(other)]
        _place(survey, result, bonds, name, solid or others)
    merged: list[str] = []
    rank = {name: _weight(survey, units, total) for name, units in result.groups.items() if name not in kept}
    while len(result.groups) > limit and rank:
        name = min(rank, key=lambda name: (rank[name], name))
        into = _place(survey, result, bonds, name, _fitting(survey, result, bonds, name), force=True)
        del rank[name]
        if name in result.groups:
            continue  # data of its own, and tied to nothing: it stays
        merged.append(last(name))
        if into is not None:
            rank |= {into: _weight(survey, result.groups[into], total)} if into in rank else {}
    if merged:
        few = ", ".join(sorted(merged)[:8]) + (" ..." if len(merged) > 8 else "")
        left = len(result.groups)
        stay = f"to stay at {limit} services"
        if left > limit:
            stay = f"which leaves {left} services with data of their own that nothing ties to others"
        result.notes.append(
            f"{len(merged)} small part{'s' * (len(merged) != 1)} joined what they are tied to most, {stay} "
            f"(a higher granularity keeps them apart): {few}"
        )
    return result


def _is_remainder(survey: Survey, result: Settled, name: str, total: int, minor: bool) -> bool:
    units = result.groups[name]
    if all(unit in survey.split for unit in units):
        return True
    lines = survey.lines(units)
    if name not in result.borrowing and any(survey.units[unit].data for unit in units):
        return False
    if any(survey.units[unit].answers for unit in units):
        return lines < total * _TINY or (minor and lines < max(total * _MINOR, _FEW))
    answering = any(unit.answers for unit in survey.units.values())
    return len(units) == 1 or lines < total * (_SILENT if answering else _TINY)


def _borrowing(survey: Survey, groups: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The groups that only write tables of which others write more: these will own them."""
    place = {unit: name for name, units in groups.items() for unit in units}
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (left, right, kind), count in survey.links.items():
        if kind == "writes" and left in place and right not in survey.definers:
            written[right][place[left]] += count
    owning = {min(counts, key=lambda name: (-counts[name], name)) for counts in written.values()}
    owning |= {place[unit] for unit in survey.definers.values() if unit in place}
    return frozenset({name for counts in written.values() for name in counts} - owning)


def _fitting(survey: Survey, result: Settled, bonds: Bonds, name: str) -> list[str]:
    """The groups that one may join. Data joins data: no integration tied to all of the domain keeps it."""
    others = [other for other in result.groups if other != name]
    keeping = [other for other in others if _keeps(survey, result.groups[other])]
    is_data = _keeps(survey, result.groups[name])
    return keeping if is_data and any(bonds.between[name].get(other) for other in keeping) else others


def _keeps(survey: Survey, units: set[str]) -> bool:
    """Whether tables are declared in a group."""
    return any(survey.units[unit].tables for unit in units)


def _weight(survey: Survey, units: set[str], total: int) -> tuple[bool, bool, int]:
    """The order in which groups give way: small ones without data first, then without entry points."""
    return (
        any(survey.units[unit].data for unit in units) or survey.lines(units) >= total * _SILENT,
        any(survey.units[unit].entries for unit in units),
        survey.lines(units),
    )


def _place(
    survey: Survey, result: Settled, bonds: Bonds, name: str, allowed: list[str], force: bool = False
) -> str | None:
    """Merges a group into another (and returns that one), shares it or puts it aside.

    What has tables or entry points of its own and is tied to nothing stays a group.
    """
    best, share = bonds.best(name, allowed)
    if best is None and (best := _beside(survey, result, name)):
        share = 1.0
    partners = len(bonds.between.get(name, {}))
    units = result.groups[name]
    data = name not in result.borrowing and any(survey.units[unit].data for unit in units)
    own = data or any(survey.units[unit].answers for unit in units)
    typed = any(survey.units[unit].commands for unit in units)
    # Only what other code uses at least as much as it uses others may be shared.
    is_lent = sum(bonds.lent[unit] for unit in units) >= 0
    if best and (force or own or share >= _MAINLY or partners < 3 or not (typed or is_lent)):
        bonds.merge(name, best)
        result.groups[best] |= result.groups.pop(name)
        return best
    if own:
        return None
    del result.groups[name]
    if typed:
        tied = f"it is tied to {partners} parts alike" if partners else "it is tied to no part"
        result.aside.update(dict.fromkeys(units, f"a command for the whole project: {tied}"))
    elif partners:
        reason = f"small, without tables and routes, tied to {partners} parts alike"
        result.kernel.update(dict.fromkeys(units, reason))
    else:
        result.aside.update(dict.fromkeys(units, "nothing ties it to a service"))
    return None


def _beside(survey: Survey, result: Settled, name: str) -> str | None:
    """Where a piece of a module goes that defines no table, answers nothing and is tied to no group: to
    most of the other pieces. What it writes is no library's concern, and one class alone is no service.
    """
    units = result.groups[name]
    if any(u not in survey.split or survey.units[u].tables or survey.units[u].answers for u in units):
        return None
    modules = {survey.split[unit] for unit in units}
    counts = {
        other: sum(1 for unit in members if survey.units[unit].module in modules)
        for other, members in sorted(result.groups.items())
        if other != name
    }
    return max((other for other in counts if counts[other]), key=lambda other: counts[other], default=None)


def _lent(survey: Survey) -> Counter[str]:
    """How much more each unit is used than it uses others; within a group of units that comes to nothing."""
    found: Counter[str] = Counter()
    for (left, right, kind), count in survey.links.items():
        if kind in CODE_LINKS:
            found[right] += count
            found[left] -= count
    return found
