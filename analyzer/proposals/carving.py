"""A boundary of services carved out of the rest, by their extents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..model.boundary import Boundary
from .assemble import assemble
from .extents import Extent
from .shared import sorted_parts
from .survey import Survey

REST = "rest"
"""The service that everything else belongs to."""
_LISTED = 6


def carve(known: Survey, found: Mapping[str, Extent], seeds: Mapping[str, Sequence[str]]) -> Boundary:
    """The boundary of services of these extents; all other code of the domain is the rest."""
    _, apart = sorted_parts(known)
    out = apart.kernel.keys() | apart.aside.keys()
    groups: dict[str, set[str]] = {}
    held: dict[str, str] = {}
    for service, extent in found.items():
        named = set(seeds[service])
        groups[service] = {
            name for name in extent.taken if name in known.units and (name in named or name not in out)
        }
        groups[service] -= {
            name for name in groups[service] - named if _mostly_others(known, name, groups[service])
        }
        held.update({name: service for name in extent.taken if name not in known.units})
    placed = {unit: service for service, units in groups.items() for unit in units}
    for table, service in list(held.items()):
        definer = known.definers.get(table)
        if definer is None:
            continue
        # A model goes with its table, if that is what most of the tables of its unit do.
        own = known.units[definer].tables
        if definer not in placed and 2 * sum(held.get(other) == service for other in own) > len(own):
            placed[definer] = service
            groups[service].add(definer)
        if placed.get(definer) != service and table not in seeds[service]:
            del held[table]
    taken = set(placed)
    rest = {unit for units in apart.domain.values() for unit in units} - taken
    if rest:
        groups[REST] = rest
    kernel = {unit: reason for unit, reason in apart.kernel.items() if unit not in taken}
    notes = [line for service, extent in found.items() for line in differences(service, extent)]
    return assemble(known, groups, kernel, notes, held)


def _mostly_others(known: Survey, name: str, units: set[str]) -> bool:
    """Whether a unit is the `__init__` of a package that is mostly elsewhere."""
    if not known.units[name].package:
        return False
    below = [other for other in known.units if other.startswith(f"{name}.") and other not in known.split]
    return 2 * sum(other in units for other in below) <= len(below)


def differences(service: str, extent: Extent) -> Iterable[str]:
    """What the two stop rules agree on, and what only one of them takes."""
    tables = sum(name.startswith("table:") for name in extent.taken)
    reached = f"{len(extent.taken) - tables} modules or pieces of them and {tables} tables"
    near, taken = set(extent.near), set(extent.taken)
    if extent.home:
        more = len(near & taken)
        yield (
            f"{service} takes {extent.home} and what both stop rules agree on ({more} of all), of "
            f"others' tables those that only it writes: {reached}"
        )
    else:
        agreed = f"both stop rules agree on {len(near)} of these {len(taken)}"
        yield f"{service} reaches {reached}; {agreed}"
    for rule, names in (("its community", extent.by_community), ("its walk", extent.by_rivals)):
        alone = [name for name in names if name not in near]
        if alone:
            left = "takes" if alone[0] in taken else "would take"
            yield f"{service}: only {rule} {left} {_few(alone)}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
