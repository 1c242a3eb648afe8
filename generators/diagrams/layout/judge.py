"""Whether a layout can be read: nothing lies on anything else, and each label sits on its own arrow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from .geometry import Layout, Point, Rect, Route

_NEAR = 8.0
_STEPS = 12


def flaws(layout: Layout) -> tuple[str, ...]:
    """What is wrong with a layout, in words; empty when it can be read."""
    boxes = list(layout.boxes.values())
    labels = [route.label for route in layout.routes if route and route.label]
    found = []
    if _overlapping(boxes, boxes):
        found.append("boxes overlap")
    if _overlapping(labels, boxes):
        found.append("labels overlap boxes")
    if _overlapping(labels, labels):
        found.append("labels overlap")
    if any(route and route.label and not _touches(route, route.label) for route in layout.routes):
        found.append("labels stand apart from their arrows")
    return tuple(found)


def curve(route: Route) -> Iterator[Point]:
    """Points along the way of an arrow."""
    start, *rest = route.points
    yield start
    for (x1, y1), (x2, y2), (x3, y3) in zip(*[iter(rest)] * 3, strict=True):
        x0, y0 = start
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
        start = (x3, y3)


def _overlapping(ones: list[Rect], others: list[Rect]) -> bool:
    return any(one is not other and one.overlaps(other, 0.5) for one in ones for other in others)


def _touches(route: Route, label: Rect) -> bool:
    left, right = label.x - _NEAR, label.x + label.width + _NEAR
    points = list(curve(route))
    for (x, y), (to_x, to_y) in pairwise(points):
        for t in (0.0, 0.25, 0.5, 0.75, 1.0):
            px, py = x + (to_x - x) * t, y + (to_y - y) * t
            if left <= px <= right and label.y - _NEAR <= py <= label.bottom + _NEAR:
                return True
    return False
