"""What pictures show: services, modules and tables, with figures that can be counted."""

from __future__ import annotations

import pytest

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import SHARED, Boundary, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Node
from carveout.generators.diagrams.draw import draw, formats, levels, render
from carveout.generators.diagrams.levels.modules import collapse

AT = (Evidence(Place("shop/a.py", 3)),)


def two_services():
    """orders uses billing by 1 import, 2 calls, 1 read and 1 foreign key; billing uses nothing."""
    builder = GraphBuilder()
    builder.add(Node("module:shop", "shop/__init__.py", 1, 0))
    builder.add(Node("module:shop.orders", "shop/orders.py", 1, 240))
    builder.add(Node("module:shop.billing", "shop/billing.py", 1, 1260))
    builder.add(Node("module:shop.util", "shop/util.py", 1, 30))
    builder.add(Node("module:shop.test_orders", "shop/test_orders.py", 1, 500))
    for name in ("orders.place", "orders.cancel", "billing.charge", "billing.refund", "util.log"):
        builder.add(Node(f"function:shop.{name}", f"shop/{name.partition('.')[0]}.py", 2, 5))
    builder.add(Node("table:order", "shop/orders.py", 8, 9))
    builder.add(Node("table:invoice", "shop/billing.py", 8, 9))
    builder.add(Node("column:order.id", attributes=(("type", "AutoField"),)))
    builder.add(Node("column:order.invoice_id", attributes=(("type", "ForeignKey"),)))
    builder.add(Node("column:order.note", attributes=(("type", "TextField"),)))
    for source, target, kind in (
        ("module:shop.orders", "module:shop.billing", "imports"),
        ("function:shop.orders.place", "function:shop.billing.charge", "calls"),
        ("function:shop.orders.cancel", "function:shop.billing.refund", "calls"),
        ("function:shop.orders.place", "function:shop.util.log", "calls"),
        ("function:shop.orders.place", "table:invoice", "reads"),
        ("module:shop.test_orders", "function:shop.billing.charge", "calls"),
    ):
        builder.add(Edge(source, target, kind, evidence=AT))
    builder.add(Edge("table:order", "table:invoice", "references", evidence=AT, columns=("invoice_id",)))
    builder.add(Edge("table:order", "table:order", "references", evidence=AT, columns=("parent_id",)))
    services = (
        Service("orders", modules=("shop.orders",), tables=("order",)),
        Service("billing", modules=("shop.billing",), tables=("invoice",)),
    )
    return builder.build(), Boundary(services, Shared(("shop.util",)))


def test_service_boxes_carry_their_figures_and_tables():
    """A service shows modules, kLOC, the edges in and out, and its tables."""
    graph, boundary = two_services()
    boxes = {box.title: box for box in draw(graph, boundary, "service").boxes}
    assert boxes["orders"].figures == ("1 module · 0.2 kLOC", "in 0 · out 5")
    assert boxes["billing"].figures == ("1 module · 1.3 kLOC", "in 5 · out 0")
    assert boxes["billing"].lines == ("invoice",)
    assert boxes["shared kernel"].kind == "shared"


def test_arrow_label_counts_edges_and_those_in_the_database():
    """The label reads "5 (2 db)": five edges cross, the read and the foreign key in the database."""
    graph, boundary = two_services()
    (arrow,) = draw(graph, boundary, "service").arrows
    assert (arrow.source, arrow.target, arrow.label) == ("service:orders", "service:billing", "5 (2 db)")
    assert dict(arrow.kinds) == {"calls": 2, "imports": 1, "reads": 1, "references": 1}


def test_arrows_agree_with_the_cut(shop):
    """Drawn and hidden arrows together are the directions of the cut, the heaviest 25 are drawn."""
    graph, boundary = shop
    crossing = cut(graph, boundary)
    weights: dict[tuple[str, str], int] = {}
    for edge in crossing:
        pair = (f"service:{edge.origin}", f"service:{edge.owner}")
        weights[pair] = weights.get(pair, 0) + 1
    picture = draw(graph, boundary, "service", "shop")
    assert len(picture.arrows) == 25
    assert picture.hidden == len(weights) - 25
    assert all(arrow.weight == weights[arrow.source, arrow.target] for arrow in picture.arrows)
    lightest = min(arrow.weight for arrow in picture.arrows)
    drawn = {(arrow.source, arrow.target) for arrow in picture.arrows}
    assert all(weight <= lightest for pair, weight in weights.items() if pair not in drawn)
    assert f"{len(crossing)} edges cross between them, as {len(weights)} arrows." in picture.notes[0]
    assert f"{picture.hidden} lighter arrows not drawn." in picture.notes[0]


def test_long_lists_of_tables_end_in_a_count(shop):
    """More than nine tables are eight and "+N more"; the most used ones are named."""
    graph, boundary = shop
    boxes = {box.title: box for box in draw(graph, boundary, "service").boxes}
    assert boxes["voucher"].lines == tuple(f"voucher_{n:02}" for n in range(9))
    assert len(boxes["dashboard"].lines) == 9
    assert boxes["dashboard"].lines[-1] == "+3 more"


def test_what_is_left_out_is_said(picture_of):
    """Unclaimed modules and blind spots are counted in the notes."""
    notes = picture_of("service").notes
    assert "Of no service, so not shown: 1 module." in notes
    assert "7 blind spots: what could not be resolved is missing here." in notes


@pytest.mark.parametrize("boundary", [None, Boundary()])
def test_service_level_needs_services(boundary):
    """Without services the error says what to type next."""
    graph, _ = two_services()
    with pytest.raises(UsageError) as caught:
        draw(graph, boundary, "service")
    assert "carveout propose" in caught.value.help


def test_unknown_level_and_format_suggest_the_known():
    """A misspelt level or format gets "did you mean"."""
    graph, boundary = two_services()
    with pytest.raises(UsageError, match="no picture level is called 'servcie'") as caught:
        draw(graph, boundary, "servcie")
    assert "did you mean service?" in caught.value.help
    with pytest.raises(UsageError) as caught:
        render(draw(graph, boundary, "table"), "svgz")
    assert "did you mean svg?" in caught.value.help


def test_plugins_are_found_by_their_place():
    """Levels and formats are the files of their folders."""
    assert sorted(levels()) == ["architecture", "module", "service", "table"]
    assert sorted(formats()) == ["dot", "graphml", "json", "mermaid", "png", "structurizr", "svg"]


def test_module_picture_leaves_tests_out_and_sums_imports_and_calls():
    """Boxes are modules below the common package, arrows count imports and calls, not table access."""
    graph, boundary = two_services()
    picture = draw(graph, boundary, "module")
    assert [box.title for box in picture.boxes] == ["billing", "orders", "util"]
    assert [box.group for box in picture.boxes] == ["billing", "orders", ""]
    assert [(a.source, a.target, a.weight) for a in picture.arrows] == [
        ("module:shop.orders", "module:shop.billing", 3),
        ("module:shop.orders", "module:shop.util", 1),
    ]


def test_module_boxes_stay_few():
    """Two hundred modules become at most sixty boxes that still stand for all of them."""
    lines = {f"app.pkg{n % 20}.sub{n % 5}.mod{n}": 10 + n for n in range(200)}
    boxes = collapse(lines)
    assert set(boxes) == set(lines)
    assert 1 < len(set(boxes.values())) <= 60
    assert all(name == box or name.startswith(box + ".") for name, box in boxes.items())


def test_collapse_of_nothing_and_of_one():
    """No module gives no box; one module is its own top package."""
    assert collapse({}) == {}
    assert collapse({"a.b": 3}) == {"a.b": "a"}


def test_collapse_of_a_flat_package():
    """Of a package with more modules than boxes the largest are opened, the rest stay together."""
    boxes = collapse({f"app.m{n:02}": 5 + n for n in range(100)})
    assert set(boxes.values()) == {"app", *(f"app.m{n:02}" for n in range(70, 100))}
    assert boxes["app.m69"] == "app"


def test_the_rest_of_a_package_is_called_others():
    """The box of what was not opened says that it is not the package itself."""
    builder = GraphBuilder()
    for number in range(100):
        builder.add(Node(f"module:app.m{number:02}", f"app/m{number:02}.py", 1, 5 + number))
    picture = draw(builder.build(), None, "module")
    others = next(box for box in picture.boxes if box.id == "module:app")
    assert others.title == "others in app"
    assert others.figures == ("70 modules · 2.8 kLOC",)


def test_table_picture_marks_keys_and_owners():
    """Keys come first and are marked, the owner is named, a key to itself is said and not drawn."""
    graph, boundary = two_services()
    picture = draw(graph, boundary, "table", "shop")
    order = next(box for box in picture.boxes if box.title == "order")
    assert order.lines == ("id PK", "invoice_id FK", "note TextField")
    assert order.figures == ("orders", "refers to itself")
    assert order.group == "orders"
    assert [(a.source, a.target, a.weight) for a in picture.arrows] == [("table:order", "table:invoice", 1)]
    assert picture.notes == ("2 tables, 1 foreign key between them.",)


def test_tables_of_tests_and_examples_are_left_out_unless_used():
    """A table that only an example declares and uses is not drawn; one that the application reads is."""
    builder = GraphBuilder()
    builder.add(Node("table:toy", "examples/toy/models.py", 3, 9))
    builder.add(Node("table:user", "examples/toy/models.py", 12, 20))
    builder.add(Node("function:examples.toy.play", "examples/toy/models.py", 30, 40))
    builder.add(Node("function:app.login", "app/login.py", 1, 9))
    builder.add(Edge("function:examples.toy.play", "table:toy", "reads", evidence=AT))
    builder.add(Edge("function:app.login", "table:user", "reads", evidence=AT))
    assert [box.title for box in draw(builder.build(), None, "table").boxes] == ["user"]


def test_many_tables_are_cut_to_the_most_used():
    """Of a hundred tables eighty are drawn, those in use first, and the note says so."""
    builder = GraphBuilder()
    for number in range(100):
        builder.add(Node(f"table:t{number:03}", "a/models.py", number + 1, number + 1))
    builder.add(Edge("module:a.models", "table:t099", "reads", evidence=AT))
    picture = draw(builder.build(), None, "table")
    assert len(picture.boxes) == 80
    assert "table:t099" in {box.id for box in picture.boxes}
    assert picture.notes == ("100 tables, 0 foreign keys between them. 20 less used tables not drawn.",)


def test_keys_into_a_table_that_many_refer_to_stand_in_the_boxes():
    """Of thirty tables twenty refer to `user`: no arrow leads there, the columns name it, and the note says so."""
    builder = GraphBuilder()
    for number in range(30):
        builder.add(Node(f"table:t{number:02}", "a/models.py", number + 1, number + 1))
        for column, kind in (("id", "AutoField"), ("name", "CharField"), ("user_id", "ForeignKey")):
            builder.add(Node(f"column:t{number:02}.{column}", attributes=(("type", kind),)))
    builder.add(Node("table:user", "a/models.py", 90, 90))
    for number in range(20):
        builder.add(
            Edge(f"table:t{number:02}", "table:user", "references", evidence=AT, columns=("user_id",))
        )
    builder.add(Edge("table:t00", "table:t01", "references", evidence=AT, columns=("name",)))
    picture = draw(builder.build(), None, "table")
    boxes = {box.title: box for box in picture.boxes}
    assert [(arrow.source, arrow.target) for arrow in picture.arrows] == [("table:t00", "table:t01")]
    assert boxes["t05"].lines == ("id PK", "user_id FK \u2192 user", "+1 more")
    assert boxes["user"].figures == ("20 tables refer to it",)
    assert "Keys into user stand in the boxes" in picture.notes[0]


@pytest.mark.parametrize("level", ["module", "table"])
def test_empty_graph_gives_a_picture(level):
    """Nothing in, a picture with its title out."""
    picture = draw(GraphBuilder().build(), None, level)
    assert picture.boxes == ()
    for name in ("svg", "dot", "mermaid", "json"):
        assert render(picture, name)


def test_edges_out_of_the_shared_kernel_are_drawn():
    """A shared kernel that calls a service is bound to it, and the picture shows that."""
    graph, boundary = two_services()
    builder = GraphBuilder()
    for node in graph.nodes():
        builder.add(node)
    builder.add(Edge("function:shop.util.log", "function:shop.billing.charge", "calls", evidence=AT))
    (arrow,) = draw(builder.build(), boundary, "service").arrows
    assert (arrow.source, arrow.target) == (f"service:{SHARED}", "service:billing")
