"""How far a service reaches from its seeds: two stop rules, and where they differ.

The ranking of a random walk is good, where to stop is the question. The *community* rule takes the
communities that the seeds lie in; it may cut a service in two. The *rivals* rule takes what a walk from
the seeds reaches more often than any walk from the heaviest tables of the other communities, and from
the seeds of other services; it loses what is tied to all. Where the seeds lie in a package of the domain
that no other service starts from, the extent is that package and what both rules agree on, but of tables
that others define only those that nobody but the service writes: each rule alone takes too much of well-kept
neighbours (measured in `bench_seeded.py`). Packages of one name in several layers count as one, and where
modules are grouped by words, those of one word. Where no package tells, as all models stand in one file, each
rule misses more than it takes too much, and the extent is what either takes (`bench_boundaries.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .consensus import communities
from .coupling import combined
from .homes import mirrored
from .ownership import is_librarys
from .shared import sorted_parts
from .survey import Survey
from .walks import Ground
from .words import domain_words, is_layer, is_utility, last

_RESOLUTION = 2.0
_COARSEST = 0.5
_FEW = 6
"""Tables of a project so small that each may be a service's only one."""
_UNDIRECTED = ("transactions", "functionalities")
"""Kinds that a walk does not take: what touches many tables leads everywhere (F1 .11 lower with them)."""
_AROUND = 2000
"""How many names walks compete for, those nearest to the seeds: no service is larger."""
_RIVALS = 40
"""How many of the other communities compete with the seeds: those that are tied to theirs most."""


class Extent(NamedTuple):
    """What belongs to a service: names of units and ids of tables, nearest first.

    `near` is what both rules agree on. `taken` is the package `home` and what of that others do not write;
    what either rule takes where one file holds the models of all.
    """

    taken: tuple[str, ...]
    near: tuple[str, ...]
    by_community: tuple[str, ...]
    by_rivals: tuple[str, ...]
    home: str = ""


class Reach:
    """The ties of a project, walked on and parted into communities once, to ask for any seeds.

    A `granularity` above 0.5 makes smaller communities, and so services that reach less far.
    """

    def __init__(self, survey: Survey, granularity: float = 0.5) -> None:
        self.survey = survey
        plain = {kind: weight for kind, weight in survey.weights.items() if kind not in _UNDIRECTED}
        self.weights = combined(survey, survey.units, plain)
        self.ground = Ground(self.weights)
        self.parts = self._parts(_RESOLUTION * 4 ** (2 * granularity - 1), set(survey.tables))
        self.part_of = {name: number for number, part in enumerate(self.parts) for name in part}
        self._tables = set(survey.tables)
        self._packages = _packages(survey)
        self._writers: defaultdict[str, set[str]] = defaultdict(set)
        for unit, table, kind in survey.links:
            if kind == "writes":
                self._writers[table].add(unit)

    def _parts(self, resolution: float, tables: set[str]) -> tuple[tuple[str, ...], ...]:
        """Communities; coarser ones where a small project falls into single tables."""
        while True:
            parts = communities(self.weights, resolution)
            holding = sum(1 for part in parts if not tables.isdisjoint(part))
            if len(tables) < _FEW or 2 * holding <= len(tables) or resolution < _COARSEST:
                return parts
            resolution /= 2

    def extents(self, seeds: Mapping[str, Sequence[str]]) -> dict[str, Extent]:
        """The extent of each service by its seeds; a name that several would take goes to the nearest."""
        sown = {name: service for service, names in seeds.items() for name in names}
        starts = {service: self._starts(names, sown) for service, names in sorted(seeds.items())}
        ground = self.ground.around(starts.values(), _AROUND)
        own = {service: ground.walk(names) for service, names in starts.items()}
        begun = [name for names in starts.values() for name in names]
        rivals = [ground.walk([name]) for name in self._rivals(begun) if name in ground.index]
        best = [max(values) for values in zip(*own.values(), *rivals, strict=True)]
        found = {}
        for service, chance in own.items():
            # What was named goes where it was named; a walk that ties with a rival keeps the place.
            named = set(seeds[service])
            order = [name for name in ground.ranked(chance) if sown.get(name, service) == service]
            order += [name for name in sorted(named) if name not in ground.index]
            held = {self.part_of[name] for name in starts[service] if name in self.part_of}
            index = ground.index
            won = [n for n in order if n in named or chance[index[n]] >= best[index[n]] * (1 - 1e-9)]
            together = [n for n in order if n in named or self.part_of[n] in held]
            home = self._home(seeds[service], sown)
            found[service] = self._extent(order, together, won, home, self._is_mixed(seeds[service]))
        return _apart(found, own, ground)

    def _starts(self, names: Sequence[str], sown: Mapping[str, str]) -> Sequence[str]:
        """Seeds; where no package tells, with the code that writes their tables: a table has one writer."""
        if self._home(names, sown) or not self._is_mixed(names):
            return names
        writers = {unit for name in names for unit in self._writers.get(name, ()) if unit not in sown}
        return (*names, *sorted(writers))

    def _home(self, seeds: Iterable[str], sown: Mapping[str, str]) -> str:
        """The package that all seeds of a service lie in, if those of no other do; "" if there is none."""
        homes = {self._package_of(name) for name in seeds}
        home = homes.pop() if len(homes) == 1 else ""
        starting = {service for name, service in sown.items() if self._package_of(name) == home}
        return home if len(starting) == 1 else ""

    def _package_of(self, name: str) -> str:
        """The package of a unit, or of what defines a table; "" for what no package tells."""
        return self._packages.get(self.survey.definers.get(name, name), "")

    def _is_mixed(self, seeds: Iterable[str]) -> bool:
        """Whether no package can tell what the seeds belong with, as one file holds the models of all."""
        return not self._packages or any(
            self.survey.definers.get(name, name) in self.survey.split for name in seeds
        )

    def _extent(
        self, order: Iterable[str], together: Iterable[str], won: Iterable[str], home: str, mixed: bool
    ) -> Extent:
        real = [name for name in order if name in self.survey.units or name in self._tables]
        one, two = set(together), set(won)
        everything = (*self.survey.units, *self._tables) if home else ()
        own = {name for name in everything if self._package_of(name) == home}
        real += sorted(own.difference(real))
        taken = one | two if mixed and not home else self._closed(own, (one & two).difference(own))
        return Extent(
            tuple(name for name in real if name in taken),
            tuple(name for name in real if name in one and name in two),
            tuple(name for name in real if name in one),
            tuple(name for name in real if name in two),
            home,
        )

    def _closed(self, own: set[str], more: set[str]) -> set[str]:
        """A package with more, but of tables that others define only those that nobody but it writes.

        A table that nobody defines, and no library, may be written by what comes with the package as well.
        """
        if not own:
            return more
        free = {n for n in more if n not in self.survey.definers and not is_librarys(n.partition(":")[2])}
        allowed = {True: own | more, False: own}
        return own | {
            n for n in more if n not in self._tables or set() < self._writers[n] <= allowed[n in free]
        }

    def _rivals(self, sown: Iterable[str]) -> Iterable[str]:
        """The heaviest table of each of the other communities, first of those tied to the seeds' most."""
        held = {self.part_of[name] for name in sown if name in self.part_of}
        near: defaultdict[int, float] = defaultdict(float)
        for (left, right), weight in self.weights.items():
            one, two = self.part_of[left], self.part_of[right]
            if (one in held) != (two in held):
                near[two if one in held else one] += weight
        others = (part for part in range(len(self.parts)) if part not in held)
        order = sorted(others, key=lambda part: (-round(near[part], 9), part))
        heaviest = (self._heaviest(self.parts[part]) for part in order)
        return [name for name in heaviest if name][:_RIVALS]

    def _heaviest(self, part: Iterable[str]) -> str:
        tables = [name for name in part if name in self._tables]
        return min(tables, key=lambda name: (-self.ground.degree(name), name), default="")


def _packages(survey: Survey) -> dict[str, str]:
    """Unit -> the package of the domain that it belongs to, where packages are no layers; else its word.

    A package that keeps tables of its own is none, whatever it is called (`forms`), unless it keeps most of
    the project's: those are the models of all. Packages of one name (`db.vpn`, `services.vpn`) are one.
    """
    found, apart = sorted_parts(survey)
    telling: dict[str, str] = {}
    called: dict[tuple[str, ...], str] = {}
    for name, units in apart.domain.items():
        own = sum(
            len(survey.units[unit].tables) for unit in units if _inside(survey.units[unit].module, name)
        )
        layer = (is_layer(name) or is_utility(name)) and not own
        if not (name in apart.loose or layer or name == found.models or 2 * own > len(survey.tables)):
            home = called.setdefault(domain_words(last(name)) or (name,), name)
            telling.update(dict.fromkeys(units, home))
    # The models of all were put beside the packages by their ties, which both rules know as well, or by name.
    models = {u for u in telling if found.models and _inside(survey.units[u].module, found.models)}
    named = mirrored({survey.units[unit].module for unit in models}, apart.domain)
    return {
        unit: name
        for unit, name in telling.items()
        if unit not in models or survey.units[unit].module in named
    }


def _inside(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def _apart(
    found: Mapping[str, Extent], own: Mapping[str, Sequence[float]], ground: Ground
) -> dict[str, Extent]:
    """Extents that share no name among what they take."""
    holders: dict[str, str] = {}
    for service, extent in found.items():
        for name in extent.taken:
            number = ground.index.get(name)
            holder = holders.setdefault(name, service)
            if number is not None and own[service][number] > own[holder][number] * (1 + 1e-9):
                holders[name] = service
    return {
        service: extent._replace(taken=tuple(name for name in extent.taken if holders[name] == service))
        for service, extent in found.items()
    }
