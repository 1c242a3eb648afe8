"""DOT text (through pydot), and what the `dot` binary of Graphviz makes of it.

This is the only file of the generators that starts a process. The binary gets the text on stdin, has
20 seconds and at most 300 arrows: beyond that it takes minutes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from html import escape
from math import sqrt
from typing import Any, Literal

from ...analyzer.model.errors import CarveoutError
from .layout import Layout, Link, Point, Rect, Route, Size
from .picture import CORNERS, Box, Picture, hidden_note, strongest_arrows
from .shape import groups
from .text import clean, fit

ARROWS, SECONDS = 300, 20
INSTALL = "apt-get install graphviz   (or: brew install graphviz, dnf install graphviz)"

_TINTS = (
    "#dbe6f2", "#d8ebe7", "#f0e6d0", "#eadff0", "#f3dfd8", "#e1ecd9", "#dfe5ea",
    "#f2dce6", "#e0e1f2", "#ebead6", "#d6eaf0", "#eae2da", "#efdcec", "#dbebe1",
)  # fmt: skip
_PLAIN = "#f1f4f7"
_BREAK = '<br align="left"/>'


class GraphvizError(CarveoutError):
    """Graphviz is not installed, failed, or took too long."""


def dot_text(picture: Picture) -> str:
    """The picture in DOT; needs no binary."""
    import pydot

    arrows, dropped = strongest_arrows(picture, ARROWS)
    notes = [*picture.notes, *([hidden_note(dropped)] if dropped else [])]
    graph: Any = pydot.Dot(
        "carveout", graph_type="digraph", charset="UTF-8", rankdir="TB", nodesep="0.4", ranksep="0.55",
        fontname="Helvetica", labelloc="t", labeljust="l", label=_caption(picture.title, notes),
    )  # fmt: skip
    graph.set_node_defaults(shape="plain", fontname="Helvetica", fontsize="11")
    graph.set_edge_defaults(
        fontname="Helvetica", fontsize="10", color="#64748b", fontcolor="#334155", arrowsize="0.7"
    )
    names = _names(picture)
    colours = groups(picture.boxes)
    for box in picture.boxes:
        tint = _TINTS[colours[box.group] % len(_TINTS)] if box.group else _PLAIN
        graph.add_node(pydot.Node(names[box.id], label=_box_label(box, tint), tooltip=_quoted(box.title)))
    heaviest = max((arrow.weight for arrow in arrows), default=1)
    for arrow in arrows:
        attributes: dict[str, Any] = {
            "penwidth": f"{0.8 + 2.2 * sqrt(arrow.weight / heaviest):.2f}",
            "weight": str(min(20, 1 + arrow.weight * 9 // heaviest)),
        }
        if arrow.label:
            attributes["label"] = _quoted(arrow.label)
        graph.add_edge(pydot.Edge(names[arrow.source], names[arrow.target], **attributes))
    return str(graph.to_string())


def _names(picture: Picture) -> dict[str, str]:
    """A quoted, unique name for each box: its id, made harmless."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for box in picture.boxes:
        name, number = _quoted(box.id), 1
        while name in taken:
            number += 1
            name = _quoted(f"{box.id} ({number})")
        taken.add(name)
        names[box.id] = name
    return names


def _quoted(text: str) -> str:
    """A DOT string. Inside, a backslash is the only character besides the quote that means something."""
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _html(text: str) -> str:
    # Graphviz takes an empty element for a mistake.
    return escape(clean(text), quote=True) or "\u00a0"


def _caption(title: str, notes: Sequence[str]) -> str:
    rows = [f'<font point-size="18"><b>{_html(fit(title, 18, 1200))}</b></font>']
    rows += [f'<font point-size="10" color="#55636f">{_html(note)}</font>' for note in notes]
    return "<" + _BREAK.join([*rows, " ", ""]) + ">"


def _box_label(box: Box, tint: str) -> str:
    """A table as in HTML, which Graphviz draws as one box: a tinted head, then the lines."""
    code = box.kind in ("table", "external")
    face = ' face="Courier"' if code else ""
    room = 370 if code else 250
    head = [f'<font point-size="12"{face}><b>{_html(fit(box.title, 13, room, monospace=code))}</b></font>']
    head += [f'<font point-size="10" color="#55636f">{_html(fit(f, 12, 250))}</font>' for f in box.figures]
    style = ' style="rounded"' if box.kind in CORNERS else ""
    if box.kind in ("shared", "external", "outside"):
        style = ' style="dashed"'
    lines = _BREAK.join([*head, ""])
    rows = [f'<tr><td align="left" bgcolor="{tint}">{lines}</td></tr>']
    if box.lines:
        lines = "".join(_html(fit(line, 11.5, room, monospace=True)) + _BREAK for line in box.lines)
        rows.append(f'<tr><td align="left"><font face="Courier" point-size="10">{lines}</font></td></tr>')
    border = '<table border="1" cellborder="0" cellspacing="0" cellpadding="5" color="#9aa7b3"'
    return f"<{border}{style}>{''.join(rows)}</table>>"


def dot_installed() -> bool:
    """Whether the `dot` binary can be found."""
    return shutil.which("dot") is not None


def run_dot(text: str, kind: Literal["png", "json0"]) -> bytes:
    """What the `dot` binary makes of a text. Raises GraphvizError, with what to type next."""
    binary = shutil.which("dot")
    if binary is None:
        raise GraphvizError(
            "the dot program of Graphviz is not installed",
            why="it is needed for PNG; dot, mermaid, json and svg pictures do without it",
            help=INSTALL,
        )
    try:
        done = subprocess.run(
            [binary, f"-T{kind}"],
            input=text.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GraphvizError(
            f"Graphviz took longer than {SECONDS} seconds",
            why="many arrows between many boxes are more than it can lay out",
            help="--format svg or mermaid, or a coarser --level",
        ) from error
    except OSError as error:
        what = f"the dot program could not be started: {error.strerror}"
        raise GraphvizError(what, help=INSTALL) from error
    if done.returncode or not done.stdout:
        first = clean(done.stderr.decode("utf-8", "replace").strip().partition("\n")[0])
        raise GraphvizError(f"Graphviz failed: {first or 'no output'}", help="--format svg or mermaid")
    return done.stdout


def dot_layout(sizes: Mapping[str, Size], links: Sequence[Link]) -> Layout:
    """Where Graphviz would put boxes and arrows. Raises GraphvizError."""
    names = {id: f"n{number}" for number, id in enumerate(sizes)}
    rows = ["digraph {", 'graph [nodesep=0.45 ranksep=0.5]; node [shape=box fixedsize=true label=""];']
    rows += [f"{names[id]} [width={w / 72:.4f} height={h / 72:.4f}];" for id, (w, h) in sizes.items()]
    for number, link in enumerate(links):
        room = ""
        if link.label.width:
            w, h = link.label
            # A little wider, so that the label stands beside its arrow and not half upon it.
            table = f'<table border="0" fixedsize="true" width="{w + 12:.0f}" height="{h:.0f}">'
            room = f" label=<{table}<tr><td></td></tr></table>>"
        rows.append(f'{names[link.source]} -> {names[link.target]} [comment="{number}" arrowsize=0.8{room}];')
    answer = json.loads(run_dot("\n".join([*rows, "}"]), "json0"))
    _, _, width, height = (float(part) for part in answer["bb"].split(","))
    boxes = {}
    for node in answer["objects"] if sizes else ():
        id = list(sizes)[int(node["name"][1:])]
        x, y = (float(part) for part in node["pos"].split(","))
        boxes[id] = Rect(x - sizes[id].width / 2, height - y - sizes[id].height / 2, *sizes[id])
    routes: list[Route | None] = [None] * len(links)
    for edge in answer.get("edges", ()):
        number = int(edge["comment"])
        routes[number] = _route(edge, height, links[number].label)
    return Layout(width, height, boxes, tuple(routes))


def _route(edge: Mapping[str, str], height: float, label: Size) -> Route:
    def point(text: str) -> Point:
        x, y = text.split(",")[-2:]
        return float(x), height - float(y)

    points = tuple(point(part) for part in edge["pos"].split() if not part.startswith(("e,", "s,")))
    if not label.width:
        return Route(points)
    x, y = point(edge["lp"])
    return Route(points, Rect(x - label.width / 2, y - label.height / 2, *label))
