"""A grouping of units -> a boundary: patterns, tables, entry points, public names, dependencies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ..model.boundary import SHARED, Boundary, Service, Shared
from .divided import divided
from .layering import layers
from .ownership import table_owners
from .survey import CODE_LINKS, Survey
from .words import MODELS, is_container, is_utility, last, slug

_PUBLIC = 8
"""How many modules a proposed public interface lists before their packages are named instead."""


def assemble(
    survey: Survey,
    groups: Mapping[str, Iterable[str]],
    kernel: Mapping[str, str],
    notes: Iterable[str] = (),
    held: Mapping[str, str] | None = None,
) -> Boundary:
    """The boundary of services `name -> units` and the shared kernel `unit -> reason`.

    `held` are tables (by id) whose service is known already.
    """
    owner = {unit: name for name, units in groups.items() for unit in units}
    owner.update(dict.fromkeys(kernel, SHARED))
    modules, functions = _code_patterns(survey, owner)
    tables, why = table_owners(survey, owner, held or {})
    place = {**owner, **tables}
    said = [*notes, *divided(survey, owner)]
    entries: defaultdict[str, list[str]] = defaultdict(list)
    for id in survey.entry_points:
        unit = survey.unit_of(id)
        if unit in owner:
            entries[owner[unit]].append(id.partition(":")[2])
    used, uses = _relations(survey, place)
    public = {name: _offered(survey, names, modules.get(name, ())) for name, names in used.items()}
    services = tuple(
        Service(
            name,
            modules=tuple(modules.get(name, ())),
            functions=tuple(functions.get(name, ())),
            tables=_names(tables, name),
            entry_points=tuple(sorted(set(entries.get(name, ())))),
            public=public.get(name, ()),
            may_use=tuple(sorted(uses.get(name, set()) - {name, SHARED})),
        )
        for name in sorted(groups)
    )
    said += _closed(
        survey, {name: used[name] for name in sorted(groups) if used.get(name) and not public[name]}
    )
    if not survey.tables and not survey.entry_points:
        said.insert(0, "no tables and no routes were found: these are parts of a library, no services yet")
    said = [*layers(services), *said]
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
    """(modules and models used from outside, services used) by service."""
    public: defaultdict[str, set[str]] = defaultdict(set)
    uses: defaultdict[str, set[str]] = defaultdict(set)
    for left, right, kind in survey.links:
        origin, target = place.get(left), place.get(right)
        if origin is None or target is None or origin == target or target == SHARED:
            continue
        uses[origin].add(target)
        if kind in CODE_LINKS:
            public[target].add(right)
    return public, uses


def _offered(survey: Survey, used: set[str], modules: Iterable[str]) -> tuple[str, ...]:
    """What a service shows: the names used from outside without those that hold or open ORM models.

    Whoever gets a model reads and writes its table, so models are no interface; nor is a package that
    has them somewhere below, as its name would open all of it.
    """
    own = {name for name in used if not _holds_models(survey, name)}
    return tuple(name for name in _shortened(own, modules) if not _opens_models(survey, name))


def _holds_models(survey: Survey, name: str) -> bool:
    """Whether a unit holds models, hands them on, or is what a package of models is built on."""
    if name in survey.modelled or name in survey.split:
        return True
    above, _, own = name.rpartition(".")
    if own.lower() in MODELS and _opens_models(survey, name):
        return True
    return is_utility(name) and last(above).lower() in MODELS and _opens_models(survey, above)


def _opens_models(survey: Survey, pattern: str) -> bool:
    return any(name == pattern or name.startswith(f"{pattern}.") for name in survey.modelled)


def _closed(survey: Survey, used: Mapping[str, set[str]]) -> Iterable[str]:
    """Why services that others use have no `public`."""
    opened = []
    for name, units in used.items():
        if any(_holds_models(survey, unit) or _opens_models(survey, unit) for unit in units):
            opened.append(name)
        else:
            yield f"{name} has no interface yet: others enter it at {len(units)} modules"
    if len(opened) > 2:
        yield f"{', '.join(opened)}: no interface yet, others use their models"
    else:
        yield from (f"{name} has no interface yet: others use its models" for name in opened)


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
    """Key -> name of a service: the last component of its dotted label, with its parents on a clash.

    Where `_plugins` stands beside `plugins`, the private one is `plugins_internal`.
    """
    wanted = sorted(labels)
    known = set(labels.values())
    spoken = {key: _spoken(labels[key], known) for key in wanted}
    # `shop.front.apps` is front_apps: what only holds others says nothing by itself.
    depth = {key: 2 if is_container(labels[key]) and len(spoken[key]) > 2 else 1 for key in wanted}
    while True:
        names = {key: slug("_".join(spoken[key][-depth[key] :])) for key in wanted}
        counts = Counter(names.values())
        clashing = [key for key in wanted if counts[names[key]] > 1 or names[key] == SHARED]
        growing = [key for key in clashing if depth[key] < len(spoken[key])]
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


def _spoken(label: str, known: set[str]) -> list[str]:
    """The components of a label, a private last one told from the public one of the same name."""
    above, _, own = label.rpartition(".")
    public = f"{above}.{own.lstrip('_')}".lstrip(".")
    return (
        [*above.split("."), f"{own}_internal"]
        if own.startswith("_") and public in known
        else label.split(".")
    )
