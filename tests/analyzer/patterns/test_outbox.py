"""Calls behind a write whose answer nobody takes."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.findings import Recommendation

SHOP = {
    "shop/orders.py": """
        from shop import stock

        def place(cursor):
            cursor.execute("INSERT INTO orders (a) VALUES (1)")
            stock.take(cursor)

        async def later(cursor):
            cursor.execute("INSERT INTO orders (a) VALUES (1)")
            await stock.wait(cursor)

        def asks(cursor):
            cursor.execute("INSERT INTO orders (a) VALUES (1)")
            left = stock.take(cursor)
            if stock.take(cursor):
                return stock.take(cursor)
    """,
    "shop/stock.py": """
        def take(cursor):
            cursor.execute("UPDATE stock SET left = left - 1")
            return 3

        async def wait(cursor):
            cursor.execute("UPDATE stock SET left = left - 1")
    """,
}


def test_a_call_whose_answer_is_used_is_no_event(detect: Callable[..., list[Recommendation]]) -> None:
    """Only calls that are statements of their own, awaited or not, could as well be told later."""
    services = (Service("orders", ("shop.orders",)), Service("stock", ("shop.stock",)))
    found = {each.subject for each in detect("outbox", SHOP, Boundary(services=services))}
    assert found == {"function:shop.orders.place", "function:shop.orders.later"}
