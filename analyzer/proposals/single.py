"""Which one service to carve out first, and how far it would reach: two extents by two stop rules.

    carveout propose --strategy single

Of the services that `packages` draws, those with tables and entry points of their own are ranked by the
share of their ties that cross. Walks from the tables of the first find its extent (see `extents.py`); one
proposal stops where its communities end, the other where walks from elsewhere are nearer. What they disagree
on stands beside them, each with what ties it to either side: that is what a person has to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..model.boundary import Boundary, Wishes
from ..model.graph import Graph
from .assemble import service_names
from .carving import REST, carve
from .disputes import reasons
from .extents import Extent, Reach
from .first import Option, options
from .settle import most_services, settle
from .shared import sorted_parts
from .structure import label
from .survey import Survey, survey

_TOLD = 4
"""How many of the things that only one rule takes are told, each with its reason."""
_OTHERS = 3


class Single:
    """The first service to carve out, twice."""

    name = "single"

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """Two boundaries of one service and the rest, if asked for; one, where both rules agree."""
        if self.name not in wishes.strategies:
            return
        known = survey(graph)
        _, apart = sorted_parts(known, wishes.granularity)
        settled = settle(known, apart.domain, most_services(wishes.granularity), apart.loose)
        names = service_names({key: label(known, key, settled.groups[key]) for key in settled.groups})
        ranked = options(known, {names[key]: units for key, units in settled.groups.items()})
        if not ranked:
            return
        first = ranked[0]
        service = f"{first.name}_service" if first.name == REST else first.name
        extent = Reach(known, wishes.granularity).extents({service: first.seeds})[service]
        extent = _without(extent, apart.kernel.keys() | apart.aside.keys(), set(first.seeds))
        said = [_chosen(first), *_behind(ranked[1 : _OTHERS + 1])]
        if set(extent.by_community) == set(extent.by_rivals):
            yield _carved(known, service, extent, first, [*said, "both stop rules stop at the same"])
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
            yield _carved(known, service, own, first, notes)


def _carved(known: Survey, service: str, extent: Extent, first: Option, notes: Sequence[str]) -> Boundary:
    boundary = carve(known, {service: extent}, {service: first.seeds})
    return replace(boundary, notes=tuple(notes))


def _chosen(first: Option) -> str:
    tables = f"{first.tables} tables" if first.tables > 1 else "table"
    who = f"others write {first.foreign} of" if first.foreign else "no other writes"
    return f"{first.name} first: {1 - first.across:.0%} of its ties stay inside, and {who} its {tables}"


def _without(extent: Extent, out: set[str], named: set[str]) -> Extent:
    """An extent without what is library code or aside, and so is not carved out in any case."""
    kept = ([name for name in names if name in named or name not in out] for names in extent)
    return Extent(*map(tuple, kept))


def _behind(others: Sequence[Option]) -> Iterable[str]:
    if others:
        shares = ", ".join(f"{option.name} {1 - option.across:.0%}" for option in others)
        yield f"next by the share of ties that stay inside: {shares}"


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
