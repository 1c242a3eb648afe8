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


def test_an_abstract_model_follows_what_leads_to_the_one_below(detect: Detect) -> None:
    """`self.events` is known where another model's key names the only heir; what it loads in a loop, too."""
    files = {
        "shop/models.py": """
            from django.db import models

            class AbstractOrder(models.Model):
                class Meta:
                    abstract = True

                def status(self):
                    return [event.kind.name for event in self.events.all()]

                def notes(self):
                    return [event.note for event in self.events.all()]

            class Order(AbstractOrder):
                pass

            class Kind(models.Model):
                name = models.CharField(max_length=9)

            class Event(models.Model):
                order = models.ForeignKey(Order, models.CASCADE, related_name="events")
                kind = models.ForeignKey(Kind, models.CASCADE)
                note = models.TextField()
        """,
    }
    found = [(each.subject, each.title) for each in detect("spatial_locality", files)]
    assert [subject for subject, _ in found] == ["function:shop.models.AbstractOrder.status"]
    assert "shop_kind" in found[0][1]


def test_a_session_writes_once_unless_the_loop_flushes(detect: Detect) -> None:
    """Rows that a unit of work gathers are one statement; a commit for each row is many."""
    files = {
        "shop/db.py": """
            from sqlalchemy import Column, Integer
            from sqlalchemy.orm import DeclarativeBase, Session

            class Base(DeclarativeBase):
                pass

            class Line(Base):
                __tablename__ = "lines"
                id = Column(Integer, primary_key=True)
                amount = Column(Integer)

            def together(session: Session, amounts):
                for amount in amounts:
                    line = Line()
                    line.amount = amount
                    session.add(line)
                session.commit()

            def one_by_one(session: Session, amounts):
                for amount in amounts:
                    session.add(Line(amount=amount))
                    session.commit()
        """,
    }
    assert [each.subject for each in detect("spatial_locality", files)] == ["function:shop.db.one_by_one"]


def test_a_long_name_tells_a_method_of_something_unknown(detect: Detect) -> None:
    """`line.prices_already_paid()` is the one method of that name, as a possibility; a short name is not."""
    files = {
        "shop/lines.py": """
            class Line:
                def prices_already_paid(self, cursor):
                    cursor.execute("SELECT amount FROM prices WHERE line = %s", [self.id])

                def refresh(self, cursor):
                    cursor.execute("SELECT amount FROM prices WHERE line = %s", [self.id])
        """,
        "shop/sums.py": """
            def paid(lines, cursor):
                return sum(line.prices_already_paid(cursor) for line in lines)

            def fresh(lines, cursor):
                for line in lines:
                    line.refresh(cursor)
        """,
    }
    found = detect("spatial_locality", files)
    assert [(each.subject, each.confidence) for each in found] == [("function:shop.sums.paid", "possible")]
