"""Communities of a weighted graph by Leiden: the same for any order of its edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from operator import eq

_SEEDS = range(1, 6)
_ROUNDS = 4
_TOGETHER = 0.5

Weights = Mapping[tuple[str, str], float]


def communities(weights: Weights, resolution: float) -> tuple[tuple[str, ...], ...]:
    """The groups of names on which runs with five seeds agree, each sorted, largest first.

    Where the runs differ, a graph of how often two neighbours fell together is clustered again, until
    they agree (Lancichinetti and Fortunato 2012); pairs together in less than half of the runs part.
    """
    current = {pair: weight for pair, weight in sorted(weights.items()) if weight > 0}
    for _ in range(_ROUNDS):
        runs = [_leiden(current, resolution, seed) for seed in _SEEDS]
        labels = {name: [run.get(name) for run in runs] for pair in current for name in pair}
        shares = {pair: sum(map(eq, labels[pair[0]], labels[pair[1]])) / len(runs) for pair in current}
        if all(share in (0.0, 1.0) for share in shares.values()):
            break
        current = {pair: share for pair, share in shares.items() if share >= _TOGETHER}
    names = sorted({name for pair in weights for name in pair})
    return _components(names, [pair for pair, share in shares.items() if share > _TOGETHER])


def _leiden(weights: Weights, resolution: float, seed: int) -> Mapping[str, int]:
    import graspologic_native

    edges = [(left, right, weight) for (left, right), weight in weights.items()]
    if not edges:
        return {}
    _, found = graspologic_native.leiden(edges, resolution=resolution, seed=seed, iterations=3)
    return dict(found)


def _components(names: list[str], pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    leader = {name: name for name in names}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for left, right in pairs:
        one, two = sorted((find(left), find(right)))
        leader[two] = one
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[find(name)].append(name)
    return tuple(
        sorted((tuple(sorted(group)) for group in groups.values()), key=lambda group: (-len(group), group))
    )
