"""Random walks with restart over weighted ties: how near everything is to some seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_RESTART = 0.1
_STEPS = 100
_CLOSE = 1e-3
"""Probability that may still move when a walk counts as settled."""


class Ground:
    """A graph to walk on: ties of both directions, added up; names are sorted, so that no order matters."""

    def __init__(self, weights: Mapping[tuple[str, str], float]) -> None:
        self.names = sorted({name for pair in weights for name in pair})
        self.index = {name: number for number, name in enumerate(self.names)}
        rows: list[list[tuple[int, float]]] = [[] for _ in self.names]
        for (left, right), weight in sorted(weights.items()):
            one, two = self.index[left], self.index[right]
            rows[one].append((two, weight))
            rows[two].append((one, weight))
        self.rows = rows
        self.degrees = [sum(weight for _, weight in row) for row in rows]

    def degree(self, name: str) -> float:
        """The weight of all ties of a name, rounded as sums depend on their order; 0 for one without any."""
        return round(self.degrees[self.index[name]], 9) if name in self.index else 0.0

    def walk(self, seeds: Iterable[str]) -> list[float]:
        """The probability of standing at each name, when each step returns to a seed with one in ten."""
        starts = sorted({self.index[seed] for seed in seeds if seed in self.index})
        chance = [0.0] * len(self.names)
        if not starts:
            return chance
        for start in starts:
            chance[start] = 1 / len(starts)
        for _ in range(_STEPS):
            after = [0.0] * len(self.names)
            for start in starts:
                after[start] = _RESTART / len(starts)
            for number, here in enumerate(chance):
                if here > 0:
                    share = (1 - _RESTART) * here / self.degrees[number]
                    for other, weight in self.rows[number]:
                        after[other] += share * weight
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
