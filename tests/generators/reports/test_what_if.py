"""One proposal in full, and what a change would do, as a reader sees them."""

from __future__ import annotations

import json
from dataclasses import replace

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import Boundary, Proposal, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.results import ProposalResult, WhatIfResult
from carveout.generators.reports import choose
from carveout.generators.reports.cut_text import relation, tail

BOUNDARY = Boundary(
    (
        Service("orders", ("shop.orders",), public=("shop.orders.api",), may_use=("billing",)),
        Service("billing", ("shop.billing",), tables=("invoice",)),
    ),
    Shared(("shop.core",), reasons={"shop.core": "used by all"}),
)


def graph_of(reads: int) -> Graph:
    """Orders read an invoice in so many functions."""
    builder = GraphBuilder()
    builder.add(Node("module:shop.orders", "shop/orders.py", 1, 99))
    builder.add(Node("module:shop.billing", "shop/billing.py", 1, 99))
    builder.add(Node("route:GET /orders/<int:id>", "shop/orders.py", 1))
    builder.add(Edge("route:GET /orders/<int:id>", "function:shop.orders.f0", "handles"))
    for number in range(reads):
        builder.add(Node(f"function:shop.orders.f{number}", "shop/orders.py", number + 1))
        evidence = (Evidence(Place("shop/orders.py", number + 1)),)
        builder.add(Edge(f"function:shop.orders.f{number}", "table:invoice", "reads", evidence=evidence))
    return builder.build()


def proposal(reads: int) -> tuple[Graph, Proposal]:
    """The graph and its cut."""
    graph = graph_of(reads)
    found = Proposal(BOUNDARY, "packages", {"SM": 0.1, "ICP": 0.2}, cut(graph, BOUNDARY), ("by packages",))
    return graph, replace(found, aside={"tests": "tests go with what they test"})


def text(result: ProposalResult | WhatIfResult) -> str:
    """The report as text, within 80 columns."""
    shown: str = choose(type(result), "text").render(result).decode("utf-8")
    assert max(map(len, shown.splitlines())) <= 80
    return shown


def test_a_proposal_in_full() -> None:
    """Members, reasons, and each cut with its place, its cost and its remedy; a few of many."""
    graph, found = proposal(5)
    shown = text(ProposalResult("shop", graph, 2, found))
    assert shown.startswith("shop, proposal 2: packages, 2 services\n  - by packages\n")
    assert "  modules:  shop.orders\n  answers:  /orders/<int:id>\n  public:   shop.orders.api\n" in shown
    assert "shared kernel\n  - shop.core (used by all)" in shown
    assert "  - tests (tests go with what they test)" in shown
    assert "orders -> billing: 5 edges\n  5 x   this read becomes a network call or a read model:" in shown
    assert "        shop/orders.py:1\n          shop.orders.f0 reads invoice\n" in shown
    assert "shop.orders.f4" not in shown and "with --all" in shown
    every = text(ProposalResult("shop", graph, 2, found, every=True))
    assert "shop/orders.py:5\n          shop.orders.f4 reads invoice" in every and "with --all" not in every
    data = json.loads(choose(ProposalResult, "json").render(ProposalResult("shop", graph, 2, found)))
    assert [each["id"] for each in data["proposals"]] == [2] and len(data["proposals"][0]["cut"]) == 5


def test_what_if_as_text_and_json() -> None:
    """Only what changes is shown, with the digits that tell it apart."""
    graph, before = proposal(3)
    after = replace(before, metrics={"SM": 0.1001, "ICP": 0.2}, cut=before.cut[:2])
    result = WhatIfResult("shop", graph, "agreed", ("f2 moves",), before, after, before.cut[2:], ())
    shown = text(result)
    assert "  - f2 moves\n" in shown
    assert "edges that are cut                 3           2  better" in shown
    assert "SM                            0.1000      0.1001  better" in shown and "ICP" not in shown
    assert "no longer cut: 1 edge\norders -> billing: 1 edge" in shown and "newly cut: 0 edges" in shown
    data = json.loads(choose(WhatIfResult, "json").render(result))
    assert data["schema"] == "carveout/what-if/1" and data["before"]["cut"] == 3
    assert [each["source"] for each in data["gone"]] == ["function:shop.orders.f2"]


def test_long_names_lose_their_beginnings() -> None:
    """The verb stands between two names of which the last components are kept."""
    edge = Edge("function:" + "package." * 9 + "views.show", "function:" + "other." * 9 + "load", "calls")
    assert relation(edge, 40) == "..package.views.show calls ..other.load"
    assert tail("one", 2) == ".." and tail("a.b", 9) == "a.b"
    assert len(relation(Edge("function:" + "x" * 99, "route:GET /" + "y" * 99, "links"), 60)) <= 60
