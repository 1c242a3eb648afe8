"""How strongly two units are tied, and by what.

Each kind of tie has a plain weight of its own (`model/ties.py`). Within a kind, a tie counts
`log1p(times) / sqrt(fan-in of its target)`, divided by the mean of the kind: a function that everybody
calls ties nobody together, and a kind with many edges is not heavier for that. Ties by package, by words
and by what touches several units run through virtual nodes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import log1p, sqrt
from typing import NamedTuple

from .survey import Survey
from .words import DATA_LAYERS, domain_words, is_layer, last

VIRTUAL = ("package#", "word#", "event#", "transaction#", "functionality#", "commit#")
"""How the names of virtual nodes begin; no unit and no table begins so."""


Key = tuple[str, str, str]
"""Left, right and kind of a tie."""


class Tie(NamedTuple):
    """One tie between two units, tables or virtual nodes; `times` is how often it was seen."""

    left: str
    right: str
    kind: str
    times: int
    weight: float


def ties(
    survey: Survey, units: Iterable[str], weights: Mapping[str, float] | None = None, *, virtual: bool = True
) -> tuple[Tie, ...]:
    """The ties among the given units and all tables, sorted.

    With those by package, word and group if `virtual`. Without `weights`, those of the survey count.
    """
    return tuple(Tie(*key, times, weight) for key, times, weight in _weighed(survey, units, weights, virtual))


def combined(
    survey: Survey, units: Iterable[str], weights: Mapping[str, float] | None = None, *, virtual: bool = True
) -> dict[tuple[str, str], float]:
    """The weight of each tied pair, kinds added up; the smaller name first; sorted. See `ties`."""
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (left, right, _), _, weight in _weighed(survey, units, weights, virtual):
        found[(left, right) if left < right else (right, left)] += weight
    return dict(sorted(found.items()))


def _weighed(
    survey: Survey, units: Iterable[str], weights: Mapping[str, float] | None, virtual: bool
) -> Iterator[tuple[Key, int, float]]:
    kept = set(units)
    weights = survey.weights if weights is None else weights
    raw = dict(_links(survey, kept))
    if virtual:
        raw.update(_packages(survey, kept))
        raw.update(_words(survey, kept))
        raw.update(_grouped(survey, kept))
    raw = {key: times for key, times in sorted(raw.items()) if weights.get(key[2])}
    fan_in: Counter[tuple[str, str]] = Counter((right, kind) for _, right, kind in raw)
    strengths = [log1p(times) / sqrt(fan_in[key[1], key[2]]) for key, times in raw.items()]
    totals: defaultdict[str, float] = defaultdict(float)
    for (_, _, kind), strength in zip(raw, strengths, strict=True):
        totals[kind] += strength
    counts = Counter(kind for _, _, kind in raw)
    scale = {kind: weights[kind] * counts[kind] / totals[kind] for kind in counts}
    for (key, times), strength in zip(raw.items(), strengths, strict=True):
        yield key, times, scale[key[2]] * strength


def _links(survey: Survey, kept: set[str]) -> Iterable[tuple[Key, int]]:
    ends = kept.union(survey.tables)
    return ((key, count) for key, count in survey.links.items() if key[0] in ends and key[1] in ends)


def _grouped(survey: Survey, kept: set[str]) -> Iterable[tuple[Key, int]]:
    tables = set(survey.tables)
    for group, kind, members in survey.groups:
        yield from (((name, group, kind), 1) for name in members if name in kept or name in tables)


def _packages(survey: Survey, kept: set[str]) -> Iterable[tuple[Key, int]]:
    """Unit -> its package, package -> the one above; packages that hold most of the code tie nothing.

    Neither do layers (`urls`, `views`): what lies in one belongs to the package around it, if that tells.
    """
    places = {name: _package_of(survey, name) for name in kept}
    keeping = {places[name] for name in kept if survey.units[name].tables}
    for name, package in places.items():
        while is_layer(package) and (package not in keeping or last(package) in DATA_LAYERS):
            package = package.rpartition(".")[0]
        places[name] = package
    sizes: Counter[str] = Counter()
    for package in places.values():
        while package:
            sizes[package] += 1
            package = package.rpartition(".")[0]
    telling = {package for package, size in sizes.items() if 1 < size <= len(kept) / 2}
    for name in sorted(kept):
        package = places[name]
        if package in telling:
            yield (name, f"package#{package}", "package"), 1
    for package in sorted(telling):
        above = package.rpartition(".")[0]
        if above in telling:
            yield (f"package#{package}", f"package#{above}", "package"), 1


def _package_of(survey: Survey, name: str) -> str:
    unit = survey.units[name]
    # What was taken out of a file, as that tells nothing, is not tied by it.
    whole = name == unit.module and unit.package
    return name if whole else unit.module.rpartition(".")[0]


def _words(survey: Survey, kept: set[str]) -> Iterable[tuple[Key, int]]:
    """Units and tables that share a word of the domain; words in more than a quarter of them tell nothing."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for name in kept:
        for word in domain_words(".".join(name.split(".")[-2:])):
            holders[word].add(name)
    for table in survey.tables:
        for word in domain_words(table.partition(":")[2]):
            holders[word].add(table)
    most = (len(kept) + len(survey.tables)) / 4
    for word, names in sorted(holders.items()):
        if 1 < len(names) <= most:
            for name in sorted(names):
                yield (name, f"word#{word}", "words"), 1
