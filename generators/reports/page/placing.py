"""Where the services stand on the map: in layers, downwards or to the right, as fills a screen better."""

from __future__ import annotations

from math import log1p
from typing import Any

from ...diagrams.layout import Layout, Link, Rect, Route, Size, layered
from ...diagrams.picture import Box, Picture
from ...diagrams.shape import label_size

_SCREEN = Size(1300.0, 640.0)
_ROOMS = (1000.0, 1500.0, 2200.0, 3200.0)
"""Widths that are tried, in pixels of the map."""


def places(picture: Picture, base: Picture | None = None) -> dict[str, Any]:
    """Boxes by id, what stands in them, and the ways of the arrows between them.

    With a `base`, boxes and ways are where they are in its picture; the page places what is new.
    """
    laid = base if base is not None and base.boxes else picture
    layout = _best(laid)
    routes = []
    for arrow, route in zip(laid.arrows, layout.routes, strict=True):
        if route is not None:
            points = [round(value) for point in route.points for value in point]
            label = [round(value) for value in route.label] if route.label else []
            routes.append([arrow.source, arrow.target, points, label])
    return {
        "boxes": {id: [round(value) for value in rect] for id, rect in layout.boxes.items()},
        "figures": {box.id: [box.title, *box.figures] for box in picture.boxes},
        "routes": routes,
    }


def _best(picture: Picture) -> Layout:
    sizes = {box.id: _size(box) for box in picture.boxes}
    links = [Link(a.source, a.target, a.weight, label_size(a.label)) for a in picture.arrows]
    turned_sizes = {id: _turned(size) for id, size in sizes.items()}
    turned_links = [link._replace(label=_turned(link.label)) for link in links]
    layouts = []
    for room in _ROOMS:
        layouts.append(layered(sizes, links, room))
        layouts.append(_turn(layered(turned_sizes, turned_links, room)))
    return max(layouts, key=_scale)


def _scale(layout: Layout) -> float:
    """How large the layout can be shown on a screen."""
    return min(_SCREEN.width / max(1.0, layout.width), _SCREEN.height / max(1.0, layout.height))


def _size(box: Box) -> Size:
    """Boxes of services are alike; a large one is somewhat larger."""
    growth = 1 + 0.12 * log1p(box.weight)
    return Size(150 * growth, 62 * growth)


def _turned(size: Size) -> Size:
    return Size(size.height, size.width)


def _turn(layout: Layout) -> Layout:
    """Mirrored at the diagonal: what ran downwards runs to the right."""

    def rect(at: Rect) -> Rect:
        return Rect(at.y, at.x, at.height, at.width)

    def route(way: Route) -> Route:
        return Route(tuple((y, x) for x, y in way.points), rect(way.label) if way.label else None)

    boxes = {id: rect(at) for id, at in layout.boxes.items()}
    return Layout(layout.height, layout.width, boxes, tuple(way and route(way) for way in layout.routes))
