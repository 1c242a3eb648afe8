"""Who stands left of whom: rows of items ordered so that few lines cross, then given their places."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

_SWEEPS = 16
_SETTLING = 24


@dataclass(slots=True)
class Web:
    """Items (boxes, labels, bends) in rows, and the lines between items of neighbouring rows.

    `up[i]` and `down[i]` are the neighbours of item i with the pull of each line: long straight lines
    pull hard. `gaps` is the free space that an item wants at each side.
    """

    rows: list[list[int]]
    widths: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    up: list[list[tuple[int, float]]] = field(default_factory=list)
    down: list[list[tuple[int, float]]] = field(default_factory=list)
    row_of: list[int] = field(default_factory=list)
    place: list[int] = field(default_factory=list)
    boxes: set[int] = field(default_factory=set)

    def add(self, row: int, width: float, gap: float, *, box: bool = False) -> int:
        """A new item at the end of a row; its number."""
        item = len(self.widths)
        self.row_of.append(row)
        self.place.append(len(self.rows[row]))
        if box:
            self.boxes.add(item)
        self.widths.append(width)
        self.gaps.append(gap)
        self.up.append([])
        self.down.append([])
        self.rows[row].append(item)
        return item

    def join(self, upper: int, lower: int, pull: float) -> None:
        """A line between two items of neighbouring rows."""
        self.down[upper].append((lower, pull))
        self.up[lower].append((upper, pull))


def untangle(web: Web) -> None:
    """Reorder the rows by barycentres, keeping the order with the fewest crossings."""
    best, fewest = [list(row) for row in web.rows], _crossings(web)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        downwards = sweep % 2 == 0
        for index in range(len(web.rows)) if downwards else reversed(range(len(web.rows))):
            _sort_row(web, index, web.up if downwards else web.down)
        crossings = _crossings(web)
        if crossings < fewest:
            best, fewest = [list(row) for row in web.rows], crossings
    web.rows = best
    for row in best:
        for position, item in enumerate(row):
            web.place[item] = position


def _sort_row(web: Web, index: int, neighbours: Sequence[Sequence[tuple[int, float]]]) -> None:
    other = index - 1 if neighbours is web.up else index + 1
    if not 0 <= other < len(web.rows):
        return
    place = {item: position for position, item in enumerate(web.rows[other])}
    scale = max(1, len(web.rows[other])) / max(1, len(web.rows[index]))
    keys = {}
    for position, item in enumerate(web.rows[index]):
        places = [place[neighbour] for neighbour, _ in neighbours[item]]
        # An item without neighbours there keeps about the place that it has.
        keys[item] = sum(places) / len(places) if places else position * scale
    web.rows[index].sort(key=lambda item: keys[item])


def _crossings(web: Web) -> int:
    total = 0
    for row, below in pairwise(web.rows):
        place = {item: position for position, item in enumerate(below)}
        seen: list[int] = []
        for item in row:
            ends = sorted(place[lower] for lower, _ in web.down[item])
            for end in ends:
                total += len(seen) - bisect_right(seen, end)
            for end in ends:
                insort(seen, end)
    return total


def places(web: Web, room: float) -> list[float]:
    """The middle of each item, in pixels: as straight as the order and the free space allow.

    All stay within `room`, or within what the fullest row needs at least.
    """
    middle = [0.0] * len(web.widths)
    room = max([room, *(sum(_ends(web, row)) + _offsets(web, row)[-1] for row in web.rows if row)])
    for row in web.rows:
        for item, offset in zip(row, _offsets(web, row), strict=True):
            middle[item] = offset
    for step in range(_SETTLING):
        last = step >= _SETTLING - 4
        for row in web.rows if step % 2 == 0 else reversed(web.rows):
            wanted, pulls = [], []
            for item in row:
                lines = (
                    web.up[item] + web.down[item] if last else (web.up if step % 2 == 0 else web.down)[item]
                )
                pull = sum(weight for _, weight in lines)
                wanted.append(sum(middle[n] * weight for n, weight in lines) / pull if pull else middle[item])
                pulls.append(pull or 0.1)
            offsets = _offsets(web, row)
            left, right = _ends(web, row)
            for item, x, offset in zip(row, spread(wanted, pulls, offsets), offsets, strict=True):
                middle[item] = min(max(x, left + offset), room - right - offsets[-1] + offset)
    for _ in range(3):
        for run in _runs(web):
            _straighten(web, run, middle)
    left = min((middle[i] - web.widths[i] / 2 for i in range(len(middle))), default=0.0)
    return [x - left for x in middle]


def _ends(web: Web, row: Sequence[int]) -> tuple[float, float]:
    """How far the first and the last item of a row reach beyond their middles."""
    return (web.widths[row[0]] / 2, web.widths[row[-1]] / 2) if row else (0.0, 0.0)


def _runs(web: Web) -> list[list[int]]:
    """The bends and labels of each line from row to row: what should be one upright line."""
    runs, started = [], set()
    for row in web.rows:
        for item in row:
            if item in web.boxes or item in started:
                continue
            run = [item]
            while (lower := next((i for i, _ in web.down[run[-1]] if i not in web.boxes), None)) is not None:
                if lower in started:
                    break
                run.append(lower)
            started.update(run)
            if len(run) > 1:
                runs.append(run)
    return runs


def _straighten(web: Web, run: Sequence[int], middle: list[float]) -> None:
    """Bring as many neighbours of a line as there is room for to one x."""
    part: list[int] = []
    low, high = -inf, inf
    for item in [*run, -1]:
        left, right = _free(web, item, middle) if item >= 0 else (inf, -inf)
        if part and min(high, right) < max(low, left):
            wanted = sum(middle[i] for i in part) / len(part)
            for member in part:
                middle[member] = min(max(wanted, low), high)
            part, low, high = [], -inf, inf
            left, right = _free(web, item, middle) if item >= 0 else (inf, -inf)
        part.append(item)
        low, high = max(low, left), min(high, right)


def _free(web: Web, item: int, middle: Sequence[float]) -> tuple[float, float]:
    """Between which places an item can move while its neighbours stay."""
    row, place = web.rows[web.row_of[item]], web.place[item]
    low, high = -inf, inf
    if place:
        other = row[place - 1]
        low = middle[other] + _apart(web, other, item)
    if place + 1 < len(row):
        other = row[place + 1]
        high = middle[other] - _apart(web, item, other)
    # Rounding must not make an item that cannot move look as if it had no place at all.
    return min(low, middle[item]), max(high, middle[item])


def _apart(web: Web, left: int, right: int) -> float:
    return (web.widths[left] + web.widths[right]) / 2 + max(web.gaps[left], web.gaps[right])


def _offsets(web: Web, row: Sequence[int]) -> list[float]:
    """How far each item of a row must at least be from the first."""
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + _apart(web, left, right))
    return offsets[: len(row)]


def spread(wanted: Sequence[float], pulls: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones (least squares) that keep the order and the distances.

    Isotonic regression: neighbours that would come too close move together as one block.
    """
    blocks: list[tuple[float, float, int]] = []  # mean, pull, length
    for x, pull, offset in zip(wanted, pulls, offsets, strict=True):
        mean, weight, length = x - offset, pull, 1
        while blocks and blocks[-1][0] > mean:
            before, heavy, count = blocks.pop()
            mean = (before * heavy + mean * weight) / (heavy + weight)
            weight, length = heavy + weight, length + count
        blocks.append((mean, weight, length))
    means = [mean for mean, _, length in blocks for _ in range(length)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
