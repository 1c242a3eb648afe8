"""Our own SVG: parses, holds what it should, and nothing in it lies on anything else."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import pytest

from carveout.generators.diagrams.draw import render, rendering
from carveout.generators.diagrams.formats.svg_format import ROOM
from carveout.generators.diagrams.layout import Link, Rect, Size, layered
from carveout.generators.diagrams.layout.judge import curve, flaws
from carveout.generators.diagrams.legend import tones_of
from carveout.generators.diagrams.picture import Arrow, Box, Picture
from carveout.generators.diagrams.shape import MOST_CODE, groups, measured

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def no_dot(monkeypatch):
    """A machine without Graphviz."""
    monkeypatch.setattr("shutil.which", lambda name: None)


def rect(element) -> Rect:
    return Rect(*(float(element.get(key)) for key in ("x", "y", "width", "height")))


def of_class(root, tag, *classes):
    wanted = set(classes)
    return [element for element in root.iter(SVG + tag) if wanted <= set(element.get("class", "").split())]


def parts(data: bytes):
    root = ElementTree.fromstring(data)
    boxes = [
        rect(panel) for group in of_class(root, "g", "boxes") for panel in of_class(group, "rect", "panel")
    ]
    labels = [rect(plate) for plate in of_class(root, "rect", "plate")]
    return root, boxes, labels


def apart(one: Rect, other: Rect) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def test_no_box_and_no_label_overlaps(picture_of, no_dot):
    """In the picture of twelve services boxes and labels keep apart, and all fits 1400 pixels."""
    root, boxes, labels = parts(render(picture_of("service", "shop"), "svg"))
    assert len(boxes) == 13  # the shared kernel, too
    assert len(labels) == 25
    assert all(apart(*pair) for pair in combinations(boxes + labels, 2))
    assert float(root.get("width")) <= 1400


@pytest.mark.parametrize("level", ["service", "module", "table"])
def test_lines_pass_no_foreign_box(picture_of, no_dot, level):
    """No arrow runs through a box, at any level."""
    from carveout.generators.diagrams.shape import measured

    sizes, links = measured(picture_of(level))
    layout = layered(sizes, links, ROOM)
    assert flaws(layout) == ()
    for route in layout.routes:
        assert route
        for x, y in curve(route):
            for box in layout.boxes.values():
                assert not Rect(x, y, 0, 0).overlaps(box, 0.6)


def test_what_has_no_room_is_hidden_and_counted(no_dot):
    """Forty large boxes, all tied: the lightest arrows go until the rest fits, and the picture says how many."""
    boxes = tuple(Box(f"b{number:02}", f"service number {number}", kind="service") for number in range(40))
    pairs = [(one, other) for one, other in combinations(boxes, 2)][::3]
    arrows = tuple(Arrow(one.id, other.id, str(n), n) for n, (one, other) in enumerate(pairs, 1))
    root, _, labels = parts(render(Picture("tied", boxes, arrows), "svg"))
    assert float(root.get("width")) <= 1400
    left = len(arrows) - len(labels)
    assert 0 < left < len(arrows)
    assert f"{left} lighter arrows not drawn, so that the picture fits a screen." in "".join(root.itertext())


@pytest.mark.parametrize("seed", range(12))
def test_any_layout_is_clean(seed):
    """Random graphs of any density, with and without labels, are laid out without an overlap."""
    chance = random.Random(seed)
    ids = [f"b{number}" for number in range(chance.randint(1, 40))]
    sizes = {id: Size(chance.randint(60, 260), chance.randint(30, 220)) for id in ids}
    pairs = {(chance.choice(ids), chance.choice(ids)) for _ in range(chance.randint(0, 70))}
    label = Size(60, 20) if seed % 2 else Size(0, 0)
    links = [Link(one, other, chance.randint(1, 40), label) for one, other in sorted(pairs)]
    layout = layered(sizes, links, ROOM)
    assert set(layout.boxes) == set(ids)
    assert flaws(layout) == ()
    for link, route in zip(links, layout.routes, strict=True):
        assert (route is None) == (link.source == link.target)
        if route:
            start, end = route.points[0], route.points[-1]
            source, target = layout.boxes[link.source], layout.boxes[link.target]
            assert source.x <= start[0] <= source.x + source.width
            assert target.x <= end[0] <= target.x + target.width
            assert min(abs(end[1] - target.y), abs(end[1] - target.bottom)) <= 8.01


def test_box_text_stays_inside(picture_of, no_dot):
    """Every text of a box begins inside it and ends before its border, by our measure."""
    root, _, _ = parts(render(picture_of("service"), "svg"))
    for group in of_class(root, "g", "box"):
        panel = rect(of_class(group, "rect", "panel")[0])
        for text in group.iter(SVG + "text"):
            assert panel.x < float(text.get("x")) < panel.x + panel.width
            assert panel.y < float(text.get("y")) < panel.y + panel.height


def test_hostile_names_stay_text(hostile, no_dot):
    """Names that want to be markup are text; the tree has our elements and no others."""
    root, boxes, labels = parts(render(hostile, "svg"))
    assert len(boxes) == len(hostile.boxes)
    assert all(apart(*pair) for pair in combinations(boxes + labels, 2))
    assert max(box.width for box in boxes) <= MOST_CODE
    known = {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text", "tspan", "line"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= known
    keys = {key for element in root.iter() for key in element.attrib}
    assert not any(key.startswith("on") or "href" in key for key in keys)
    titles = [
        group.find(SVG + "title").text
        for group in of_class(root, "g", "box")
        if group.find(SVG + "title") is not None
    ]
    assert "</svg><script>alert(1)</script>" in titles
    assert "\\u202egnp.exe" in titles


def test_picture_says_what_it_hides(shop, picture_of, no_dot):
    """Title, notes and legend are in the picture."""
    picture = picture_of("service", "shop")
    root, _, _ = parts(render(picture, "svg"))
    text = " ".join("".join(element.itertext()) for element in root.iter(SVG + "text"))
    assert "shop: services and what crosses between them" in text
    assert f"{picture.hidden} lighter arrows not drawn." in text
    assert "7 blind spots" in text
    assert "shared kernel: every service may import it" in text
    assert "prefers-color-scheme: dark" in root.find(SVG + "style").text


def test_without_graphviz_nothing_is_missing(picture_of, no_dot):
    """The picture comes all the same, and nobody is told to install what would seldom change it."""
    result = rendering(picture_of("service"), "svg")
    assert result.data.startswith(b"<?xml")
    assert result.remarks == ()


def test_foreign_keys_can_be_followed(picture_of, no_dot):
    """Arrows to one table have one colour, those of another group another; a trunk has one target."""
    picture = picture_of("table")
    tones = tones_of(picture, groups(picture.boxes), False)
    group = {box.id: box.group for box in picture.boxes}
    assert len(set(tones.values())) == len({group[arrow.target] for arrow in picture.arrows})
    plain = replace(picture, boxes=tuple(replace(box, group="") for box in picture.boxes))
    targets = {arrow.target for arrow in plain.arrows}
    assert set(tones_of(plain, {}, False)) == targets
    drawn = render(plain, "svg").decode()
    assert 'class="arrow t1"' in drawn and "one colour for each table it leads to" in drawn
    few = replace(plain, arrows=plain.arrows[:3])
    assert 'class="arrow t' not in render(few, "svg").decode()
    layout = layered(*measured(plain), ROOM)
    points: dict[object, set[str]] = {}
    for arrow, route in zip(plain.arrows, layout.routes, strict=True):
        for point in route.points[6:-6:3] if route else ():  # without control points and ports
            points.setdefault(point, set()).add(arrow.target)
    shared = {p: e for p, e in points.items() if len(e) > 1}
    assert shared == {}


def test_long_names_of_tables_are_not_cut(no_dot):
    """Names that differ in their middle stay apart up to about 45 characters."""
    names = [f"documents_workflowaction_assign_{part}_users" for part in ("change", "view")]
    picture = Picture("t", tuple(Box(f"table:{name}", name, kind="table") for name in names), level="table")
    for format in ("svg", "dot"):
        drawn = render(picture, format).decode()
        assert all(drawn.count(name) >= 2 for name in names)


def test_a_failing_graphviz_does_not_cost_the_picture(picture_of, tmp_path, monkeypatch):
    """A `dot` that fails leaves a remark and our own layout."""
    fake = tmp_path / "dot"
    fake.write_text("#!/bin/sh\necho 'Error: out of colours' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    result = rendering(picture_of("service"), "svg")
    _, boxes, _ = parts(result.data)
    assert len(boxes) == 13
    assert result.remarks == (
        "Graphviz failed: Error: out of colours; the picture is laid out by carveout itself",
    )


SCRIPT = """
import sys
sys.path[:0] = {path!r}
import conftest_of_pictures as c
from carveout.generators.diagrams.draw import draw, formats, render
graph, boundary = c.shop.__wrapped__() if hasattr(c.shop, "__wrapped__") else c.shop()
for level in ("service", "module", "table"):
    for name in ("svg", "dot", "mermaid", "json"):
        sys.stdout.buffer.write(render(draw(graph, boundary, level, "shop"), name))
"""


def test_same_bytes_under_any_hash_seed(tmp_path):
    """Every format of every level is byte for byte the same on a rerun and under another hash seed."""
    from pathlib import Path

    source = (Path(__file__).parent / "conftest.py").read_text("utf-8").replace("@pytest.fixture\n", "")
    (tmp_path / "conftest_of_pictures.py").write_text(source, "utf-8")
    script = SCRIPT.format(path=[str(tmp_path), *sys.path])
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "1", "4711")
    ]
    assert len(outputs[0]) > 10_000
    assert len(set(outputs)) == 1
