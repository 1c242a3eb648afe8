"""A grouping of units -> a boundary: patterns, tables, entry points, public names, dependencies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ..model.boundary import SHARED, Boundary, Service, Shared
from .ownership import table_owners
from .survey import Survey
from .words import slug

_PUBLIC = 8
"""How many modules a proposed public interface lists before their packages are named instead."""


def assemble(
    survey: Survey,
    groups: Mapping[str, Iterable[str]],
    kernel: Mapping[str, str],
    notes: Iterable[str] = (),
) -> Boundary:
    """The boundary of services `name -> units` and the shared kernel `unit -> reason`."""
    owner = {unit: name for name, units in groups.items() for unit in units}
    owner.update(dict.fromkeys(kernel, SHARED))
    modules, functions = _code_patterns(survey, owner)
    tables, why = table_owners(survey, owner)
    place = {**owner, **tables}
    said = list(notes)
    entries: defaultdict[str, list[str]] = defaultdict(list)
    for id in survey.entry_points:
        unit = survey.unit_of(id)
        if unit in owner:
            entries[owner[unit]].append(id.partition(":")[2])
    public, uses = _relations(survey, place)
    services = tuple(
        Service(
            name,
            modules=tuple(modules.get(name, ())),
            functions=tuple(functions.get(name, ())),
            tables=_names(tables, name),
            entry_points=tuple(sorted(set(entries.get(name, ())))),
            public=_shortened(public.get(name, set()), modules.get(name, ())),
            may_use=tuple(sorted(uses.get(name, set()) - {name, SHARED})),
        )
        for name in sorted(groups)
    )
    for service in services:
        if not service.public and len(public.get(service.name, ())) > _PUBLIC:
            count = len(public[service.name])
            said.append(f"{service.name} has no interface yet: others enter it at {count} modules")
    shared = tuple(modules.get(SHARED, ()))
    reasons = {pattern: _reason(pattern, kernel) for pattern in shared} | dict(why)
    return Boundary(services, Shared(shared, _names(tables, SHARED), reasons), notes=tuple(said))


def _names(owners: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(sorted(id.partition(":")[2] for id, owner in owners.items() if owner == name))


def _reason(pattern: str, kernel: Mapping[str, str]) -> str:
    """Why a pattern is shared: as its own module, or as most of the modules below."""
    if pattern in kernel:
        return kernel[pattern]
    below = Counter(reason for unit, reason in kernel.items() if unit.startswith(f"{pattern}."))
    return min(below, key=lambda reason: (-below[reason], reason), default="")


def _code_patterns(
    survey: Survey, owner: Mapping[str, str]
) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """(modules, functions) by owner; functions are the classes that leave their module."""
    assigned = {unit: name for unit, name in owner.items() if unit not in survey.split}
    functions: defaultdict[str, list[str]] = defaultdict(list)
    for unit, module in sorted(survey.split.items()):
        if unit in owner and owner[unit] != assigned.get(module):
            functions[owner[unit]].append(unit)
    return compress(assigned), functions


def compress(assigned: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Few patterns that give each module its owner: a package's name where all below it agree.

    The most specific pattern decides, so an exception below a package is one pattern more. A package
    whose own `__init__` has no owner and whose modules disagree gets none.
    """
    children: defaultdict[str, set[str]] = defaultdict(set)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for name, owner in assigned.items():
        place = name
        while place:
            above = place.rpartition(".")[0]
            owners[place].add(owner)
            children[above].add(place)
            place = above
    found: defaultdict[str, list[str]] = defaultdict(list)
    stack: list[tuple[str, str | None]] = [(name, None) for name in children[""]]
    while stack:
        name, inherited = stack.pop()
        if len(owners[name]) == 1:
            (owner,) = owners[name]
            if owner != inherited:
                found[owner].append(name)
            continue
        own = assigned.get(name)
        if own is not None and own != inherited:
            found[own].append(name)
            inherited = own
        stack += [(child, inherited) for child in children[name]]
    return {owner: sorted(patterns) for owner, patterns in sorted(found.items())}


def _relations(
    survey: Survey, place: Mapping[str, str]
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """(names used from outside, services used) by service."""
    public: defaultdict[str, set[str]] = defaultdict(set)
    uses: defaultdict[str, set[str]] = defaultdict(set)
    for left, right, kind in survey.links:
        origin, target = place.get(left), place.get(right)
        if origin is None or target is None or origin == target or target == SHARED:
            continue
        uses[origin].add(target)
        if kind in ("imports", "calls", "inherits"):
            public[target].add(right)
    return public, uses


def _shortened(used: set[str], modules: Iterable[str]) -> tuple[str, ...]:
    """The names used from outside; when there are many, the packages right below the service's own.

    Nothing when even these are many: such a service has no interface yet, and an empty `public` says so.
    """
    if len(used) <= _PUBLIC:
        return tuple(sorted(used))
    roots = sorted(modules, key=len, reverse=True)
    short = set()
    for name in used:
        root = next((root for root in roots if name == root or name.startswith(f"{root}.")), "")
        short.add(".".join(name.split(".")[: len(root.split(".")) + 1]))
    return tuple(sorted(short)) if len(short) <= 2 * _PUBLIC else ()


def service_names(labels: Mapping[str, str]) -> dict[str, str]:
    """Key -> name of a service: the last component of its dotted label, with its parents on a clash."""
    wanted = sorted(labels)
    depth = dict.fromkeys(wanted, 1)
    while True:
        names = {key: slug("_".join(labels[key].split(".")[-depth[key] :])) for key in wanted}
        counts = Counter(names.values())
        clashing = [key for key in wanted if counts[names[key]] > 1 or names[key] == SHARED]
        growing = [key for key in clashing if depth[key] < len(labels[key].split("."))]
        if not growing:
            break
        for key in growing:
            depth[key] += 1
    taken: set[str] = set()
    for key in wanted:
        plain = f"{SHARED}_service" if names[key] == SHARED else names[key]
        name, number = plain, 2
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name)
        names[key] = name
    return names
