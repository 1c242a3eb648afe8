"""A Mermaid flowchart, as forges draw it inside Markdown; small: at most 60 arrows.

Mermaid knows no escape but numeric entities inside quoted labels, so that every character that means
something anywhere in its grammar (or in its pre-processing by regular expressions) becomes one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ..picture import Box, Picture, Rendering, hidden_note, strongest_arrows
from ..text import clean, fit

ARROWS = 60
_LINES = 9
_PLAIN = frozenset(" ,_/=+…·→⏎")
_SHAPES = {
    "service": ('["', '"]'), "shared": ('("', '")'), "module": ('["', '"]'), "table": ('[("', '")]'),
    "external": ('[("', '")]'), "outside": ('(["', '"])'), "proxy": ('{{"', '"}}'), "broker": ('[["', '"]]'),
    "database": ('[("', '")]'),
}  # fmt: skip
_CLASSES = (
    "classDef service fill:#eef3f8,stroke:#3b6ea8,color:#1c2733",
    "classDef shared fill:#ffffff,stroke:#9aa7b3,color:#55636f,stroke-dasharray:5 4",
    "classDef module fill:#f7f9fb,stroke:#9aa7b3,color:#1c2733",
    "classDef table fill:#f8f4ea,stroke:#a9781f,color:#1c2733",
    "classDef outside fill:#ffffff,stroke:#9aa7b3,color:#55636f,stroke-dasharray:5 4",
    "classDef proxy fill:#f7f9fb,stroke:#3b6ea8,color:#1c2733",
    "classDef broker fill:#f7f9fb,stroke:#8a5a9e,color:#1c2733",
    "classDef database fill:#f8f4ea,stroke:#a9781f,color:#1c2733",
    "classDef external fill:#ffffff,stroke:#9aa7b3,color:#55636f,stroke-dasharray:5 4",
)


class Mermaid:
    """The picture as a Mermaid flowchart."""

    name = "mermaid"
    suffix = ".mmd"

    def render(self, picture: Picture) -> Rendering:
        """The text; what did not fit is said in its title."""
        arrows, dropped = strongest_arrows(picture, ARROWS)
        names = {box.id: f"n{number}" for number, box in enumerate(picture.boxes, 1)}
        rows = ["flowchart TB", *_title(picture, dropped), *_boxes(picture, names)]
        for arrow in arrows:
            label = f"|{_label(fit(arrow.label, 12, 200))}|" if arrow.label else ""
            rows.append(f"  {names[arrow.source]} -->{label} {names[arrow.target]}")
        kinds: dict[str, list[str]] = defaultdict(list)
        for box in picture.boxes:
            kinds[box.kind].append(names[box.id])
        rows += [f"  {row}" for row in _CLASSES if row.split()[1] in kinds]
        rows += [f"  class {','.join(members)} {kind}" for kind, members in sorted(kinds.items())]
        return Rendering(("\n".join(rows) + "\n").encode("utf-8"), self.suffix)


def _title(picture: Picture, dropped: int) -> list[str]:
    """A box without a border: titles of Mermaid stand in YAML or are not shown by every forge."""
    text = picture.title
    notes = list(picture.notes) + ([hidden_note(dropped)] if dropped else [])
    lines = [_escaped(fit(text, 15, 600)), *(_escaped(fit(note, 12, 600)) for note in notes)]
    return [f'  title["{"<br/>".join(lines)}"]', "  style title fill:none,stroke:none,text-align:left"]


def _boxes(picture: Picture, names: Mapping[str, str]) -> list[str]:
    grouped: dict[str, list[Box]] = defaultdict(list)
    for box in picture.boxes:
        grouped["" if box.kind == "service" else box.group].append(box)
    rows = []
    for number, (group, boxes) in enumerate(sorted(grouped.items())):
        if group:
            rows.append(f"  subgraph g{number}[{_label(fit(group, 13, 260))}]")
        for box in boxes:
            before, after = _SHAPES[box.kind]
            lines = [fit(box.title, 13, 260), *(fit(figure, 12, 260) for figure in box.figures)]
            if box.kind != "table":
                lines += [fit(line, 12, 260) for line in box.lines[:_LINES]]
            rows.append(f"  {names[box.id]}{before}{'<br/>'.join(map(_escaped, lines))}{after}")
        if group:
            rows.append("  end")
    return rows


def _label(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Letters, digits and a few harmless signs stay; everything else becomes `#code;`."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in clean(text))


format = Mermaid()
