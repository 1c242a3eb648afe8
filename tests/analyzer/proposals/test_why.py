"""What ties two things."""

from __future__ import annotations

import json

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Wishes
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.results import WhyResult
from carveout.analyzer.model.ties import Commit, History
from carveout.analyzer.proposals.choose import prepare
from carveout.analyzer.proposals.why import why
from carveout.generators.reports import choose

AGREED = Boundary((Service("sales", ("shop.orders",)),))
HISTORY = History(
    (
        Commit("c0ffee", "Totals with tax", ("shop/orders.py", "shop/billing.py")),
        Commit("f00d", "Typo", ("shop/orders.py",)),
    )
)


def shop() -> Graph:
    """Orders call billing, read its invoices, share a table, a transaction, a route and a signal with it."""
    builder = GraphBuilder()
    for module in ("orders", "billing", "reports"):
        builder.add(Node(f"module:shop.{module}", f"shop/{module}.py", 1, 99))
    builder.add(Node("module:shop", "shop/__init__.py", 1, 1))
    for name in ("orders.place", "billing.charge", "billing.hear", "reports.show"):
        builder.add(Node(f"function:shop.{name}", f"shop/{name.partition('.')[0]}.py", 10, 20))
    builder.add(Node("class:shop.billing.Invoice", "shop/billing.py", 30, 40))
    builder.add(Node("function:tests.test_orders", "tests/test_orders.py", 1, 2))
    builder.add(Node("route:POST /orders", "shop/orders.py", 5))
    builder.add(Node("transaction:shop.orders.place#1", "shop/orders.py", 11))
    edges = (
        ("route:POST /orders", "function:shop.orders.place", "handles"),
        ("class:shop.billing.Invoice", "table:invoice", "maps"),
        ("function:shop.orders.place", "function:shop.billing.charge", "calls"),
        ("function:shop.orders.place", "table:invoice", "reads"),
        ("function:shop.orders.place", "table:account", "reads"),
        ("function:shop.orders.place", "signal:paid", "publishes"),
        ("function:shop.billing.hear", "signal:paid", "subscribes"),
        ("function:shop.billing.charge", "table:invoice", "writes"),
        ("function:shop.billing.charge", "table:account", "writes"),
        ("function:shop.reports.show", "table:order_line", "reads"),
        ("function:shop.reports.show", "table:invoice", "reads"),
        ("transaction:shop.orders.place#1", "table:invoice", "spans"),
        ("function:tests.test_orders", "function:shop.billing.charge", "calls"),
        ("table:order_line", "table:invoice", "references"),
    )
    for line, (source, target, kind) in enumerate(edges, 1):
        builder.add(Edge(source, target, kind, evidence=(Evidence(Place("shop/x.py", line)),)))
    edge = Edge("function:shop.orders.place", "function:shop.billing.hear", "calls", confidence="possible")
    builder.add(edge)
    return builder.build()


def tied(one: str, other: str) -> dict[str, list[str]]:
    """Kind -> what was seen, in words."""
    graph = shop()
    known = prepare(graph, Wishes(history=HISTORY))
    _, _, bonds = why(graph, known, one, other, AGREED, HISTORY)
    return {bond.kind: [sight.words for sight in bond.sights] for bond in bonds}


def test_two_modules() -> None:
    """Each kind with what was seen; tests and what is merely possible are no ties."""
    found = tied("shop.orders", "billing")
    assert found == {
        "reads": ["shop.orders.place reads invoice"],
        "calls": ["shop.orders.place calls shop.billing.charge"],
        "events": ["shop.orders.place publishes signal paid, which shop.billing.hear hears"],
        "tables": ["account: read by shop.orders.place, written by shop.billing.charge"],
        "transactions": ["shop.orders.place#1 spans invoice"],
        "functionalities": ["route POST /orders"],
        "changes": ["c0ffee Totals with tax"],
    }
    assert tied("service:sales", "shop.billing") == found
    assert list(tied("shop.billing", "shop.orders")) == list(found)


def test_tables_functions_and_parts() -> None:
    """Two tables by their key and the code that touches both; a function and a table; a part of a package."""
    assert tied("order_line", "invoice") == {
        "references": ["order_line references invoice"],
        "code": ["shop.reports.show touches invoice, order_line"],
    }
    assert tied("shop.orders.place", "table:invoice")["reads"] == ["shop.orders.place reads invoice"]
    assert tied("shop.billing", "invoice")["writes"] == ["shop.billing.charge writes invoice"]
    assert "calls" in tied("shop", "shop.billing")
    assert "writes" in tied("shop.billing.charge", "Invoice")  # the class, whose table is its own
    assert tied("Order_Line", "invoice") == tied("order_line", "invoice")
    assert tied("shop.reports", "shop.billing.hear") == {}


def test_strength_is_that_of_the_units() -> None:
    """What it counts for where services are drawn; a kind without weight has a strength of none."""
    graph = shop()
    _, _, bonds = why(graph, prepare(graph, Wishes()), "shop.orders", "shop.billing", AGREED, HISTORY)
    by_kind = {bond.kind: bond for bond in bonds}
    assert by_kind["calls"].strength == pytest.approx(1.0) and by_kind["calls"].weight == 1.0
    assert by_kind["changes"].strength is None and by_kind["changes"].weight == 0.0


@pytest.mark.parametrize(
    ("one", "other", "part"),
    [
        ("shop.orders", "shop.orders", "is one thing"),
        ("shop.orders", "shop.ordres", 'nothing is called "shop.ordres"'),
        ("service:none", "shop.orders", 'nothing is called "service:none"'),
    ],
)
def test_mistakes(one: str, other: str, part: str) -> None:
    """Names that mean nothing, or the same."""
    with pytest.raises(UsageError) as caught:
        tied(one, other)
    assert part in caught.value.what


def test_as_text_and_json() -> None:
    """Figures first, then each tie with its place; what is missing is said."""
    graph = shop()
    known = prepare(graph, Wishes())
    left, right, bonds = why(graph, known, "shop.orders", "shop.billing", AGREED, History(missing="no git"))
    result = WhyResult("shop", graph, left.title, right.title, bonds, "no git")
    shown = choose(WhyResult, "text").render(result).decode()
    assert shown.startswith("what ties shop.orders and shop.billing\n")
    assert "calls                                   1         1       1.00\n" in shown
    assert "calls: 1\n  - shop.orders.place calls shop.billing.charge\n      shop/x.py:3\n" in shown
    assert shown.endswith("git: no history (no git)\n") and max(map(len, shown.splitlines())) <= 80
    data = json.loads(choose(WhyResult, "json").render(result))
    assert data["schema"] == "carveout/why/1" and data["no_history"] == "no git"
    assert data["ties"][0]["seen"][0]["places"] == [{"path": "shop/x.py", "line": 4}]
    nothing = WhyResult("shop", graph, "a", "b", ())
    assert choose(WhyResult, "text").render(nothing) == b"nothing was seen that ties a and b\n"
