"""Services of the size that the user wants: small ones join, large ones are divided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from ..model.boundary import SHARED
from ..model.pins import Sizes
from .consensus import communities
from .coupling import combined
from .settle import Bonds
from .survey import Survey
from .words import common, domain_words, slug

_FINER = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Resolutions at which a service is looked at until its parts are small enough."""


def fit(known: Survey, owner: dict[str, str], sizes: Sizes, fixed: Collection[str]) -> list[str]:
    """Changes `owner` (unit -> service) until each service has its size, and says what was done.

    A service that units in `fixed` are pinned to never joins another one.
    """
    notes = []
    if sizes.largest:
        notes += _divide(known, owner, sizes.largest)
    if sizes.smallest:
        notes += _join(known, owner, sizes.smallest, {owner[unit] for unit in fixed if unit in owner})
    return notes


def _services(owner: Mapping[str, str]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for unit, service in owner.items():
        if service != SHARED:
            found[service].add(unit)
    return dict(sorted(found.items()))


def _modules(known: Survey, units: Collection[str]) -> int:
    return len({known.units[unit].module for unit in units})


def _divide(known: Survey, owner: dict[str, str], most: int) -> list[str]:
    notes = []
    for service, units in _services(owner).items():
        size = _modules(known, units)
        if size <= most:
            continue
        parts = _parts(known, units, most)
        if len(parts) < 2:
            notes.append(f"{service} has {size} modules, more than {most}, and nothing tells its parts apart")
            continue
        taken = set(owner.values())
        names, whole = [service], common(units)
        for part in parts[1:]:
            names.append(_name(known, service, part, whole, taken | set(names)))
            owner.update(dict.fromkeys(part, names[-1]))
        notes.append(f"{service} had {size} modules, more than {most}: it became {', '.join(names)}")
    return notes


def _parts(known: Survey, units: Collection[str], most: int) -> list[tuple[str, ...]]:
    """The communities of a service at the coarsest resolution that makes them small enough, largest first."""
    weights = combined(known, set(units))
    found: list[tuple[str, ...]] = []
    for resolution in _FINER:
        groups = [tuple(n for n in group if n in units) for group in communities(weights, resolution)]
        found = [group for group in groups if len(group) > 1]
        if found and all(_modules(known, group) <= most for group in found):
            break
    if not found:
        return []
    placed = {unit for group in found for unit in group}
    rest = tuple(sorted(set(units) - placed))
    return [(*found[0], *rest), *found[1:]]


def _name(known: Survey, service: str, part: Sequence[str], whole: str, taken: Collection[str]) -> str:
    """After the package, or the word, below the service's own that most of a part's code lies in."""
    counts: Counter[str] = Counter()
    for unit in part:
        for component in dict.fromkeys(unit[len(whole) :].lower().strip(".").split(".")):
            if domain_words(component) and component != service:
                counts[component] += known.units[unit].lines
    most = min(counts, key=lambda word: (-counts[word], word), default="part")
    plain = name = slug(f"{service}_{most}")
    number = 2
    while name in taken:
        name, number = f"{plain}_{number}", number + 1
    return name


def _join(known: Survey, owner: dict[str, str], least: int, kept: Collection[str]) -> list[str]:
    groups = _services(owner)
    bonds = Bonds(known, groups)
    joined: defaultdict[str, list[str]] = defaultdict(list)
    alone = []
    for service in sorted(groups, key=lambda name: (_modules(known, groups[name]), name)):
        if service in kept or _modules(known, groups[service]) >= least:
            continue
        best, _ = bonds.best(service, (name for name in groups if name != service))
        if best is None:
            alone.append(service)
            continue
        bonds.merge(service, best)
        units = groups.pop(service)
        groups[best] |= units
        owner.update(dict.fromkeys(units, best))
        joined[best] += [service, *joined.pop(service, [])]
    notes = [
        f"{', '.join(sorted(names))}: fewer than {least} modules, joined {service}, tied to it most"
        for service, names in sorted(joined.items())
    ]
    if alone:
        notes.append(f"{', '.join(alone)}: fewer than {least} modules, but tied to no other service")
    return notes
