"""Services as the data draws them: entities that the same functionalities use, and the code around them.

Tables are clustered by the functionalities and transactions that touch them (see `entities.py`). Code
follows what it writes most, else what it reads, else the tables that it defines; what touches no table
follows the code that it is tied to most. Library code is set aside first, as for `packages`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..model.boundary import Boundary, Wishes
from ..model.graph import Graph
from .assemble import assemble
from .coupling import combined
from .entities import clusters
from .naming import Namer
from .settle import most_services, settle
from .shared import sorted_parts
from .survey import Survey, survey

_ROUNDS = 20
"""Steps from the data after which code that has not been reached is left to `settle`."""

Votes = Mapping[str, Counter[int]]


class DataFirst:
    """Clusters of entities, and the code that writes them."""

    name = "data_first"

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """One boundary; none when the tables do not fall into groups."""
        known = survey(graph)
        found, apart = sorted_parts(known)
        parts = clusters(graph, known.tables, wishes.granularity)
        group_of = {table: number for number, part in enumerate(parts) for table in part}
        units = {unit for names in apart.domain.values() for unit in names}
        place = _follow(known, units, group_of)
        groups: defaultdict[int, list[str]] = defaultdict(list)
        for unit in sorted(units & place.keys()):
            groups[place[unit]].append(unit)
        if len(groups) < 2:
            return
        left = sorted(units - place.keys())
        made = [tuple(groups[number]) for number in sorted(groups)] + [(unit,) for unit in left]
        names = Namer(known, found, apart.domain).names(made)
        named = dict(zip(names, made, strict=True))
        settled = settle(known, named, most_services(wishes.granularity), names[len(groups) :])
        held = _held(settled.groups, named, sorted(groups), group_of)
        notes = [_told(parts), *settled.notes]
        yield assemble(known, settled.groups, {**apart.kernel, **settled.kernel}, notes, held)


def _told(parts: Sequence[Sequence[str]]) -> str:
    tables = sum(map(len, parts))
    alone = sum(len(part) == 1 for part in parts)
    return (
        f"{tables} tables form {len(parts) - alone} groups by the functionalities and transactions that use "
        f"them" + (f"; {alone} more are used with no other" if alone else "")
    )


def _follow(known: Survey, units: set[str], group_of: Mapping[str, int]) -> dict[str, int]:
    """Unit -> number of the cluster that it follows, for all that data or other code leads to."""
    place: dict[str, int] = {}
    for kinds in (("writes",), ("reads", "joins"), ("maps",)):
        votes = _votes(known, kinds, group_of)
        place.update({unit: _first(votes[unit]) for unit in sorted(units - place.keys()) if votes.get(unit)})
    _give_code(known, units, group_of, place)
    bonds: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for (left, right), weight in combined(known, units).items():
        bonds[left].append((right, weight))
        bonds[right].append((left, weight))
    for _ in range(_ROUNDS):
        near: dict[str, int] = {}
        for name in sorted(bonds.keys() - place.keys() - group_of.keys()):
            shares: defaultdict[int, float] = defaultdict(float)
            for other, weight in bonds[name]:
                if other in place:
                    shares[place[other]] += weight
            if shares:
                near[name] = min(shares, key=lambda number: (-round(shares[number], 9), number))
        if not near:
            break
        place.update(near)
    return place


def _give_code(known: Survey, units: set[str], group_of: Mapping[str, int], place: dict[str, int]) -> None:
    """A cluster of several tables that no code follows gets the unit that is busiest with it.

    Of the units whose own cluster has others: the one with the largest share of its accesses there.
    """
    votes = _votes(known, ("writes", "reads", "joins"), group_of)
    sizes = Counter(group_of.values())
    held = Counter(place.values())
    for number in sorted(number for number, size in sizes.items() if size > 1 and not held[number]):
        shares = [
            (-votes[unit][number] / votes[unit].total(), unit)
            for unit in units & place.keys()
            if votes[unit][number] and held[place[unit]] > 1
        ]
        if shares:
            unit = min(shares)[1]
            held[place[unit]] -= 1
            held[number] += 1
            place[unit] = number


def _votes(known: Survey, kinds: tuple[str, ...], group_of: Mapping[str, int]) -> Votes:
    """How often each unit touches each cluster of tables."""
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for (left, right, kind), count in known.links.items():
        if kind in kinds and right in group_of:
            found[left][group_of[right]] += count
    return found


def _first(counts: Counter[int]) -> int:
    return min(counts, key=lambda number: (-counts[number], number))


def _held(
    settled: Mapping[str, set[str]],
    named: Mapping[str, Sequence[str]],
    numbers: Sequence[int],
    group_of: Mapping[str, int],
) -> dict[str, str]:
    """Table -> service: a cluster of tables stays together, wherever its models are defined."""
    final = {unit: name for name, units in settled.items() for unit in units}
    service: dict[int, str] = {}
    for number, units in zip(numbers, named.values(), strict=False):
        homes = Counter(final[unit] for unit in units if unit in final)
        if homes:
            service[number] = min(homes, key=lambda name: (-homes[name], name))
    return {table: service[number] for table, number in sorted(group_of.items()) if number in service}


strategy = DataFirst()
