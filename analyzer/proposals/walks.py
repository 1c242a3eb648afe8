"""Random walks with restart over weighted ties: how near everything is to some seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from operator import itemgetter, mul

_RESTART = 0.1
_STEPS = 100
_CLOSE = 1e-3
"""Probability that may still move when a walk counts as settled."""


class Ground:
    """A graph to walk on: ties of both directions, added up; names are sorted, so that no order matters."""

    def __init__(self, weights: Mapping[tuple[str, str], float]) -> None:
        self._weights = weights
        self.names = sorted({name for pair in weights for name in pair})
        self.index = {name: number for number, name in enumerate(self.names)}
        others: list[list[int]] = [[] for _ in self.names]
        shares: list[list[float]] = [[] for _ in self.names]
        for (left, right), weight in weights.items():
            for one, two in ((self.index[left], self.index[right]), (self.index[right], self.index[left])):
                others[one].append(two)
                shares[one].append(weight)
        self.degrees = [fsum(row) for row in shares]
        # The first of a row stands twice, once for nothing, as an itemgetter of one gives no tuple.
        self._rows = [
            (itemgetter(row[0], *row), (0.0, *own)) for row, own in zip(others, shares, strict=True)
        ]

    def degree(self, name: str) -> float:
        """The weight of all ties of a name; 0 for one without any."""
        return self.degrees[self.index[name]] if name in self.index else 0.0

    def around(self, seeds: Iterable[Sequence[str]], most: int) -> Ground:
        """The ground of what walks from these seeds reach first, `most` for each; itself if it is small."""
        if len(self.names) <= most:
            return self
        kept: set[str] = set()
        for names in seeds:
            kept.update(names, self.ranked(self.walk(names))[:most])
        inside = {pair: weight for pair, weight in self._weights.items() if kept.issuperset(pair)}
        return Ground(inside)

    def walk(self, seeds: Iterable[str]) -> list[float]:
        """The probability of standing at each name, when each step returns to a seed with one in ten."""
        starts = sorted({self.index[seed] for seed in seeds if seed in self.index})
        chance = [0.0] * len(self.names)
        if not starts:
            return chance
        for start in starts:
            chance[start] = 1 / len(starts)
        for _ in range(_STEPS):
            # By exact sums over what leads to each name, so that their order does not matter.
            leaving = [
                (1 - _RESTART) * here / degree for here, degree in zip(chance, self.degrees, strict=True)
            ]
            after = [fsum(map(mul, own, others(leaving))) for others, own in self._rows]
            for start in starts:
                after[start] += _RESTART / len(starts)
            moved = sum(abs(new - old) for new, old in zip(after, chance, strict=True))
            chance = after
            if moved < _CLOSE:
                break
        return chance

    def ranked(self, chance: Sequence[float]) -> list[str]:
        """The names that a walk reaches by probability / degree, highest first.

        Rounded, as sums of floats in other orders may differ in their last digit.
        """
        near = [
            (-round(here / self.degrees[number], 12), self.names[number])
            for number, here in enumerate(chance)
            if here > 0
        ]
        return [name for _, name in sorted(near)]
