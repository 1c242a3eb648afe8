"""An SVG of our own drawing: one file, light and dark, no script, no network.

Where boxes and arrows go is asked of Graphviz when it is installed. Its answer is taken if it can be
read: not wider than a screen, nothing on top of anything else, each label on its own arrow. Otherwise,
and without Graphviz, our own layout is used, which promises these; lines that
it has no room for are left out, lightest first, and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..dot import ARROWS, GraphvizError, dot_installed, dot_layout
from ..drawing import svg
from ..fitting import fitted
from ..layout import Layout, Link, Size
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
        remarks: tuple[str, ...] = ()
        layout = None
        if dot_installed() and len(links) <= ARROWS:
            try:
                layout = _by_graphviz(sizes, links)
            except GraphvizError as error:
                remarks = (f"{error.what}; the picture is laid out by carveout itself",)
        if layout is None:
            picture, layout = fitted(picture, ROOM)
        return Rendering(svg(picture, layout), self.suffix, remarks)


def _by_graphviz(sizes: Mapping[str, Size], links: Sequence[Link]) -> Layout | None:
    layout = dot_layout(sizes, links)
    return layout if layout.width <= ROOM and not flaws(layout) else None


format = SvgFormat()
