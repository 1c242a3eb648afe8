"""The services that are agreed already, as they stand in the boundary file, with what came since.

Nothing that is agreed is moved: who edits the file and proposes again finds the edits. Packages that no
service owns join the one that they are tied to most, as long as most of the code is agreed; where only a
few services are carved out of a monolith, the rest of it is no addition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..graph.cut import Membership
from ..model.boundary import AGREED, SHARED, Boundary, Wishes
from ..model.graph import Graph
from .coupling import combined
from .ownership import table_owners
from .shared import sorted_parts
from .survey import Survey, survey

_MOST = 2 / 3
"""Share of the units that must be agreed before others are taken for additions."""
_TOLD = 6


class Agreed:
    """What is agreed, completed."""

    name = AGREED

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """One boundary; none as long as nothing is agreed."""
        agreed = wishes.agreed
        if not agreed.services:
            return
        known = survey(graph)
        membership = Membership(graph, agreed)
        owner = {name: found for name in known.units if (found := _owner_of(membership, name))}
        notes = ["the services of carveout.toml, as they are agreed"]
        free = _free(known, owner)
        added: Mapping[str, str] = {}
        if len(owner) >= _MOST * (len(owner) + len(free)):
            added = _places(known, owner, free)
            notes += _told(added)
        elif free:
            notes.append(f"{len(free)} modules are in no service: most of the code is not agreed yet")
        owner.update((unit, added[group]) for unit, group in _grouped(known, owner, free) if group in added)
        tables = {
            id.partition(":")[2]: service
            for id, service in table_owners(known, owner)[0].items()
            if membership.of(id) is None and service != SHARED
        }
        if tables:
            few = ", ".join(sorted(tables)[:_TOLD]) + (" ..." if len(tables) > _TOLD else "")
            notes.append(f"new: {len(tables)} tables join the services that declare or write them: {few}")
        services = tuple(
            replace(
                service,
                modules=(*service.modules, *_of(service.name, added)),
                tables=(*service.tables, *_of(service.name, tables)),
            )
            for service in agreed.services
        )
        yield replace(agreed, services=services, notes=tuple(notes))


def _of(service: str, added: Mapping[str, str]) -> list[str]:
    return sorted(name for name, owner in added.items() if owner == service)


def _owner_of(membership: Membership, unit: str) -> str | None:
    return membership.of(f"class:{unit}")


def _free(known: Survey, owner: Mapping[str, str]) -> set[str]:
    """The units of the domain that nobody owns."""
    domain = sorted_parts(known)[1].domain
    return {unit for units in domain.values() for unit in units if unit not in owner}


def _grouped(known: Survey, owner: Mapping[str, str], free: set[str]) -> list[tuple[str, str]]:
    """Each free unit with the largest package around it that has nothing but free units."""
    taken = {""}
    for name in owner:
        place = known.units[name].module
        while place:
            taken.add(place)
            place = place.rpartition(".")[0]
    groups = []
    for unit in sorted(free):
        group = known.units[unit].module
        if group in taken:
            continue
        while (above := group.rpartition(".")[0]) not in taken:
            group = above
        groups.append((unit, group))
    return groups


def _places(known: Survey, owner: Mapping[str, str], free: set[str]) -> dict[str, str]:
    """Package -> the service that it is tied to most; those that are tied to none stay out."""
    group_of = dict(_grouped(known, owner, free))
    bonds: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    place = {**owner, **{t: owner[u] for t, u in known.definers.items() if u in owner}}
    for (left, right), weight in combined(known, {*owner, *free}, virtual=False).items():
        for one, other in ((left, right), (right, left)):
            if one in group_of and place.get(other, SHARED) != SHARED:
                bonds[group_of[one]][place[other]] += weight
    return {
        group: min(weights, key=lambda name: (-weights[name], name))
        for group, weights in sorted(bonds.items())
    }


def _told(added: Mapping[str, str]) -> Iterable[str]:
    for number, (group, service) in enumerate(sorted(added.items())):
        if number == _TOLD:
            yield f"new: {len(added) - _TOLD} more packages"
            return
        yield f"new: {group} joins {service}, which it is tied to most"


strategy = Agreed()
