"""Which box stands in which row: arrows point down where they can, and no row is wider than the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from math import ceil

Pair = tuple[str, str]

_UPWARDS = 0.2
"""Share of the weight that may point upwards for the sake of fewer rows."""
_PASSES = 10


def sequence(ids: Collection[str], weights: Mapping[Pair, int]) -> dict[str, int]:
    """A position for each id, such that little weight points backwards (Eades, Lin and Smyth).

    Sources go first, sinks last, of the rest always the one that gives most and takes least.
    """
    out: dict[str, dict[str, int]] = {id: {} for id in ids}
    into: dict[str, dict[str, int]] = {id: {} for id in ids}
    for (source, target), weight in weights.items():
        out[source][target] = into[target][source] = weight
    first: list[str] = []
    last: list[str] = []
    left = set(ids)
    while left:
        sinks = sorted(id for id in left if not out[id])
        sources = sorted(id for id in left if out[id] and not into[id])
        if sinks:
            taken, row = sinks, last
        elif sources:
            taken, row = sources, first
        else:
            taken, row = (
                [min(left, key=lambda id: (sum(into[id].values()) - sum(out[id].values()), id))],
                first,
            )
        for id in taken:
            row.append(id)
            left.discard(id)
            for target in out.pop(id):
                into[target].pop(id, None)
            for source in into.pop(id):
                out[source].pop(id, None)
            out[id], into[id] = {}, {}
    return {id: position for position, id in enumerate(first + last[::-1])}


class _Rows:
    """The rows so far: who stands where, and how much room is taken."""

    def __init__(self, widths: Mapping[str, float], room: float, gap: float) -> None:
        self.of: dict[str, int] = {}
        self._widths, self._room, self._gap = widths, room, gap
        self._taken: dict[int, float] = defaultdict(float)

    def fits(self, id: str, row: int) -> bool:
        taken = self._taken[row]
        return taken == 0 or taken + self._gap + self._widths[id] <= self._room

    def put(self, id: str, row: int) -> None:
        if id in self.of:
            self._taken[self.of[id]] -= self._widths[id] + self._gap
        self.of[id] = row
        self._taken[row] += self._widths[id] + self._gap


def rows(
    widths: Mapping[str, float],
    weights: Mapping[Pair, int],
    room: float,
    gap: float,
    firm: frozenset[Pair] = frozenset(),
) -> dict[str, int]:
    """The row of each box, from 0; no arrow joins two boxes of one row, and the `firm` ones point down.

    First every box stands as deep as its arrows ask for, which makes tall and narrow pictures of
    entangled boxes. So the lowest number of rows is taken that lets little more weight point upwards.
    """
    position = _downwards(sequence(list(widths), weights), firm)
    forward: dict[Pair, int] = {}
    for (source, target), weight in sorted(weights.items()):
        pair = (source, target) if position[source] < position[target] else (target, source)
        forward[pair] = forward.get(pair, 0) + weight
    deep = _deep(widths, forward, room, gap)
    total = sum(weights.values())
    allowed = _upwards(deep, weights) + _UPWARDS * total
    depth = max(deep.values(), default=0) + 1
    least = max(2, ceil(sum(width + gap for width in widths.values()) / room))
    for count in range(least, depth):
        start = {id: row * count // depth for id, row in deep.items()}
        flat = _Search(widths, weights, room, gap, count, firm).improve(start)
        if flat is not None and _upwards(flat, weights) <= allowed:
            return _renumbered(flat)
    return _renumbered(deep)


def _downwards(position: Mapping[str, int], firm: frozenset[Pair]) -> dict[str, int]:
    """Positions in which every firm arrow points forward; else as they were."""
    above: dict[str, set[str]] = defaultdict(set)
    for source, target in firm:
        above[target].add(source)
    found: dict[str, int] = {}
    waiting = sorted(position, key=lambda id: position[id], reverse=True)
    while waiting:
        # With a circle of firm arrows the first one in the sequence goes, whatever points at it.
        ready = (n for n in range(len(waiting) - 1, -1, -1) if above[waiting[n]] <= found.keys())
        found[waiting.pop(next(ready, len(waiting) - 1))] = len(found)
    return found


def _upwards(row: Mapping[str, int], weights: Mapping[Pair, int]) -> int:
    return sum(weight for (source, target), weight in weights.items() if row[source] > row[target])


def _renumbered(row: Mapping[str, int]) -> dict[str, int]:
    used = {value: index for index, value in enumerate(sorted(set(row.values())))}
    return {id: used[value] for id, value in row.items()}


class _Search:
    """Moves boxes between a fixed number of rows, one at a time, as long as that helps."""

    def __init__(
        self,
        widths: Mapping[str, float],
        weights: Mapping[Pair, int],
        room: float,
        gap: float,
        count: int,
        firm: frozenset[Pair],
    ) -> None:
        self._widths, self._room, self._gap, self._count = widths, room, gap, count
        self._firm = firm
        self._ties: dict[str, list[tuple[str, int, bool]]] = {id: [] for id in widths}
        for (source, target), weight in sorted(weights.items()):
            self._ties[source].append((target, weight, True))
            self._ties[target].append((source, weight, False))
        self._clash = 10 * sum(weights.values()) + 1

    def improve(self, row: dict[str, int]) -> dict[str, int] | None:
        """The rows found; None when two boxes of one row remain tied or a row is too wide."""
        taken: dict[int, float] = defaultdict(float)
        for id, value in row.items():
            taken[value] += self._widths[id] + self._gap
        for _ in range(_PASSES):
            moved = False
            for id in sorted(row):
                here, wide = row[id], self._widths[id] + self._gap
                taken[here] -= wide
                best = min(
                    range(self._count), key=lambda r: (self._cost(id, r, row, taken[r] + wide), abs(r - here))
                )
                taken[best] += wide
                row[id], moved = best, moved or best != here
            if not moved:
                break
        clash = any(row[id] == row[other] for id, ties in self._ties.items() for other, _, _ in ties)
        clash = clash or any(row[source] >= row[target] for source, target in self._firm)
        full = any(width > self._room + self._gap for width in taken.values())
        return None if clash or full else row

    def _cost(self, id: str, at: int, row: Mapping[str, int], width: float) -> int:
        cost = self._clash if width > self._room + self._gap else 0
        for other, weight, down in self._ties[id]:
            distance = row[other] - at if down else at - row[other]
            if not distance or (distance < 0 and ((id, other) if down else (other, id)) in self._firm):
                cost += self._clash
            cost += weight * (abs(distance) + (3 if distance < 0 else 0))
        return cost


def _deep(
    widths: Mapping[str, float], forward: Mapping[Pair, int], room: float, gap: float
) -> dict[str, int]:
    """The row of each box; `forward` are weighted arrows without a cycle, each pointing down."""
    above: dict[str, dict[str, int]] = {id: {} for id in widths}
    below: dict[str, dict[str, int]] = {id: {} for id in widths}
    for (source, target), weight in sorted(forward.items()):
        above[target][source] = below[source][target] = weight
    depth: dict[str, int] = {}
    for id in _topological(widths, above, below):
        depth[id] = max((depth[up] + 1 for up in above[id]), default=0)
    placed = _Rows(widths, room, gap)
    order = sorted(widths, key=lambda id: (depth[id], -sum(below[id].values()), id))
    for id in order:
        row = max((placed.of[up] + 1 for up in above[id]), default=0)
        while not placed.fits(id, row):
            row += 1
        placed.put(id, row)
    for _ in range(4):
        for id in [*reversed(order), *order]:
            _settle(id, placed, above[id], below[id])
    return _renumbered(placed.of)


def _settle(id: str, placed: _Rows, above: Mapping[str, int], below: Mapping[str, int]) -> None:
    """Move a box to the row, among those it may stand in, where its arrows are shortest."""
    here = placed.of[id]
    low = max((placed.of[up] + 1 for up in above), default=0)
    high = min((placed.of[down] - 1 for down in below), default=max(placed.of.values()))

    def length(row: int) -> int:
        up = sum(weight * (row - placed.of[other]) for other, weight in above.items())
        return up + sum(weight * (placed.of[other] - row) for other, weight in below.items())

    free: Iterable[int] = (row for row in range(low, high + 1) if row == here or placed.fits(id, row))
    best = min(free, key=lambda row: (length(row), abs(row - here), row), default=here)
    if best != here:
        placed.put(id, best)


def _topological(
    ids: Iterable[str], above: Mapping[str, Collection[str]], below: Mapping[str, Collection[str]]
) -> list[str]:
    waiting = {id: len(above[id]) for id in ids}
    order = sorted(id for id, count in waiting.items() if not count)
    for id in order:  # grows while it is walked
        for other in sorted(below[id]):
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    return order
