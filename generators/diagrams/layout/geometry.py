"""The records of a layout, in pixels; y grows downwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Point = tuple[float, float]


class Size(NamedTuple):
    """Width and height."""

    width: float
    height: float


class Link(NamedTuple):
    """An arrow to be laid out; `label` is the room that its label needs, (0, 0) for none.

    A `firm` one points down in any layout of ours.
    """

    source: str
    target: str
    weight: int = 1
    label: Size = Size(0, 0)
    firm: bool = False


class Rect(NamedTuple):
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Rect, slack: float = 0.0) -> bool:
        """Whether two rectangles share more than a rim of `slack` pixels."""
        return (
            self.x + slack < other.x + other.width
            and other.x + slack < self.x + self.width
            and self.y + slack < other.y + other.height
            and other.y + slack < self.y + self.height
        )


class Route(NamedTuple):
    """The way of an arrow: a start, then three points for each Bezier piece; where its label stands."""

    points: tuple[Point, ...]
    label: Rect | None = None


class Layout(NamedTuple):
    """Where everything is. `routes` run parallel to the links; None for one that is not drawn."""

    width: float
    height: float
    boxes: Mapping[str, Rect]
    routes: tuple[Route | None, ...]
