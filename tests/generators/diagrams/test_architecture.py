"""The target architecture and the steps towards it: what stands, what passes, and what stands above what."""

from __future__ import annotations

import random

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.generators.diagrams.draw import draw, render
from carveout.generators.diagrams.formats.svg_format import ROOM
from carveout.generators.diagrams.ladder import STEPS, draw_step
from carveout.generators.diagrams.layout import Link, Size, layered
from carveout.generators.diagrams.layout.judge import flaws
from carveout.generators.diagrams.picture import Picture
from carveout.generators.diagrams.shape import measured

AT = (Evidence(Place("shop/a.py", 3, 0), "syntax"),)


def shop(services: int = 2) -> tuple[Graph, Boundary]:
    """Services that call each other in a circle, each with a route and two tables; one bucket, one host."""
    builder = GraphBuilder()
    names = [f"s{number:02}" for number in range(services)]
    for name in names:
        builder.add(Node(f"module:shop.{name}", f"shop/{name}.py", 1, 90))
        builder.add(Node(f"function:shop.{name}.run", f"shop/{name}.py", 3, 9))
        builder.add(Node(f"route:GET /{name}", f"shop/{name}.py", 3, 9))
        builder.add(Edge(f"route:GET /{name}", f"function:shop.{name}.run", "handles", evidence=AT))
        for table in ("a", "b"):
            builder.add(Node(f"table:{name}_{table}", f"shop/{name}.py", 20, 30))
        builder.add(Edge(f"function:shop.{name}.run", f"table:{name}_a", "writes", evidence=AT))
    for one, other in zip(names, names[1:] + names[:1], strict=True):
        builder.add(Edge(f"function:shop.{one}.run", f"function:shop.{other}.run", "calls", evidence=AT))
        builder.add(Edge(f"function:shop.{one}.run", f"table:{other}_b", "reads", evidence=AT))
    builder.add(Node("module:shop.rest", "shop/rest.py", 1, 50))
    builder.add(Node("table:rest", "shop/rest.py", 9, 9))
    builder.add(Node("bucket:invoices"))
    builder.add(Node("host:{}"))
    builder.add(Edge("function:shop.s00.run", "bucket:invoices", "writes", evidence=AT))
    builder.add(Edge("function:shop.s01.run", "host:{}", "requests", evidence=AT))
    owned = tuple(Service(name, (f"shop.{name}",), tables=(f"{name}_*",)) for name in names)
    return builder.build(), Boundary(owned, Shared())


def drawn(services: int) -> Picture:
    graph, boundary = shop(services)
    return draw(graph, boundary, "architecture", "shop")


def test_every_owner_has_its_database_and_clients_come_first():
    """Databases are never left out as lighter arrows are, and nothing stands above clients and proxy."""
    picture = drawn(9)
    ids = {box.id for box in picture.boxes}
    assert {f"database:s{n:02}" for n in range(9)} | {"clients", "proxy", "bucket:invoices"} <= ids
    assert [box.title for box in picture.boxes if box.id.startswith("host:")] == ["a host known at run time"]
    layout = layered(*measured(picture), ROOM)
    assert flaws(layout) == ()
    tops = {id: box.y for id, box in layout.boxes.items()}
    assert tops["clients"] < tops["proxy"] < min(y for id, y in tops.items() if id.startswith("service:"))
    for name in (f"s{n:02}" for n in range(9)):
        assert tops[f"service:{name}"] < tops[f"database:{name}"]


def test_many_services_hold_their_tables_themselves():
    """Thirteen more boxes would not be read: the tables stand in the boxes of their services."""
    picture = drawn(13)
    assert next(box for box in picture.boxes if box.title == "s03").lines == ("s03_a", "s03_b")
    assert {box.id for box in picture.boxes if box.id.startswith("database:s")} == set()
    assert picture.notes[0] == "13 services, each with its own data, the tables in its box."


def test_two_hundred_services_are_cut_to_the_largest():
    """What is not drawn is counted in the picture."""
    picture = drawn(200)
    assert sum(box.kind == "service" for box in picture.boxes) == 40
    assert "160 smaller services not drawn." in picture.notes
    assert flaws(layered(*measured(picture), ROOM)) == ()


@pytest.mark.parametrize("seed", range(8))
def test_firm_arrows_point_down_in_any_layout(seed):
    """Whatever else points up for the sake of fewer rows."""
    chance = random.Random(seed)
    ids = [f"b{number:02}" for number in range(chance.randint(2, 25))]
    pairs = {(one, other) for one, other in (chance.sample(ids, 2) for _ in range(50))}
    firm = {pair for pair in pairs if pair[0] < pair[1] and chance.random() < 0.4}
    links = [Link(a, b, chance.randint(1, 40), Size(30, 20), (a, b) in firm) for a, b in sorted(pairs)]
    layout = layered({id: Size(chance.randint(60, 200), 60) for id in ids}, links, ROOM)
    assert flaws(layout) == ()
    for one, other in firm:
        assert layout.boxes[one].bottom <= layout.boxes[other].y


def arrows(picture: Picture) -> dict[tuple[str, str], str]:
    return {(arrow.source, arrow.target): arrow.label for arrow in picture.arrows}


def test_each_step_of_the_ladder_has_its_picture():
    """In-process, then a process on the one database, then its routes, its data, and nothing left behind."""
    graph, boundary = shop(3)
    seen = {step: draw_step(graph, boundary, "s00", step, "shop") for step in STEPS}
    assert list(seen) == ["seam", "service", "routes", "data", "clean"]
    assert seen["seam"].title == "shop: s00, step 0: seam"
    assert arrows(seen["seam"])["monolith", "service:s00"] == "1 in-process"
    assert arrows(seen["service"])["monolith", "service:s00"] == "1"
    one = next(box for box in seen["service"].boxes if box.id == "database:")
    assert (one.title, one.figures) == ("the one database", ("2 tables will move",))
    for early in ("seam", "service"):
        assert ("clients", "monolith") in arrows(seen[early])
        assert ("service:s00", "database:") in arrows(seen[early])
    assert arrows(seen["routes"])["proxy", "service:s00"] == "1 route"
    assert arrows(seen["routes"])["proxy", "monolith"] == "2 routes"
    assert ("service:s00", "database:") in arrows(seen["routes"])
    # Once the tables moved, what others read of them is a call too.
    assert arrows(seen["data"])["monolith", "service:s00"] == "2"
    assert ("service:s00", "database:s00") in arrows(seen["data"])
    told = {step: next(b for b in p.boxes if b.id == "monolith").figures for step, p in seen.items()}
    assert told["clean"] == ("3 modules", "without it")
    assert "seam: local, shadow or remote" in told["data"]
    for picture in seen.values():
        assert flaws(layered(*measured(picture), ROOM)) == ()
        for format in ("svg", "dot", "mermaid", "json", "graphml", "structurizr"):
            assert render(picture, format)


def test_a_step_of_nothing_is_a_mistake_that_says_what_there_is():
    graph, boundary = shop()
    with pytest.raises(UsageError) as caught:
        draw_step(graph, boundary, "s99", "data")
    assert caught.value.help == "--service with one of: s00, s01"
    with pytest.raises(UsageError, match="--step"):
        draw_step(graph, boundary, "s00", "leap")
    with pytest.raises(UsageError) as caught:
        draw_step(graph, Boundary(()), "s00", "data")
    assert caught.value.help == "carveout propose --accept 1"
