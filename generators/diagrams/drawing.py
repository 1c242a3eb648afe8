"""A laid-out picture as one self-contained SVG: readable in light and dark, alone or inside a page."""

from __future__ import annotations

from math import ceil, sqrt
from xml.etree import ElementTree as xml

from .layout import Layout, Rect, Route
from .legend import PALETTE, STYLE, Legend, cylinder, tone_of, tones_of
from .picture import CORNERS, Arrow, Box, Picture, database_edges
from .shape import (
    FIGURE,
    FIGURE_STEP,
    HEAD_TOP,
    ICON,
    LABEL,
    LINE,
    LINE_STEP,
    PAD,
    RULE,
    TITLE,
    TITLE_STEP,
    groups,
    has_icons,
    head_height,
    title_is_code,
    title_size,
)
from .text import clean, fit, width, wrap

_MARGIN = 32.0
_HEADING, _NOTE = 22.0, 12.5
_NARROWEST, _WIDEST_HEADING = 560.0, 1336.0
_HEAVY = 8


def svg(picture: Picture, layout: Layout) -> bytes:
    """The picture as UTF-8 SVG bytes; the same bytes for the same picture and layout."""
    return _Drawing(picture, layout).bytes()


class _Drawing:
    """One SVG in the making. All text passes through ElementTree, which escapes it."""

    def __init__(self, picture: Picture, layout: Layout) -> None:
        self.picture, self.layout = picture, layout
        self.colours = groups(picture.boxes)
        self.titles = {box.id: box.title for box in picture.boxes}
        # The heaviest arrow is the widest, but a handful of edges does not make a wide one.
        self.heaviest = max(_HEAVY, *(arrow.weight for arrow in picture.arrows), 0)
        # When all is database, a colour for it would say nothing.
        self.mixed = any(database_edges(a.kinds) < a.weight for a in picture.arrows)
        self.tones = tones_of(picture, self.colours, self.mixed)
        self.legend = Legend(picture, self.colours, self.mixed)
        heading = width(clean(picture.title), _HEADING, bold=True)
        self.width = max(layout.width, _NARROWEST, min(heading, _WIDEST_HEADING))
        self.notes = [line for note in picture.notes for line in wrap(note, _NOTE, self.width)]
        self.top = _MARGIN + 30 + 18 * len(self.notes) + 22

    def bytes(self) -> bytes:
        """The whole document."""
        legend_top = self.top + self.layout.height + 34
        legend = xml.Element("g", {"class": "legend"})
        height = ceil(legend_top + self.legend.draw(legend, _MARGIN, legend_top, self.width) + _MARGIN)
        wide = ceil(self.width + 2 * _MARGIN)
        attributes = {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(wide),
            "height": str(height),
            "viewBox": f"0 0 {wide} {height}",
            "class": "carveout-picture",
            "role": "img",
            "aria-labelledby": "carveout-title carveout-notes",
        }
        root = xml.Element("svg", attributes)
        self._head(root)
        shift = _MARGIN + (self.width - self.layout.width) / 2
        body = xml.SubElement(root, "g", {"transform": f"translate({_n(shift)} {_n(self.top)})"})
        self._body(body)
        root.append(legend)
        xml.indent(root, " ")
        for part in root.iter("tspan"):
            part.tail = None  # white space would move the text
        text: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
        return text + b"\n"

    def _head(self, root: xml.Element) -> None:
        xml.SubElement(root, "title", {"id": "carveout-title"}).text = clean(self.picture.title)
        notes = " ".join(clean(note) for note in self.picture.notes)
        xml.SubElement(root, "desc", {"id": "carveout-notes"}).text = notes
        xml.SubElement(root, "style").text = STYLE
        definitions = xml.SubElement(root, "defs")
        for name in ("code", "data", *sorted(set(self.tones.values()))):
            marker = {
                "id": f"carveout-{name}-head", "viewBox": "0 0 8 8", "refX": "0", "refY": "4",
                "orient": "auto", "markerWidth": "8", "markerHeight": "8", "markerUnits": "userSpaceOnUse",
            }  # fmt: skip
            tip = xml.SubElement(definitions, "marker", marker)
            xml.SubElement(tip, "path", {"class": f"{name}-head", "d": "M0 0 8 4 0 8z"})
        xml.SubElement(root, "rect", {"class": "page", "width": "100%", "height": "100%"})
        heading = fit(self.picture.title, _HEADING, self.width, bold=True)
        _text(root, _MARGIN, _MARGIN + 18, heading, "heading")
        for number, line in enumerate(self.notes):
            _text(root, _MARGIN, _MARGIN + 42 + 18 * number, line, "note")

    def _body(self, body: xml.Element) -> None:
        drawn = [
            (arrow, route)
            for arrow, route in zip(self.picture.arrows, self.layout.routes, strict=True)
            if route is not None
        ]
        lines = xml.SubElement(body, "g", {"class": "arrows"})
        # Light arrows first, so that heavy ones lie on top.
        for arrow, route in sorted(drawn, key=lambda pair: (pair[0].weight, pair[0].source, pair[0].target)):
            self._arrow(lines, arrow, route)
        boxes = xml.SubElement(body, "g", {"class": "boxes"})
        for box in self.picture.boxes:
            self._box(boxes, box, self.layout.boxes[box.id])
        labels = xml.SubElement(body, "g", {"class": "labels"})
        for arrow, route in drawn:
            if route.label is not None:
                self._label(labels, arrow, route.label)

    def _arrow(self, parent: xml.Element, arrow: Arrow, route: Route) -> None:
        (x, y), *rest = route.points
        path = f"M{_n(x)} {_n(y)}C" + " ".join(f"{_n(px)} {_n(py)}" for px, py in rest)
        tone = self.tones.get(arrow.target) or tone_of(arrow, self.mixed)
        attributes = {
            "class": f"arrow {tone}",
            "d": path,
            "stroke-width": _n(1.1 + 2.9 * sqrt(arrow.weight / self.heaviest)),
            "marker-end": f"url(#carveout-{tone}-head)",
        }
        line = xml.SubElement(parent, "path", attributes)
        kinds = ", ".join(f"{number} {kind}" for kind, number in arrow.kinds)
        ends = f"{self.titles[arrow.source]} → {self.titles[arrow.target]}"
        xml.SubElement(line, "title").text = clean(f"{ends}: {kinds or arrow.weight}")

    def _label(self, parent: xml.Element, arrow: Arrow, at: Rect) -> None:
        group = xml.SubElement(parent, "g", {"class": "label"})
        xml.SubElement(group, "rect", {"class": "plate", **_rect(at), "rx": "4"})
        total, bracket, rest = fit(arrow.label, LABEL, at.width - 8).partition(" (")
        y = at.y + at.height / 2 + LABEL * 0.36
        text = _text(group, at.middle, y, total, "weight")
        text.set("text-anchor", "middle")
        if bracket:
            xml.SubElement(text, "tspan", {"class": "share"}).text = bracket + rest

    def _box(self, parent: xml.Element, box: Box, at: Rect) -> None:
        group = xml.SubElement(parent, "g", {"class": f"box {box.kind}"})
        xml.SubElement(group, "title").text = clean(box.title)
        round_ = str(CORNERS.get(box.kind, 0))
        xml.SubElement(group, "rect", {"class": "panel", **_rect(at), "rx": round_})
        colour = f"g{self.colours[box.group] % PALETTE}" if box.group else "plain"
        if box.kind in ("table", "external"):
            head = Rect(at.x, at.y, at.width, head_height(box))
            xml.SubElement(group, "rect", {"class": f"band {colour}", **_rect(head)})
        if box.kind != "shared":
            self._accent(group, box, at, colour)
        room = at.width - 2 * PAD
        code = title_is_code(box)
        y = at.y + HEAD_TOP + TITLE
        title = fit(box.title, title_size(box), room, monospace=code, bold=True)
        _text(group, at.x + PAD, y, title, "code-title" if code else f"title {box.kind}-title")
        for number, figure in enumerate(box.figures):
            below = y + TITLE_STEP - 2 + FIGURE_STEP * number
            _text(group, at.x + PAD, below, fit(figure, FIGURE, room), "figure")
        if box.lines:
            self._lines(group, box, at)

    def _accent(self, group: xml.Element, box: Box, at: Rect, colour: str) -> None:
        """The coloured bar of a group: on top of services, at the left of modules and tables."""
        if box.kind == "service":
            side = _n(at.width - 16)
            arcs = f"a8 8 0 0 1 8-8h{side}a8 8 0 0 1 8 8a8 4 0 0 0-8-4h-{side}a8 4 0 0 0-8 4z"
            path = f"M{_n(at.x)} {_n(at.y + 8)}{arcs}"
        else:
            path = f"M{_n(at.x)} {_n(at.y)}h4v{_n(at.height)}h-4z"
        xml.SubElement(group, "path", {"class": f"accent {colour}", "d": path})

    def _lines(self, group: xml.Element, box: Box, at: Rect) -> None:
        y = at.y + head_height(box)
        if box.kind in ("service", "shared"):
            rule = {"x1": _n(at.x + PAD), "x2": _n(at.x + at.width - PAD), "y1": _n(y), "y2": _n(y)}
            xml.SubElement(group, "line", {"class": "rule", **rule})
        indent = ICON if has_icons(box) else 0.0
        for number, line in enumerate(box.lines):
            base = y + RULE / 2 + LINE_STEP * number + LINE
            more = line.startswith("+") and line.endswith(" more")
            if indent and not more:
                cylinder(group, at.x + PAD, base - 9)
            text = fit(line, LINE, at.width - 2 * PAD - indent, monospace=True)
            _text(group, at.x + PAD + indent, base, text, "line more" if more else "line")


def _text(parent: xml.Element, x: float, y: float, text: str, style: str) -> xml.Element:
    element = xml.SubElement(parent, "text", {"class": style, "x": _n(x), "y": _n(y)})
    element.text = text
    return element


def _rect(at: Rect) -> dict[str, str]:
    return {"x": _n(at.x), "y": _n(at.y), "width": _n(at.width), "height": _n(at.height)}


def _n(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0") if round(value, 1) else "0"
