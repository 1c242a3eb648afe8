"""Mermaid keeps to a strict line grammar; JSON gives back every name."""

from __future__ import annotations

import json
import re

from carveout.generators.diagrams.draw import render
from carveout.generators.diagrams.picture import Arrow, Box, Picture

# A quoted label: letters, digits, a few signs, numeric entities and our own line breaks.
TEXT = r'"(?:[^\W]|[ ,/=+…·→⏎]|#\d+;|<br/>)*"'
GRAMMAR = [
    re.compile(line)
    for line in (
        r"flowchart TB\Z",
        rf"  title\[{TEXT}\]\Z",
        r"  style title [a-z:,-]+\Z",
        rf"  subgraph g\d+\[{TEXT}\]\Z",
        r"  end\Z",
        rf"  n\d+(?:\[{TEXT}\]|\({TEXT}\)|\[\({TEXT}\)\]|\(\[{TEXT}\]\)|{{{{{TEXT}}}}}|\[\[{TEXT}\]\])\Z",
        rf"  n\d+ -->(?:\|{TEXT}\|)? n\d+\Z",
        r"  classDef \w+ [\w#:,\- ]+\Z",
        r"  class n\d+(?:,n\d+)* \w+\Z",
    )
]


def check(data: bytes) -> list[str]:
    lines = data.decode("utf-8").removesuffix("\n").split("\n")
    for line in lines:
        assert any(pattern.match(line) for pattern in GRAMMAR), line
    return lines


def test_every_level_keeps_to_the_grammar(picture_of):
    """Services, modules and tables are written in lines that Mermaid knows."""
    for level in ("service", "module", "table", "architecture"):
        picture = picture_of(level, "shop")
        lines = check(render(picture, "mermaid"))
        assert sum(" -->" in line for line in lines) == min(60, len(picture.arrows))
        assert sum(bool(re.match(r"  n\d+[\[({]", line)) for line in lines) == len(picture.boxes)


def test_hostile_names_keep_to_the_grammar(hostile):
    """No name ends its label, opens a directive, or looks like an entity of its own."""
    lines = check(render(hostile, "mermaid"))
    assert sum(" -->" in line for line in lines) == len(hostile.arrows)
    assert "%" not in "\n".join(lines)


def test_at_most_60_arrows():
    """The 60 strongest arrows are written and the title counts the others."""
    boxes = tuple(Box(f"m{n}", f"m{n}") for n in range(30))
    arrows = tuple(Arrow(f"m{n % 30}", f"m{(n * 7 + n // 30 + 1) % 30}", str(n), n + 1) for n in range(75))
    text = render(Picture("t", boxes, arrows), "mermaid").decode()
    assert text.count(" -->") == 60
    assert '|"74"|' in text
    assert '|"14"|' not in text
    assert "15 lighter arrows not drawn#46;" in text


def test_json_gives_everything_back(hostile):
    """The JSON is versioned and holds every name as it is, even a lone surrogate."""
    document = json.loads(render(hostile, "json"))
    assert document["schema"] == "carveout/picture/0"
    assert [box["title"] for box in document["boxes"]] == [box.title for box in hostile.boxes]
    assert [arrow["label"] for arrow in document["arrows"]] == [arrow.label for arrow in hostile.arrows]
    assert document["hidden"] == 7
    assert document["notes"] == list(hostile.notes)
