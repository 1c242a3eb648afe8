"""Cache-aside and streams: keys that are forgotten, logs that are polled; and what only looks so."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.findings import Recommendation

Detect = Callable[..., list[Recommendation]]

SHOP = {
    "shop/__init__.py": "",
    "shop/store.py": """
        import redis
        r = redis.Redis()

        def card(cursor, number):
            found = r.get(f"product:{number}")
            if found is None:
                cursor.execute("SELECT name FROM products")
                r.set(f"product:{number}", "x")

        def line(cursor, number):
            found = r.get(f"cart:{number}")
            if found is None:
                cursor.execute("SELECT name FROM products")
                r.set(f"cart:{number}", "x")

        def rename(cursor, number):
            cursor.execute("UPDATE products SET name = 'x'")
            r.delete(f"product:{number}")
    """,
}


def test_a_key_that_stays_when_its_sibling_is_dropped(detect: Detect) -> None:
    """With the places where it is filled and where the other one is dropped."""
    (found,) = detect("cache_aside", SHOP)
    assert found.title == "cart:{} holds products; a change drops only product:{}"
    assert [each.place.line for each in found.evidence] == [15, 19]


def test_keys_that_end_by_themselves_and_keys_that_are_dropped_are_left_alone(detect: Detect) -> None:
    """None is dropped, or both are."""
    text = SHOP["shop/store.py"]
    none = text.replace('r.delete(f"product:{number}")', "pass")
    both = text + '            r.delete(f"cart:{number}")\n'
    assert detect("cache_aside", {**SHOP, "shop/store.py": none}) == []
    assert detect("cache_aside", {**SHOP, "shop/store.py": both}) == []


def test_a_log_that_triggers_write_and_code_polls(detect: Detect) -> None:
    """The trigger that writes its own table is none, and neither is who writes the log."""
    schema = """
        CREATE TABLE products (id INTEGER);
        CREATE TABLE log (id INTEGER, what TEXT);
        CREATE TRIGGER changed AFTER UPDATE ON products
        BEGIN
            INSERT INTO log (what) VALUES ('x');
        END;
    """
    code = """
        def poll(cursor, last):
            cursor.execute("SELECT id, what FROM log WHERE id > 1")

        def names(cursor):
            cursor.execute("SELECT id FROM products")
    """
    (found,) = detect("streams", {"schema.sql": schema, "a.py": code})
    assert found.title == "poll polls log, which 1 triggers write" or found.title.startswith(
        "a.poll polls log"
    )
    assert {each.place.path for each in found.evidence} == {"a.py", "schema.sql"}
    assert detect("streams", {"schema.sql": schema.partition("CREATE TRIGGER")[0], "a.py": code}) == []


def test_what_is_asked_for_since_an_id(detect: Detect) -> None:
    """A doubtful one: only its parameter says so."""
    code = "def since(cursor, last_id):\n    cursor.execute('SELECT id FROM notes WHERE id > ?', [last_id])\n"
    (found,) = detect("streams", {"a.py": code})
    assert found.confidence == "possible" and "notes" in found.title
