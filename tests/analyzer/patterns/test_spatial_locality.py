"""Queries for each turn of a loop: by the function itself, and through what it calls."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.findings import Recommendation

Detect = Callable[..., list[Recommendation]]

SHOP = {
    "shop/db.py": """
        def price(cursor, product):
            cursor.execute("SELECT amount FROM prices WHERE product = %s", [product])
            return cursor.fetchone()

        def window(cursor):
            cursor.execute("SELECT id FROM products")
            return [price(cursor, product) for product in cursor.fetchall()]

        def drop(cursor, cart):
            cursor.execute("DELETE FROM carts WHERE id = %s", [cart])

        def empty(cursor, ids):
            for each in ids:
                drop(cursor, each)

        def once(cursor):
            cursor.execute("SELECT id FROM products")
            return [str(product) for product in cursor.fetchall()]

        def few(cursor):
            for product in (1, 2):
                price(cursor, product)
    """,
}


def test_queries_in_loops_are_found_with_their_place(detect: Detect) -> None:
    """A call that asks and one that deletes, each in a loop; not one query, nor a loop over what is written out."""
    found = {each.subject: each for each in detect("spatial_locality", SHOP)}
    assert {*found} == {"function:shop.db.window", "function:shop.db.empty"}
    assert [each.place.line for each in found["function:shop.db.window"].evidence] == [8]
    assert "prices" in found["function:shop.db.window"].title
    assert found["function:shop.db.empty"].scaffold is None


def test_tests_and_migrations_do_not_count(detect: Detect) -> None:
    """What only tests do in a loop is nobody's matter."""
    assert detect("spatial_locality", {"tests/test_shop.py": SHOP["shop/db.py"]}) == []
