"""Transactions that write tables of several services."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.rules.judge import judge

ORDERS = Service("orders", modules=("shop.orders",), tables=("orders",))
BILLING = Service("billing", modules=("shop.billing",), tables=("payments",), public=("shop.billing.api",))
GATE = Service("gate", modules=("shop.gate",))
FILES = {
    "shop/__init__.py": "",
    "shop/orders.py": """
        from shop.billing import api
        def place(conn):
            with conn:
                conn.execute("INSERT INTO orders (id) VALUES (1)")
                api.charge(conn)
        def again(conn):
            with conn:
                conn.execute("INSERT INTO orders (id) VALUES (1)")
                api.charge(conn)
            with conn:
                conn.execute("UPDATE orders SET a = 1")
                api.charge(conn)
        def shown(conn):
            with conn:
                conn.execute("UPDATE orders SET a = 1")
                api.paid(conn)
        def only_theirs(conn):
            with conn:
                api.charge(conn)
    """,
    "shop/billing/__init__.py": "",
    "shop/billing/api.py": """
        def charge(conn):
            conn.execute("INSERT INTO payments (id) VALUES (1)")
        def paid(conn):
            return conn.execute("SELECT id FROM payments")
    """,
    "shop/gate.py": """
        from shop import orders
        from shop.billing import api
        def handle(conn):
            with conn:
                conn.execute("UPDATE countries SET a = 1")
                api.charge(conn)
        def both(conn):
            with conn:
                orders.only_theirs(conn)
                api.charge(conn)
                add(conn)
    """,
}


def found(graph: Graph, *services: Service, shared: Shared = Shared()) -> list[Violation]:  # noqa: B008 - frozen
    violations = judge(graph, Boundary(services, shared)).violations
    return [violation for violation in violations if violation.rule == "transaction-across"]


@pytest.fixture
def shop(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(FILES)


def test_writes_of_two_owners_in_one_transaction(shop: Graph) -> None:
    """Also through the owner's public interface; once a function and table; reads alone do not count."""
    violations = found(shop, ORDERS, BILLING)
    assert [(v.source, v.target, v.origin, v.owner) for v in violations] == [
        ("function:shop.orders.again", "table:payments", "orders", "billing"),
        ("function:shop.orders.place", "table:payments", "orders", "billing"),
    ]
    place = violations[1]
    assert place.title == "orders must not write billing's tables in its transactions"
    assert place.why == (
        'shop.orders.place writes tables of billing and orders in one transaction; table "payments" belongs to'
        " billing"
    )
    assert [str(item.place) for item in place.evidence] == ["shop/billing/api.py:3", "shop/orders.py:6"]
    assert place.cost == "this transaction cannot span two databases"


def test_shared_tables_have_no_owner(shop: Graph) -> None:
    """What is written beside a shared table, or one that nobody owns, is one owner's alone."""
    assert not found(shop, GATE, BILLING, shared=Shared(tables=("countries",)))


def test_a_service_without_tables_that_spans_two_others(graph_of: Callable[..., Graph]) -> None:
    """Neither of the two owners opened the transaction: it spans both."""
    text = """
        def both(conn):
            with conn:
                conn.execute("INSERT INTO orders (id) VALUES (1)")
                conn.execute("INSERT INTO payments (id) VALUES (1)")
    """
    graph = graph_of({"shop/__init__.py": "", "shop/gate.py": text})
    assert [(v.origin, v.owner) for v in found(graph, ORDERS, BILLING, GATE)] == [
        ("gate", "billing"),
        ("gate", "orders"),
    ]
