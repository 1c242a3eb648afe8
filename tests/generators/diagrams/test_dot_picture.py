"""DOT: parses with pydot and with Graphviz itself, whatever the names."""

from __future__ import annotations

import os
import shutil
import subprocess

import pydot
import pytest

from carveout.generators.diagrams import dot
from carveout.generators.diagrams.dot import GraphvizError, dot_layout, dot_text, run_dot
from carveout.generators.diagrams.draw import render
from carveout.generators.diagrams.layout.judge import flaws
from carveout.generators.diagrams.picture import Arrow, Box, Picture
from carveout.generators.diagrams.shape import measured

# pydot's own parser uses names that pyparsing has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


def parsed(text):
    graphs = pydot.graph_from_dot_data(text)
    assert graphs is not None
    (graph,) = graphs
    return graph


def test_text_needs_no_binary(picture_of, monkeypatch):
    """DOT is written on a machine without Graphviz, with every box and arrow."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    picture = picture_of("service", "shop")
    graph = parsed(render(picture, "dot").decode())
    names = {node.get_name() for node in graph.get_nodes()} - {"node", "edge", "graph"}
    assert names == {f'"{box.id}"' for box in picture.boxes}
    assert len(graph.get_edges()) == 25


def test_hostile_names_parse_with_pydot(hostile):
    """pydot finds as many boxes and arrows as were written."""
    graph = parsed(dot_text(hostile))
    nodes = [node for node in graph.get_nodes() if node.get_name() not in ("node", "edge", "graph")]
    assert len(nodes) == len(hostile.boxes)
    assert len(graph.get_edges()) == len(hostile.arrows)


@needs_dot
def test_hostile_names_parse_with_graphviz(hostile):
    """Graphviz reads the text without a word on stderr and finds the same boxes and arrows."""
    done = subprocess.run(
        ["dot", "-Tplain"], input=dot_text(hostile).encode(), capture_output=True, check=True
    )
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    assert done.stderr == b""
    assert sum(line.startswith("node ") for line in lines) == len(hostile.boxes)
    assert sum(line.startswith("edge ") for line in lines) == len(hostile.arrows)


def test_names_that_look_alike_stay_two_boxes():
    """Two ids that become the same visible text are still two nodes."""
    boxes = (Box("a\x00", "one"), Box("a␀", "two"))
    graph = parsed(dot_text(Picture("t", boxes, (Arrow("a\x00", "a␀"),))))
    (edge,) = graph.get_edges()
    assert edge.get_source() != edge.get_destination()


def test_at_most_300_arrows():
    """Beyond 300 arrows the strongest are written, and the text says how many are missing."""
    boxes = tuple(Box(f"m{n}", f"m{n}") for n in range(40))
    arrows = tuple(Arrow(f"m{n % 40}", f"m{(n * 7 + n // 40 + 1) % 40}", "", n + 1) for n in range(310))
    text = dot_text(Picture("t", boxes, arrows))
    assert text.count(" -> ") == 300
    assert "10 lighter arrows not drawn." in text


def test_missing_binary_says_what_to_install(monkeypatch):
    """PNG without Graphviz is a message with the line to type."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(GraphvizError) as caught:
        render(Picture("t"), "png")
    assert "apt-get install graphviz" in caught.value.help
    assert caught.value.exit_code == 2


def test_a_slow_binary_is_stopped(tmp_path, monkeypatch):
    """After its time Graphviz is stopped, and the message says what to do."""
    fake = tmp_path / "dot"
    fake.write_text("#!/bin/sh\nexec sleep 30\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(dot, "SECONDS", 0.2)
    with pytest.raises(GraphvizError, match=r"longer than 0\.2 seconds") as caught:
        run_dot("digraph {}", "png")
    assert "--format svg" in caught.value.help


@needs_dot
def test_png_is_an_image(picture_of):
    """Graphviz draws the picture."""
    assert render(picture_of("table", "shop"), "png").startswith(b"\x89PNG\r\n")


@needs_dot
@pytest.mark.parametrize("level", ["service", "module", "table"])
def test_layout_by_graphviz_is_complete(picture_of, level):
    """Graphviz gives every box its place and every arrow its way, and no boxes overlap."""
    sizes, links = measured(picture_of(level))
    layout = dot_layout(sizes, links)
    assert set(layout.boxes) == set(sizes)
    assert all(route is not None for route in layout.routes)
    assert "boxes overlap" not in flaws(layout)
    assert all(box.x >= 0 and box.x + box.width <= layout.width + 1 for box in layout.boxes.values())
