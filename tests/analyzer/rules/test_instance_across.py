"""Rows that go from one service to another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.rules.judge import judge

ORDERS = Service("orders", modules=("shop.orders",), tables=("orders_order",))
BILLING = Service("billing", modules=("shop.billing",), tables=("billing_invoice",))
FILES = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/models.py": """
        from django.db import models
        class Order(models.Model):
            total = models.IntegerField()
            class Meta:
                db_table = "orders_order"
    """,
    "shop/orders/views.py": """
        from shop.billing import api
        from shop.orders.models import Order
        def pay(request):
            return api.bill(Order.objects.get(pk=1), 2)
        def pay_all(request):
            api.bill_many(orders=[Order.objects.get(pk=1)])
            api.bill_query(Order.objects.filter(total=1))
        def plain(request):
            order = Order.objects.get(pk=1)
            return api.by_id(order.pk, {"order": order})
            for pk in Order.objects.values_list("pk", flat=True):
                api.by_id(pk, {})
        def back(request):
            invoice = api.latest()
            return invoice
        def dropped(request):
            api.latest()
        def anything(request, flag):
            row = Order.objects.get(pk=1)
            if flag:
                row = api.latest()
            api.save(row)
    """,
    "shop/billing/__init__.py": "",
    "shop/billing/models.py": """
        from django.db import models
        class Invoice(models.Model):
            class Meta:
                db_table = "billing_invoice"
    """,
    "shop/billing/api.py": """
        from shop.billing.models import Invoice
        def bill(order, x):
            return 1
        def bill_many(orders):
            return 1
        def bill_query(orders):
            return 1
        def by_id(pk, more):
            return {"pk": pk}
        def latest():
            return Invoice.objects.get(pk=1)
        def save(row):
            return 1
    """,
    "tests/test_it.py": """
        from shop.billing import api
        from shop.orders.models import Order
        def test():
            api.bill(Order.objects.get(pk=1), 2)
    """,
}


@pytest.fixture
def shop(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(FILES)


def found(graph: Graph, *services: Service, shared: Shared = Shared()) -> list[Violation]:  # noqa: B008 - frozen
    violations = judge(graph, Boundary(services, shared)).violations
    return [violation for violation in violations if violation.rule == "instance-across"]


def test_rows_that_are_passed_and_got(shop: Graph) -> None:
    """Rows, lists of them and queries; not ids, values in a dictionary, what nobody takes, or any row."""
    violations = found(shop, ORDERS, BILLING)
    assert [(v.source.rpartition(".")[2], v.target.rpartition(".")[2]) for v in violations] == [
        ("anything", "latest"),
        ("back", "latest"),
        ("pay", "bill"),
        ("pay_all", "bill_many"),
        ("pay_all", "bill_query"),
    ]
    assert violations[2].title == "orders must not pass rows of Order to billing"
    assert violations[2].why == "shop.billing.api.bill gets rows of Order; Order is kept in orders' tables"
    assert violations[1].title == "orders must not get rows of Invoice from billing"
    assert violations[1].help.startswith("let billing return an id")


def test_shared_and_unclaimed_tables_are_free(shop: Graph) -> None:
    """Rows of a table that no service owns tie nobody to anybody."""
    bare = Service("orders", modules=("shop.orders",))
    assert {v.target.rpartition(".")[2] for v in found(shop, bare, BILLING)} == {"latest"}
    kernel = Shared(tables=("orders_order", "billing_invoice"))
    assert found(shop, bare, Service("billing", ("shop.billing",)), shared=kernel) == []


def test_the_graph_tells_what_is_passed(shop: Graph) -> None:
    """As `how` of the call, in tests too."""
    told = {edge.source: edge.how for edge in shop.edges("calls") if edge.target.endswith(".bill")}
    assert told["function:shop.orders.views.pay"] == ("answered", "takes shop.orders.models.Order")


def test_rows_of_sqlalchemy(graph_of: Callable[..., Graph]) -> None:
    """An asynchronous function gives what it returns; a constructor of the row's own class passes nothing."""
    graph = graph_of(
        {
            "a.py": """
            import b
            from sqlalchemy import select
            async def f(session):
                thing = await b.load(session)
                return b.show(thing)
            def g(session):
                b.several(session.scalars(select(b.Thing)).all())
            def h(session):
                b.several(session.scalars(select(b.Thing.id)).all())
        """,
            "b.py": """
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase):
                pass
            class Thing(Base):
                __tablename__ = "thing"
                id: Mapped[int] = mapped_column(primary_key=True)
            async def load(session):
                return Thing(id=1)
            def show(thing):
                return thing.id
            def several(things):
                return 1
        """,
        }
    )
    services = (Service("a", ("a",)), Service("b", ("b",), tables=("thing",)))
    assert [(v.source, v.title) for v in found(graph, *services)] == [
        ("function:a.f", "a must not get rows of Thing from b"),
        ("function:a.f", "a must not pass rows of Thing to b"),
        ("function:a.g", "a must not pass rows of Thing to b"),
    ]


def test_rows_that_are_spread_or_handed_on(graph_of: Callable[..., Graph]) -> None:
    """`api.bill(*rows)`, `api.bill(**{"order": row})` and `map(api.bill_many, rows)`."""
    views = """
        from shop.billing import api
        from shop.orders.models import Order
        def listed():
            row = Order.objects.get(pk=1)
            args = (row, 3)
            return api.bill(*args)
        def named():
            given = {"order": Order.objects.get(pk=1), "x": 2}
            return api.bill(**given)
        def mapped(): return list(map(api.bill_many, Order.objects.all()))
        def keys(): return list(map(api.bill_many, Order.objects.values_list("pk", flat=True)))
    """
    graph = graph_of(FILES | {"shop/orders/views.py": views})
    assert [
        (v.source.rpartition(".")[2], v.target.rpartition(".")[2]) for v in found(graph, ORDERS, BILLING)
    ] == [
        ("listed", "bill"),
        ("mapped", "bill_many"),
        ("named", "bill"),
    ]
