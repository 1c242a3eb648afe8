"""The lightest edges whose removal leaves a directed graph without cycles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from .topology import cycles

_EXACT = 12
"""Nodes of one knot up to which all orders are weighed (2 ** n of them, once each)."""
_CLOSE = 4_000
"""Edges of one knot up to which each circle is looked at."""

Pair = tuple[str, str]


def lightest_breaking(weights: Mapping[Pair, int]) -> tuple[Pair, ...]:
    """Of all sets of edges that break every cycle, one of the least weight, sorted.

    In knots of more than 12 nodes it is one of which no edge can be put back, in huge ones a rough guess.
    """
    broken: list[Pair] = []
    for knot in cycles((a, b, w) for (a, b), w in weights.items()):
        inside = {pair: w for pair, w in weights.items() if pair[0] in knot and pair[1] in knot}
        way = _exact if len(knot) <= _EXACT else _local_ratio if len(inside) <= _CLOSE else _by_balance
        broken += way(knot, inside)
    return tuple(sorted(broken))


def _exact(knot: Sequence[str], weights: Mapping[Pair, int]) -> list[Pair]:
    """Each set of nodes gets the best last one: all others of the set stand before it."""
    n = len(knot)
    out = [[weights.get((a, b), 0) if a != b else 0 for b in knot] for a in knot]
    cost, last = [0] * (1 << n), [0] * (1 << n)
    for chosen in range(1, 1 << n):
        members = [i for i in range(n) if chosen >> i & 1]
        # What the last one uses of those before it points backwards, and would be cut.
        cost[chosen], last[chosen] = min(
            (cost[chosen & ~(1 << i)] + sum(out[i][j] for j in members), i) for i in members
        )
    order: list[str] = []
    chosen = (1 << n) - 1
    while chosen:
        order.append(knot[last[chosen]])
        chosen &= ~(1 << last[chosen])
    rank = {name: number for number, name in enumerate(reversed(order))}
    return [pair for pair in weights if rank[pair[0]] > rank[pair[1]]]


def _by_balance(knot: Sequence[str], weights: Mapping[Pair, int]) -> list[Pair]:
    """Those that use much and are little used come first; what points backwards is broken."""
    balance = dict.fromkeys(knot, 0)
    for (a, b), weight in weights.items():
        balance[a] += weight
        balance[b] -= weight
    return [(a, b) for a, b in weights if (-balance[a], a) > (-balance[b], b)]


def _local_ratio(knot: Sequence[str], weights: Mapping[Pair, int]) -> list[Pair]:
    """Each circle loses the weight of its lightest edge on all of its edges; what is used up is broken.

    What of it closes no circle in the end, heaviest first, is put back.
    """
    after: dict[str, dict[str, int]] = {}
    for (a, b), weight in sorted(weights.items()):
        after.setdefault(a, {})[b] = weight
        after.setdefault(b, {})
    broken: list[Pair] = []
    for a, b in sorted(weights):
        while b in after[a] and (way := _way(after, b, a)):
            circle = list(pairwise((a, *way)))
            least = min(after[c][d] for c, d in circle)
            for c, d in circle:
                after[c][d] -= least
                if not after[c][d]:
                    del after[c][d]
                    broken.append((c, d))
    for a, b in sorted(broken, key=lambda pair: (-weights[pair], pair)):
        if not _way(after, b, a):
            after[a][b] = weights[a, b]
            broken.remove((a, b))
    return broken


def in_cycles(pairs: Iterable[Pair]) -> frozenset[Pair]:
    """The edges that lie on a cycle."""
    known = list(pairs)
    knot_of = {
        name: number for number, knot in enumerate(cycles((a, b, 1) for a, b in known)) for name in knot
    }
    return frozenset((a, b) for a, b in known if a in knot_of and knot_of[a] == knot_of.get(b))


def path(pairs: Iterable[Pair], start: str, end: str) -> tuple[str, ...]:
    """The shortest way from one node to another, both included; nothing when there is none."""
    after: dict[str, dict[str, int]] = {}
    for a, b in sorted(pairs):
        after.setdefault(a, {})[b] = 1
    return _way(after, start, end)


def _way(after: Mapping[str, Mapping[str, int]], start: str, end: str) -> tuple[str, ...]:
    came, waiting = {start: ""}, [start]
    for here in waiting:
        for following in after.get(here, ()):
            if following not in came:
                came[following] = here
                waiting.append(following)
    way: list[str] = []
    while end in came:
        way.append(end)
        end = came[end]
    return tuple(reversed(way))
