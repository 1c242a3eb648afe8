"""An SVG of our own drawing: one file, light and dark, no script, no network.

Where boxes and arrows go is asked of Graphviz when it is installed. Its answer is taken if it can be
read: not wider than a screen, nothing on top of anything else, each label on its own arrow. Otherwise,
and without Graphviz, our own layout is used, which promises these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

from ..dot import ARROWS, GraphvizError, dot_installed, dot_layout
from ..drawing import svg
from ..layout import Layout, Link, Size, layered
from ..layout.judge import flaws
from ..picture import Picture, Rendering
from ..shape import measured

ROOM = 1336.0
"""Pixels for boxes and arrows, so that a picture with its margins is 1400 wide."""


class SvgFormat:
    """The picture as SVG."""

    name = "svg"
    suffix = ".svg"

    def render(self, picture: Picture) -> Rendering:
        """The drawing; there always is one. A remark says so when Graphviz was asked in vain."""
        sizes, links = measured(picture)
        # Many large boxes need a larger sheet.
        area = sum((size.width + 40) * (size.height + 70) for size in sizes.values())
        room = max(ROOM, 1.25 * sqrt(area))
        remarks: tuple[str, ...] = ()
        layout = None
        if dot_installed() and len(links) <= ARROWS:
            try:
                layout = _by_graphviz(sizes, links, room)
            except GraphvizError as error:
                remarks = (f"{error.what}; the picture is laid out by carveout itself",)
        return Rendering(svg(picture, layout or layered(sizes, links, room)), self.suffix, remarks)


def _by_graphviz(sizes: Mapping[str, Size], links: Sequence[Link], room: float) -> Layout | None:
    layout = dot_layout(sizes, links)
    return layout if layout.width <= room and not flaws(layout) else None


format = SvgFormat()
