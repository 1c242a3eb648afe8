"""The look of our SVG pictures: colours, type, and the legend that explains both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from xml.etree import ElementTree as xml

from .picture import CORNERS, Arrow, Picture, database_edges
from .text import clean, fit, width

_LIGHT = (
    "#3b6ea8", "#2f8577", "#a9781f", "#8a5a9e", "#b2573f", "#5b8a3a", "#5a7184",
    "#b0527a", "#5a5fb0", "#85803a", "#2b8aa6", "#93694d", "#a4489c", "#3f8f5f",
)  # fmt: skip
_DARK = (
    "#7fb0e6", "#66c2b0", "#dcb25f", "#c39ad6", "#e6937c", "#9bc777", "#9db4c6",
    "#e493b8", "#a0a5ee", "#c4be72", "#6cc4de", "#cfa588", "#df8ed6", "#7cc99a",
)  # fmt: skip
PALETTE = len(_LIGHT)
"""How many groups have a colour of their own; then the colours come again."""
_FEW, _GROUPS = 8, 3
"""So many arrows can be followed without colours, and so many groups are needed to tell them apart."""

_SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
_CODE = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'


class _Tones(NamedTuple):
    page: str
    panel: str
    edge: str
    ink: str
    muted: str
    code: str
    data: str


def _colours(palette: tuple[str, ...], tones: _Tones) -> str:
    page, panel, edge, ink, muted, code, data = tones
    rules = [
        f".page{{fill:{page}}} .plate{{fill:{page};stroke:{edge}}} .panel{{fill:{panel};stroke:{edge}}}",
        f".shared .panel{{fill:{page}}} .rule{{stroke:{edge}}} text{{fill:{ink}}} .share{{fill:{data}}}",
        f".note,.figure,.key,.more,.shared .title{{fill:{muted}}} .icon{{stroke:{muted}}}",
        f".arrow.code{{stroke:{code}}} .code-head{{fill:{code}}}",
        f".arrow.data{{stroke:{data}}} .data-head{{fill:{data}}}",
        f".accent.plain,.band.plain{{fill:{edge}}}",
    ]
    rules += [f".g{index}{{fill:{colour}}}" for index, colour in enumerate(palette)]
    rules += [
        f".arrow.t{i}{{stroke:{colour}}} .t{i}-head{{fill:{colour}}}" for i, colour in enumerate(palette)
    ]
    return "\n".join(rules)


STYLE = (
    f"""
.carveout-picture{{font-family:{_SANS}}}
.heading{{font-size:22px;font-weight:650}}
.note{{font-size:12.5px}}
.title{{font-size:15px;font-weight:650}}
.module-title{{font-size:14px}}
.code-title{{font-size:13px;font-weight:650;font-family:{_CODE}}}
.figure,.weight,.key{{font-size:12px}}
.line{{font-size:11.5px;font-family:{_CODE}}}
.figure,.weight,.note{{font-variant-numeric:tabular-nums}}
text{{unicode-bidi:isolate;direction:ltr}}
.arrow{{fill:none;stroke-opacity:.82}}
.icon{{fill:none;stroke-width:1}}
.band{{fill-opacity:.16}}
.shared .panel,.external .panel,.outside .panel{{stroke-dasharray:5 4}}
"""
    + _colours(_LIGHT, _Tones("#ffffff", "#f7f9fb", "#c3ccd5", "#1c2733", "#55636f", "#64748b", "#b45309"))
    + "\n@media (prefers-color-scheme: dark){\n"
    + _colours(_DARK, _Tones("#14191f", "#1e252d", "#46525e", "#e8edf2", "#a3b1bd", "#94a7ba", "#f0a95b"))
    + "\n}\n"
)
"""The style sheet of every picture."""


def cylinder(parent: xml.Element, x: float, y: float) -> None:
    """The small sign of a table, 9 by 10 pixels."""
    path = f"M{x:.1f} {y + 2:.1f}c0-2.6 9-2.6 9 0v6c0 2.6-9 2.6-9 0zc0 2.6 9 2.6 9 0"
    xml.SubElement(parent, "path", {"class": "icon", "d": path})


def tone_of(arrow: Arrow, mixed: bool) -> str:
    """`data` for an arrow that is mostly database edges, `code` for others, or where all would be."""
    return "data" if mixed and 2 * database_edges(arrow.kinds) > arrow.weight else "code"


def tones_of(picture: Picture, colours: Mapping[str, int], mixed: bool) -> dict[str, str]:
    """The tone of all arrows to a box, by its id; only where many arrows of one sort must be told apart.

    It is the colour of the target's group, or where these are too few one for each target.
    """
    if mixed or picture.level != "table" or len(picture.arrows) <= _FEW:
        return {}
    groups = {box.id: box.group for box in picture.boxes}
    targets = sorted({arrow.target for arrow in picture.arrows})
    if not _by_group(picture):
        return {id: f"t{index % PALETTE}" for index, id in enumerate(targets)}
    return {id: f"t{colours[groups[id]] % PALETTE}" for id in targets if groups[id]}


def _by_group(picture: Picture) -> bool:
    """Whether the groups of their targets tell arrows apart."""
    groups = {box.id: box.group for box in picture.boxes}
    return len({groups[arrow.target] for arrow in picture.arrows} - {""}) >= _GROUPS


class Legend:
    """Explains the shapes, colours and lines that a picture uses, and no others."""

    def __init__(self, picture: Picture, colours: Mapping[str, int], mixed: bool) -> None:
        self._items: list[tuple[str, str, str]] = []
        kinds = {box.kind for box in picture.boxes}
        names = {
            "service": "service",
            "shared": "shared kernel: every service may import it",
            "module": "package or module",
            "table": "table",
            "external": "declared outside this code",
            "outside": "runs elsewhere",
            "proxy": "sends requests to their owners",
            "broker": "passes tasks and events on",
            "database": "database",
        }
        if picture.level == "architecture":
            names["shared"] = "what stays together"
        self._items += [("box", kind, name) for kind, name in names.items() if kind in kinds]
        if any(box.lines for box in picture.boxes if box.kind in ("service", "shared")):
            self._items.append(("table", "", "table that it owns"))
        if picture.arrows:
            toned = tones_of(picture, colours, mixed)
            self._items.append(("line", "code", _meaning(picture, bool(toned))))
            if any(tone_of(arrow, mixed) == "data" for arrow in picture.arrows):
                self._items.append(("line", "data", "mostly through the database"))
        if "service" not in kinds:
            self._items += [("group", f"g{index % PALETTE}", clean(name)) for name, index in colours.items()]

    def draw(self, parent: xml.Element, left: float, top: float, room: float) -> float:
        """Draw the items side by side in lines of `room` pixels; the height that they took."""
        x, y = 0.0, 0.0
        for sort, style, text in self._items:
            text = fit(text, 12, room - 40)
            wide = 36 + width(text, 12) + 14
            if x and x + wide > room:
                x, y = 0.0, y + 24
            group = xml.SubElement(parent, "g", {"transform": f"translate({left + x:.1f} {top + y:.1f})"})
            _glyph(group, sort, style)
            key = xml.SubElement(group, "text", {"class": "key", "x": "36", "y": "12"})
            key.text = text
            x += wide
        return y + 16 if self._items else 0.0


def _meaning(picture: Picture, toned: bool) -> str:
    if picture.level == "service":
        return "depends on; “34 (8 db)”: 34 edges cross, 8 of them in the database"
    if picture.level == "table":
        if toned:
            return (
                "foreign key; one colour for each "
                + ("service" if _by_group(picture) else "table")
                + " it leads to"
            )
        return "foreign key"
    if picture.level == "architecture":
        return "calls, over the network unless told otherwise; the number is how many edges"
    return "imports or calls; wider: more of them"


def _glyph(group: xml.Element, sort: str, style: str) -> None:
    if sort == "table":
        cylinder(group, 10, 3)
    elif sort == "line":
        head = f"url(#carveout-{style}-head)"
        line = {"class": f"arrow {style}", "d": "M2 8H20", "stroke-width": "2", "marker-end": head}
        xml.SubElement(group, "path", line)
    elif sort == "group":
        patch = {"class": style, "x": "12", "y": "2", "width": "12", "height": "12", "rx": "2"}
        xml.SubElement(group, "rect", patch)
    else:
        shape = xml.SubElement(group, "g", {"class": f"box {style}"})
        corner = str(next((size // 2 for kind, size in CORNERS.items() if kind == style), 0))
        frame = {"x": "2", "y": "1", "width": "26"}
        xml.SubElement(shape, "rect", {"class": "panel", **frame, "height": "14", "rx": corner})
        if style in ("table", "external"):
            xml.SubElement(shape, "rect", {"class": "band plain", **frame, "height": "6"})
