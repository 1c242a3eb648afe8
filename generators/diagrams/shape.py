"""Measures: the type sizes of a picture and the room that each box and label needs."""

from __future__ import annotations

from collections.abc import Sequence

from .layout import Link, Size
from .picture import Box, Picture
from .text import clean, width

TITLE, FIGURE, LINE, LABEL = 15.0, 12.0, 11.5, 12.0
"""Font sizes in pixels: titles of services, figures under them, lines, labels of arrows."""
PAD = 12.0
TITLE_STEP, FIGURE_STEP, LINE_STEP = 21.0, 16.0, 16.0
"""Distances between lines of text."""
HEAD_TOP, RULE = 9.0, 10.0
"""Space above the title, and around the rule between the head of a box and its lines."""
ICON = 16.0
"""Room for the small cylinder before the name of a table."""
MOST, LEAST = 268.0, 132.0
"""Widest and narrowest box."""
MOST_CODE = 400.0
"""Widest box of a table: about 45 characters, for names that begin and end alike."""
WIDEST_LABEL = 150.0
"""The widest text of an arrow; longer ones are shortened."""


def has_icons(box: Box) -> bool:
    """Whether the lines of a box are tables, which get a small cylinder each."""
    return box.kind in ("service", "shared", "database")


def title_is_code(box: Box) -> bool:
    """Whether the title of a box is set like code."""
    return box.kind in ("table", "external")


def title_size(box: Box) -> float:
    """The font size of the title."""
    return {"table": 13.0, "external": 13.0, "module": 14.0}.get(box.kind, TITLE)


def box_size(box: Box) -> Size:
    """The size of a box with all its text; long names are shortened to the widest box."""
    code = title_is_code(box)
    wanted = [width(clean(box.title), title_size(box), monospace=code, bold=True)]
    wanted += [width(clean(figure), FIGURE) for figure in box.figures]
    indent = ICON if has_icons(box) else 0.0
    wanted += [width(clean(line), LINE, monospace=True) + indent for line in box.lines]
    return Size(
        round(min(MOST_CODE if code else MOST, max(LEAST, max(wanted) + 2 * PAD + 2))),
        round(head_height(box) + body_height(box)),
    )


def head_height(box: Box) -> float:
    """The height of title and figures."""
    return HEAD_TOP + TITLE_STEP + FIGURE_STEP * len(box.figures) + 8.0


def body_height(box: Box) -> float:
    """The height of the lines with the rule above them."""
    return RULE + LINE_STEP * len(box.lines) if box.lines else 0.0


def label_size(label: str) -> Size:
    """The room of an arrow's label; (0, 0) when it has none."""
    return Size(round(min(WIDEST_LABEL, width(clean(label), LABEL)) + 10), 20) if label else Size(0, 0)


def measured(picture: Picture) -> tuple[dict[str, Size], tuple[Link, ...]]:
    """What a layout needs to know of a picture."""
    sizes = {box.id: box_size(box) for box in picture.boxes}
    links = tuple(Link(a.source, a.target, a.weight, label_size(a.label), a.firm) for a in picture.arrows)
    return sizes, links


def groups(boxes: Sequence[Box]) -> dict[str, int]:
    """A number (a colour) for each group, by the order of their names."""
    return {name: index for index, name in enumerate(sorted({box.group for box in boxes} - {""}))}
