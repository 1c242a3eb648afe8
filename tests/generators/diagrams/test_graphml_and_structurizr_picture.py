"""GraphML is read back by networkx; Structurizr's DSL keeps to its strings and braces."""

from __future__ import annotations

import re
from io import BytesIO

import networkx

from carveout.generators.diagrams.draw import render
from carveout.generators.diagrams.text import clean

STRING = r'"(?:[^"\\\n]|\\.)*"'
GRAMMAR = [
    re.compile(line)
    for line in (
        rf"workspace {STRING} {STRING} {{\Z",
        r" *(?:model|views|styles) {\Z",
        rf" *n\d+ = softwareSystem {STRING} {STRING}\Z",
        rf" *system = softwareSystem {STRING} {{\Z",
        rf" *n\d+ = container {STRING} {STRING} {{\Z",
        rf" *tags {STRING}\Z",
        rf" *n\d+ -> n\d+ {STRING} {STRING}\Z",
        rf" *(?:container system|element) {STRING} {{\Z",
        r" *(?:include \*|autoLayout tb|shape \w+|})\Z",
    )
]


def graph_of(data: bytes):
    return networkx.read_graphml(BytesIO(data))


def test_graphml_gives_back_boxes_and_arrows(picture_of):
    """Every box with its title and kind, every arrow with its weight."""
    for level in ("service", "module", "table", "architecture"):
        picture = picture_of(level, "shop")
        graph = graph_of(render(picture, "graphml"))
        titles = sorted(data["title"] for _, data in graph.nodes(data=True))
        assert titles == sorted(box.title for box in picture.boxes)
        weights = sorted(data["weight"] for *_, data in graph.edges(data=True))
        assert weights == sorted(arrow.weight for arrow in picture.arrows)


def test_graphml_of_hostile_names(hostile):
    """Names come back as text, whatever they hold."""
    graph = graph_of(render(hostile, "graphml"))
    assert graph.number_of_nodes() == len(hostile.boxes)
    titles = {data.get("title", "") for _, data in graph.nodes(data=True)}
    assert {clean(box.title).strip() for box in hostile.boxes} <= {title.strip() for title in titles}


def check(data: bytes) -> str:
    text = data.decode("utf-8")
    for line in text.splitlines():
        assert any(pattern.match(line) for pattern in GRAMMAR), line
    bare = re.sub(STRING, "", text)
    assert bare.count("{") == bare.count("}")
    return text


def test_structurizr_keeps_to_its_grammar(picture_of, hostile):
    """Whatever a name holds, it stays inside its string; each arrow is one relation."""
    for picture in (picture_of("service"), picture_of("architecture"), hostile):
        text = check(render(picture, "structurizr"))
        assert len(re.findall(r"^ *n\d+ -> ", text, re.MULTILINE)) == len(picture.arrows)


def test_the_target_architecture_has_a_database_for_each_owner(shop, picture_of):
    """Services with tables get a database of their own; all that crosses becomes calls between them."""
    picture = picture_of("architecture", "shop")
    ids = {box.id for box in picture.boxes}
    _, boundary = shop
    owners = {name.partition(":")[2] for name in ids if name.startswith("database:")}
    assert owners == {s.name for s in boundary.services} - {"catalogue"}  # has no table
    assert all({arrow.source, arrow.target} <= ids for arrow in picture.arrows)
    assert not [
        a for a in picture.arrows if a.target.startswith("database:") and a.source[8:] != a.target[9:]
    ]
