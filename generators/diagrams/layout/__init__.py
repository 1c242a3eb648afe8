"""Where boxes, arrows and labels go: a layered layout of our own that needs no binary.

Boxes stand in rows, labels in rows of their own between them. A line passes every row upright, in a
place that is kept free for it, and bends only between rows: so that no line can touch a box or a label
that is not its own, and no label a box.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from .geometry import Layout, Link, Point, Rect, Route, Size
from .layers import rows
from .order import Web, places, spread, untangle

_BOX_GAP = 34.0
_LINE_GAP = 12.0
_LABEL_GAP = 10.0
_SHARES = (1.0, 0.93, 0.85, 0.77, 0.7, 0.62, 0.55, 0.47, 0.4)
_HEAD = 8.0  # room for the head of an arrow, which its line leaves free

__all__ = ["Layout", "Link", "Point", "Rect", "Route", "Size", "layered"]


def layered(sizes: Mapping[str, Size], links: Sequence[Link], room: float) -> Layout:
    """A layout whose rows of boxes are at most `room` pixels wide (lines may need more).

    `sizes` are in the order of preference. Links of a box to itself are not routed.
    """
    drawn = [link for link in links if link.source != link.target]
    tied = {end for link in drawn for end in (link.source, link.target)}
    bound = {id: size for id, size in sizes.items() if id in tied}
    loose = {id: size for id, size in sizes.items() if id not in tied}
    # Lines and labels need room beside the boxes, how much shows only when they are laid out.
    layouts: list[Layout] = []
    for share in _SHARES:
        layouts.append(_Plan(bound, links, room * share).layout(room))
        if layouts[-1].width <= room:
            break
    best = min(layouts, key=lambda layout: layout.width)
    return _with_loose(best, loose, room)


class _Plan:
    """One layout in the making."""

    def __init__(self, sizes: Mapping[str, Size], links: Sequence[Link], room: float) -> None:
        self.sizes, self.links = sizes, links
        weights: Counter[tuple[str, str]] = Counter()
        for link in links:
            if link.source != link.target:
                weights[link.source, link.target] += link.weight
        firm = frozenset((link.source, link.target) for link in links if link.firm)
        self.row = rows({id: size.width for id, size in sizes.items()}, weights, room, _BOX_GAP, firm)
        # Every second row is for labels and bends.
        self.web = Web([[] for _ in range(2 * max(self.row.values(), default=0) + 1)])
        self.heights = [0.0] * len(self.web.rows)
        self.item = {id: self._box(id) for id in sizes}
        self.trunks: dict[tuple[str, bool, bool, int], int] = {}
        self.labelled = [0.0] * len(self.web.rows)
        self.chains = [self._chain(link) for link in links]

    def _box(self, id: str) -> int:
        size, row = self.sizes[id], 2 * self.row[id]
        self.heights[row] = max(self.heights[row], size.height)
        return self.web.add(row, size.width, _BOX_GAP, box=True)

    def _upper(self, link: Link) -> tuple[str, str]:
        ends = (link.source, link.target)
        return ends if self.row[ends[0]] < self.row[ends[1]] else (ends[1], ends[0])

    def _chain(self, link: Link) -> list[int]:
        """The items that a link passes, from the upper box to the lower one."""
        if link.source == link.target:
            return []
        upper, lower = self._upper(link)
        first, last = 2 * self.row[upper] + 1, 2 * self.row[lower]
        chain = [self.item[upper]]
        label_row = -1
        if link.label.width:
            middle = (first + last - 1) / 2
            label_row = min(
                range(first, last, 2), key=lambda row: (self.labelled[row], abs(row - middle), row)
            )
            self.labelled[label_row] += link.label.width + _LABEL_GAP
            self.heights[label_row] = max(self.heights[label_row], link.label.height)
        for row in range(first, last):
            chain.append(self._bend(link, (upper, lower), row, row == label_row))
        chain.append(self.item[lower])
        for number, (one, other) in enumerate(pairwise(chain)):
            if (other, 8.0) not in self.web.down[one]:
                inner = 0 < number < len(chain) - 2
                self.web.join(one, other, 8.0 if inner else 1.0 + (number == 0))
        return chain

    def _bend(self, link: Link, ends: tuple[str, str], row: int, label: bool) -> int:
        if link.label.width:
            return self.web.add(row, link.label.width if label else 1.0, _LABEL_GAP if label else _LINE_GAP)
        # Lines without labels share a trunk with the others that lead to the same target: whatever joins
        # a trunk ends where the trunk ends, so that one can follow it.
        upper, _ = ends
        downwards = upper == link.source
        key = (link.target, link.target == upper, downwards, row)
        if key not in self.trunks:
            self.trunks[key] = self.web.add(row, 1.0, _LINE_GAP)
        return self.trunks[key]

    def layout(self, room: float) -> Layout:
        """Everything in its place, within `room` pixels if possible."""
        untangle(self.web)
        middle = places(self.web, room)
        tops = self._tops(middle)
        boxes = {}
        for id, item in self.item.items():
            size = self.sizes[id]
            boxes[id] = Rect(middle[item] - size.width / 2, tops[2 * self.row[id]], *size)
        ports = self._ports(middle, boxes)
        routes = tuple(
            self._route(number, middle, tops, boxes, ports) if chain else None
            for number, chain in enumerate(self.chains)
        )
        width = max((x + self.web.widths[i] / 2 for i, x in enumerate(middle)), default=0.0)
        height = tops[-1] + self.heights[-1] if boxes else 0.0
        return Layout(width, height, boxes, routes)

    def _tops(self, middle: Sequence[float]) -> list[float]:
        """The upper edge of each row; rows whose lines lean far apart get more distance."""
        tops, y = [], 0.0
        for index, row in enumerate(self.web.rows):
            tops.append(y)
            lean = max((abs(middle[i] - middle[j]) for i in row for j, _ in self.web.down[i]), default=0.0)
            y += self.heights[index] + min(58.0, max(26.0, 18.0 + lean * 0.09))
        return tops

    def _ports(self, middle: Sequence[float], boxes: Mapping[str, Rect]) -> dict[tuple[int, bool], float]:
        """Where each link leaves its upper box (number, True) and meets its lower box (number, False)."""
        sides: dict[tuple[str, bool], dict[tuple[int, bool], list[tuple[int, bool]]]] = defaultdict(dict)
        for number, (link, chain) in enumerate(zip(self.links, self.chains, strict=True)):
            if not chain:
                continue
            upper, lower = self._upper(link)
            downwards = upper == link.source
            # A trunk has one port for all its links.
            sides[upper, True].setdefault((chain[1], downwards), []).append((number, True))
            sides[lower, False].setdefault((chain[-2], downwards), []).append((number, False))
        ports = {}
        for (id, _), doors in sides.items():
            box = boxes[id]
            order = sorted(doors, key=lambda door: (middle[door[0]], door))
            margin = min(16.0, box.width / 4)
            step = min(18.0, (box.width - 2 * margin) / max(1, len(order) - 1))
            offsets = [number * step for number in range(len(order))]
            wanted = [middle[door[0]] for door in order]
            low, high = box.x + margin, box.x + box.width - margin
            for door, x, offset in zip(
                order, spread(wanted, [1.0] * len(order), offsets), offsets, strict=True
            ):
                x = min(max(x, low + offset), high - (offsets[-1] - offset))
                ports.update(dict.fromkeys(doors[door], x))
        return ports

    def _route(
        self,
        number: int,
        middle: Sequence[float],
        tops: Sequence[float],
        boxes: Mapping[str, Rect],
        ports: Mapping[tuple[int, bool], float],
    ) -> Route:
        link, chain = self.links[number], self.chains[number]
        upper, lower = self._upper(link)
        first = 2 * self.row[upper]
        start, end = ports[number, True], ports[number, False]
        head = _HEAD if upper == link.target else 0.0
        leave = tops[first] + self.heights[first] + head
        stops: list[Point] = [(start, boxes[upper].bottom + head), (start, leave)]
        label = None
        for row, item in enumerate(chain[1:-1], first + 1):
            stops += [(middle[item], tops[row]), (middle[item], tops[row] + self.heights[row])]
            if link.label.width and self.web.widths[item] > 1:
                y = tops[row] + (self.heights[row] - link.label.height) / 2
                label = Rect(middle[item] - link.label.width / 2, y, *link.label)
        stops.append((end, boxes[lower].y - _HEAD + head))
        if upper == link.target:
            stops.reverse()
        return Route(_smooth(stops), label)


def _smooth(stops: Sequence[Point]) -> tuple[Point, ...]:
    """Bezier pieces through the stops that leave and meet each of them upright."""
    points = [stops[0]]
    for (x, y), (to_x, to_y) in pairwise(stops):
        if (x, y) == (to_x, to_y):
            continue
        bend = (to_y - y) * 0.5
        points += [(x, y + bend), (to_x, to_y - bend), (to_x, to_y)]
    return tuple(points)


def _with_loose(layout: Layout, loose: Mapping[str, Size], room: float) -> Layout:
    """Boxes without arrows stand below the others, side by side."""
    boxes = dict(layout.boxes)
    x, y, tallest = 0.0, layout.height + (_BOX_GAP * 1.5 if boxes else 0.0), 0.0
    width, height = layout.width, layout.height
    for id, size in loose.items():
        if x and x + size.width > max(room, layout.width):
            x, y, tallest = 0.0, y + tallest + _BOX_GAP, 0.0
        boxes[id] = Rect(x, y, *size)
        x, tallest = x + size.width + _BOX_GAP, max(tallest, size.height)
        width, height = max(width, x - _BOX_GAP), y + tallest
    return Layout(width, height, boxes, layout.routes)
