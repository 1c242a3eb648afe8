"""Graphs and pictures that the tests of pictures share."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import BlindSpot, Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.generators.diagrams.draw import draw
from carveout.generators.diagrams.picture import Arrow, Box, BoxKind, Picture

NAMES = (
    "catalogue", "basket", "checkout", "order", "payment", "shipping", "customer", "offer", "partner",
    "voucher", "search", "dashboard",
)  # fmt: skip
AT = (Evidence(Place("shop/a.py", 3)),)

HOSTILE = (
    'say "hi"', "back\\slash\\", 'ends with \\"', "new\nline\r\n", "</svg><script>alert(1)</script>", "]]>",
    "-->", "%%{init: {'theme':'dark'}}%%", '"] --> evil["', "שלום_עולם", "\u202egnp.exe", "x" * 300,
    "\U0001f980 crab \U0001f469\u200d\U0001f469\u200d\U0001f467", "nul\x00bell\x07esc\x1b[31m",
    "lone\ud800surrogate", "&amp;&#x41;", "<b>bold</b>", "end", "click n1 href", "style a:b;#quot;",
    "`code`", "1. list", "- item", "subgraph", "\\N\\G\\l", "", " ", "graph", "\ufffe\x85\u2028",
    "${jndi}{{7*7}}", "n1", "#35;", "表テーブル名", "a" * 40 + "表" * 40,
)  # fmt: skip


@pytest.fixture
def hostile() -> Picture:
    """A picture in which every text is meant to break out of its language."""
    kinds: tuple[BoxKind, ...] = get_args(BoxKind)
    boxes = tuple(
        Box(
            f"service:{name}{index}",
            name,
            (name, "plain"),
            kinds[index % len(kinds)],
            HOSTILE[-index - 1],
            1,
            (name,),
        )
        for index, name in enumerate(HOSTILE)
    )
    ids = [box.id for box in boxes]
    arrows = tuple(
        Arrow(one, other, name, index + 1, ((name, 1), ("reads", index)))
        for index, (one, other, name) in enumerate(zip(ids, ids[1:], HOSTILE, strict=False))
    )
    return Picture("title " + HOSTILE[4], boxes, arrows, 7, HOSTILE, "service")


@pytest.fixture
def shop() -> tuple[Graph, Boundary]:
    """Twelve services tied in many directions, with tables, a shared kernel, tests and blind spots."""
    builder = GraphBuilder()
    for number, name in enumerate(NAMES):
        builder.add(Node(f"module:shop.{name}", f"shop/{name}/__init__.py", 1, 0))
        for part in range(2 + number % 3):
            module = f"shop.{name}.part{part}"
            builder.add(Node(f"module:{module}", f"shop/{name}/part{part}.py", 1, 100 + 37 * number))
            builder.add(Node(f"function:{module}.run", f"shop/{name}/part{part}.py", 5, 9))
        for table in range(number):
            builder.add(Node(f"table:{name}_{table:02}", f"shop/{name}/part0.py", 10 + table, 20))
            builder.add(Node(f"column:{name}_{table:02}.id", attributes=(("type", "AutoField"),)))
            builder.add(Node(f"column:{name}_{table:02}.note", attributes=(("type", "TextField"),)))
    builder.add(Node("module:shop.util", "shop/util.py", 1, 300))
    builder.add(Node("module:shop.stray", "shop/stray.py", 1, 10))
    builder.add(Node("module:shop.tests.test_all", "shop/tests/test_all.py", 1, 999))
    builder.add(Edge("module:shop.tests.test_all", "function:shop.order.part0.run", "calls", evidence=AT))
    for number, name in enumerate(NAMES):
        for step in (1, 2, 5, 7):
            other = NAMES[(number * step + step) % len(NAMES)]
            if other != name:
                _tie(builder, name, other, number, step)
    for line in range(1, 8):
        builder.add(BlindSpot("unresolved-call", Place("shop/util.py", line), "getattr(x, y)()"))
    services = tuple(Service(name, modules=(f"shop.{name}",), tables=(f"{name}_*",)) for name in NAMES)
    return builder.build(), Boundary(services, Shared(("shop.util",)))


@pytest.fixture
def picture_of(shop: tuple[Graph, Boundary]) -> Callable[..., Picture]:
    """picture_of("service"): that level of the shop."""
    graph, boundary = shop

    def make(level: str, project: str = "") -> Picture:
        return draw(graph, boundary, level, project)

    return make


def _tie(builder: GraphBuilder, name: str, other: str, number: int, step: int) -> None:
    builder.add(Edge(f"module:shop.{name}.part0", f"module:shop.{other}.part0", "imports", evidence=AT))
    if step < 5:
        builder.add(
            Edge(f"function:shop.{name}.part1.run", f"function:shop.{other}.part0.run", "calls", evidence=AT)
        )
    for table in range(min(step, NAMES.index(other))):
        builder.add(
            Edge(f"function:shop.{name}.part0.run", f"table:{other}_{table:02}", "reads", evidence=AT)
        )
        if table < number:
            keys = (f"{other}_id",)
            builder.add(
                Edge(
                    f"table:{name}_{table:02}",
                    f"table:{other}_{table:02}",
                    "references",
                    "certain",
                    AT,
                    columns=keys,
                )
            )
