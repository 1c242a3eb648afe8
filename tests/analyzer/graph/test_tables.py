"""What the code does with tables: who owns, shares and writes them, and which transactions span several owners."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.graph.homes import Homes
from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.tables import TableViews

FILES = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/models.py": """
        from django.db import models
        class Order(models.Model):
            class Meta: db_table = "orders"
        class Unused(models.Model):
            class Meta: db_table = "unused"
    """,
    "shop/orders/service.py": """
        from django.db import transaction
        from shop.billing.service import charge
        from .models import Order
        def place():
            with transaction.atomic():
                Order.objects.create()
                charge()
    """,
    "shop/billing/__init__.py": "",
    "shop/billing/models.py": """
        from django.db import models
        class Invoice(models.Model):
            class Meta: db_table = "invoices"
    """,
    "shop/billing/service.py": """
        import requests
        from shop.orders.models import Order
        from .models import Invoice
        def charge():
            Order.objects.get(id=1)
            Invoice.objects.create()
            requests.post("https://pay.example.com/charge")
    """,
    "tests/test_x.py": """
        from shop.orders.models import Unused
        def test_x(): Unused.objects.create()
    """,
}


def told(views: TableViews) -> dict[str, tuple[str, str]]:
    return {table.name: (table.owner, table.sharing) for table in views.tables}


def test_owners_and_sharing(graph_of: Callable[..., Graph]) -> None:
    """Models decide who owns a table; what only tests use counts as unused."""
    views = table_views(graph_of(FILES))
    assert told(views) == {
        "invoices": ("shop.billing", "exclusive"),
        "orders": ("shop.orders", "read by others"),
        "unused": ("shop.orders", "unused"),
    }
    (spanning,) = views.transactions
    assert spanning.owners == {"shop.billing": ("table:invoices",), "shop.orders": ("table:orders",)}
    assert spanning.outbound == ("host:pay.example.com",)
    assert str(spanning.place) == "shop/orders/service.py:6"


def test_services_that_are_agreed_come_before_packages(graph_of: Callable[..., Graph]) -> None:
    """With a boundary, its services own and use the tables."""
    services = (
        Service(name="sales", modules=("shop.orders",), tables=("orders", "invoices")),
        Service(name="money", modules=("shop.billing",)),
    )
    views = table_views(graph_of(FILES), Boundary(services=services))
    assert views.agreed
    assert told(views) == {
        "invoices": ("sales", "exclusive"),
        "orders": ("sales", "read by others"),
        "unused": ("", "unused"),
    }
    assert views.homes == ("money", "sales")


def edge(source: str, target: str, kind: str, *how: str) -> Edge:
    return Edge(source, target, kind, evidence=(Evidence(Place("a.py", 3)),), how=how)


def test_queries_that_code_runs_by_name_are_the_codes(graph_of: Callable[..., Graph]) -> None:
    """A script of named queries writes what nothing loads, and no more."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/pay.py": "import aiosql\nqueries = aiosql.from_path('queries', 'x')\n"
            "def f(c): queries.pay(c)\n",
            "queries/pay.sql": "-- name: pay!\nINSERT INTO payments VALUES (1);\n-- name: log!\nDELETE FROM log;\n",
        }
    )
    (log, payments) = table_views(graph).tables
    assert [use.source for use in payments.uses] == ["function:shop.pay.f"]
    assert [use.source for use in log.uses] == ["script:queries/pay.sql"]
    assert payments.owner == "shop"


def test_letters_of_uses_and_functionalities() -> None:
    """Insert, update and delete are told apart where edges tell them; loops and locks are marked."""
    builder = GraphBuilder()
    for name in ("f", "g", "h"):
        builder.add(Node(f"function:a.{name}", "a.py", 1))
    builder.add(Node("module:a", "a.py", 1))
    builder.add(Node("table:t", "a.py", 9))
    builder.add(edge("route:GET /", "function:a.f", "handles"))
    builder.add(edge("function:a.f", "function:a.g", "calls"))
    builder.add(edge("function:a.f", "table:t", "reads", "loop"))
    builder.add(edge("function:a.g", "table:t", "writes", "delete", "insert"))
    builder.add(edge("function:a.h", "table:t", "writes"))
    builder.add(edge("function:a.h", "table:t", "joins", "lock"))
    (table,) = table_views(builder.build()).tables
    assert table.functionalities == {"route:GET /": "CRD"}
    assert [(use.source[-1], use.how, use.loops, use.locks) for use in table.uses] == [
        ("f", "R", True, False),
        ("g", "CD", False, False),
        ("h", "RW", False, True),
    ]
    assert table.sharing == "exclusive"


def test_uses_that_are_merely_possible_are_counted_apart() -> None:
    """A function that may use any table shares none."""
    builder = GraphBuilder()
    builder.add(Node("function:a.f", "a.py", 1))
    for name in ("one", "two"):
        builder.add(Node(f"table:{name}", "a.py", 9))
        builder.add(Edge("function:a.f", f"table:{name}", "reads", "possible"))
    builder.add(edge("function:a.f", "table:one", "writes"))
    one, two = table_views(builder.build()).tables
    assert (one.sharing, one.possible, [use.how for use in one.uses]) == ("exclusive", 0, ["W"])
    assert (two.sharing, two.possible, two.uses) == ("possibly used", 1, ())


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["shop/a/x.py", "shop/b/x.py", "shop/urls.py"], ["shop.a", "shop.b", "shop"]),
        (["a.py", "b/x.py", "c/x.py"], ["a", "b", "c"]),
        (["p/a/k/x.py", "p/a/l/x.py", "p/a/y.py", "p/b/x.py"], ["p.a.k", "p.a.l", "p.a", "p.b"]),
        (["p/one.py", "p/two.py"], ["p", "p"]),
    ],
)
def test_homes(paths: list[str], expected: list[str]) -> None:
    """Large packages are told by the packages below them; modules beside those belong to the large one."""
    builder = GraphBuilder()
    for path in paths:
        builder.add(Node(f"module:{path.removesuffix('.py').replace('/', '.')}", path, 1))
    homes = Homes(builder.build())
    assert [homes.of_path(path) for path in paths] == expected
    assert homes.of_path("sql/a.sql") == "sql/"
