"""Which one service to carve out first, and how far it would reach: two extents by two stop rules.

    carveout propose --strategy single

Of the services that `packages` draws, the first in the order of extraction (`graph/order.py`, as `assess` and
the report rank them) that has tables of its own and no more than half of the code. Walks from its tables
find its extent (see `extents.py`); one
proposal stops where its communities end, the other where walks from elsewhere are nearer. What they disagree
on stands beside them, each with what ties it to either side: that is what a person has to decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..graph.cut import cut
from ..graph.order import order
from ..model.assessment import Candidate
from ..model.boundary import Boundary, Wishes
from ..model.graph import Graph
from .assemble import assemble
from .carving import REST, carve
from .disputes import reasons
from .extents import Extent, Reach
from .packages import draw
from .shared import sorted_parts
from .survey import Survey, survey

_TOLD = 4
"""How many of the things that only one rule takes are told, each with its reason."""
_OTHERS = 3
_LARGEST = 0.5
"""Share of all lines from which on a part is what remains, not what is carved out of it."""


class Single:
    """The first service to carve out, twice."""

    name = "single"

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """Two boundaries of one service and the rest, if asked for; one, where both rules agree."""
        if self.name not in wishes.strategies:
            return
        known = survey(graph)
        _, apart = sorted_parts(known, wishes.granularity)
        groups, kernel, _ = draw(known, wishes.granularity)
        ranked, passed = _ranked(graph, known, assemble(known, groups, kernel), groups)
        if not ranked:
            return
        first = ranked[0]
        seeds = _seeds(known, groups, first.name)
        service = f"{first.name}_service" if first.name == REST else first.name
        extent = Reach(known, wishes.granularity).extents({service: seeds})[service]
        extent = _without(extent, apart.kernel.keys() | apart.aside.keys(), set(seeds))
        said = [_chosen(first), *passed, *_behind(ranked[1 : _OTHERS + 1])]
        if set(extent.by_community) == set(extent.by_rivals):
            yield _carved(known, service, extent, seeds, [*said, "both stop rules stop at the same"])
            return
        disputed = _disputes(graph, known, extent)
        for rule, names_of, other in (
            ("its community", extent.by_community, extent.by_rivals),
            ("its walk", extent.by_rivals, extent.by_community),
        ):
            own = extent._replace(taken=names_of)
            notes = [
                *said,
                _differs(service, rule, names_of, other),
                *_alone(names_of, other, disputed),
            ]
            yield _carved(known, service, own, seeds, notes)


def _ranked(
    graph: Graph, known: Survey, drawn: Boundary, groups: Mapping[str, set[str]]
) -> tuple[list[Candidate], list[str]]:
    """The services that may be carved out, in the order of extraction; why those before the first may not."""
    total = known.lines(known.units)
    keeping = {service.name for service in drawn.services if service.tables}
    large = {name for name, units in groups.items() if known.lines(units) > _LARGEST * total}
    found = order(graph, drawn, cut(graph, drawn))
    ranked = [each for each in found if each.name in keeping - large]
    before = found[: found.index(ranked[0])] if ranked else ()
    return ranked, [
        f"{each.name} stands before it in the order of extraction, but "
        + ("is more than half of the code" if each.name in large else "keeps no table of its own")
        for each in before
    ]


def _seeds(known: Survey, groups: Mapping[str, set[str]], name: str) -> tuple[str, ...]:
    """The tables of a part, and its units that define or write them."""
    tables = {table for table, owner in _owners(known, groups).items() if owner == name}
    busy = {known.definers.get(table, "") for table in tables}
    busy |= {unit for unit, table, kind in known.links if kind == "writes" and table in tables}
    return (*sorted(busy & groups[name]), *sorted(tables))


def _owners(known: Survey, groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Table -> the part that defines it; one that nobody defines, the part that writes it most."""
    place = {unit: name for name, units in groups.items() for unit in units}
    writers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (unit, table, kind), count in known.links.items():
        if kind == "writes" and unit in place and table not in known.definers:
            writers[table][place[unit]] += count
    found = {table: min(row, key=lambda name: (-row[name], name)) for table, row in writers.items()}
    return found | {table: place[unit] for table, unit in known.definers.items() if unit in place}


def _carved(
    known: Survey, service: str, extent: Extent, seeds: Sequence[str], notes: Sequence[str]
) -> Boundary:
    boundary = carve(known, {service: extent}, {service: seeds})
    return replace(boundary, notes=tuple(notes))


def _chosen(first: Candidate) -> str:
    crossing = (
        f"{_counted(first.calls_in + first.calls_out, 'function')}, {_counted(first.shared_tables, 'table')}"
    )
    return (
        f"{first.name} first: it answers {first.entries} of {first.all_entries} routes, tasks, jobs and "
        f"commands for {_days(first)}; {crossing} and {_counted(first.transactions, 'transaction')} cross "
        "its border"
    )


def _days(each: Candidate) -> str:
    return f"{each.effort[0]} to {each.effort[1]} days"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _without(extent: Extent, out: set[str], named: set[str]) -> Extent:
    """An extent without what is library code or aside, and so is not carved out in any case."""

    def kept(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in named or name not in out)

    return extent._replace(
        taken=kept(extent.taken),
        near=kept(extent.near),
        by_community=kept(extent.by_community),
        by_rivals=kept(extent.by_rivals),
    )


def _behind(others: Sequence[Candidate]) -> Iterable[str]:
    if others:
        told = ", ".join(
            f"{each.name} ({_counted(each.entries, 'entry point')}, {_days(each)})" for each in others
        )
        yield f"next in the order of extraction: {told}"


def _differs(service: str, rule: str, taken: Sequence[str], other: Sequence[str]) -> str:
    both = len(set(taken) & set(other))
    return f"{service} as far as {rule} reaches: {len(taken)} modules, pieces or tables; {both} by both rules"


def _disputes(graph: Graph, known: Survey, extent: Extent) -> Mapping[str, str]:
    """What only one rule takes, nearest first on each side, with the reason, as far as it is told."""
    told = [
        name
        for one, two in ((extent.by_community, extent.by_rivals), (extent.by_rivals, extent.by_community))
        for name in [name for name in one if name not in set(two)][:_TOLD]
    ]
    return reasons(graph, known, told, extent.near)


def _alone(taken: Sequence[str], other: Sequence[str], disputed: Mapping[str, str]) -> Iterable[str]:
    """What this rule takes and the other does not, and the other way round."""
    for verb, one, two in (("takes alone", taken, other), ("leaves out", other, taken)):
        names = [name for name in one if name not in set(two)]
        yield from (f"{verb} {_plain(name)}: {disputed[name]}" for name in names[:_TOLD])
        if len(names) > _TOLD:
            yield f"{verb} {len(names) - _TOLD} more"


def _plain(name: str) -> str:
    return name.replace(":", " ", 1)


strategy = Single()
