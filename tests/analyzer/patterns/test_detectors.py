"""One small shop in which each pattern applies once, and where it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.findings import Recommendation
from carveout.analyzer.plugins import page, plugins

Detect = Callable[..., list[Recommendation]]

BOUNDARY = Boundary(
    services=(
        Service("orders", modules=("shop.orders",), tables=("orders", "order_lines")),
        Service("stock", modules=("shop.stock",), tables=("stock", "moves")),
        Service("money", modules=("shop.money",), tables=("payments", "refunds")),
        Service("mail", modules=("shop.mail",), tables=("messages",)),
    )
)
SHOP = {
    "shop/stock.py": """
        def take(cursor, product):
            cursor.execute("UPDATE stock SET count = count - 1 WHERE product = %s", [product])
    """,
    "shop/money.py": """
        def charge(cursor, order):
            cursor.execute("INSERT INTO payments (order_id) VALUES (%s)", [order])
    """,
    "shop/mail.py": """
        import smtplib

        def note(cursor, text):
            cursor.execute("INSERT INTO messages (text) VALUES (%s)", [text])

        def letter(text):
            with smtplib.SMTP("localhost") as server:
                server.sendmail("a@example.org", "b@example.org", text)
    """,
    "shop/orders.py": """
        from flask import Flask, send_from_directory
        from sqlalchemy import func, select
        from shop import mail, money, stock

        app = Flask(__name__)

        @app.post("/orders")
        def place(cursor, order):
            cursor.execute("INSERT INTO orders (id) VALUES (%s)", [order])
            stock.take(cursor, order)
            money.charge(cursor, order)
            mail.note(cursor, "placed")
            publish_event("placed", order)
            return "ok"

        @app.post("/letters")
        def letters():
            mail.letter("placed")
            return "ok"

        def publish_event(name, order):
            return None

        @app.get("/pictures/<name>")
        def picture(name):
            return send_from_directory("uploads", name)

        def many(session, table):
            return session.scalar(select(func.count(table.id)))

        def report(cursor):
            cursor.execute(
                "SELECT 1 FROM orders JOIN order_lines ON 1 = 1 JOIN stock ON 1 = 1 JOIN moves ON 1 = 1"
                " JOIN payments ON 1 = 1 JOIN refunds ON 1 = 1"
            )
    """,
}
FOUND = {
    "orchestration": {"function:shop.orders.place"},
    "multiple_receiver": {"function:shop.orders.place"},
    "outbox": {"function:shop.orders.place"},
    "pub_sub": {"function:shop.orders.place"},
    "event_async": {"function:shop.mail.letter", "function:shop.orders.letters"},
    "static_content": {"function:shop.orders.picture"},
    "pre_calculation": {"function:shop.orders.many"},
    "cqrs": {"function:shop.orders.report"},
    "reverse_proxy_split": {"service:orders"},
}


@pytest.mark.parametrize("pattern", sorted(FOUND))
def test_each_pattern_is_found_where_it_applies_and_nowhere_else(detect: Detect, pattern: str) -> None:
    """Each finding is about the function, and has its place."""
    found = detect(pattern, SHOP, BOUNDARY)
    assert {each.subject for each in found} == FOUND[pattern]
    assert all(each.evidence and each.title for each in found)


@pytest.mark.parametrize(
    "pattern", ["orchestration", "multiple_receiver", "cqrs", "outbox", "reverse_proxy_split"]
)
def test_without_services_nothing_is_said_of_services(detect: Detect, pattern: str) -> None:
    """What is about several services needs services."""
    assert detect(pattern, SHOP) == []


def test_each_detector_has_its_page_and_a_scaffold_that_exists_or_none() -> None:
    """The page tells when it applies; what cannot be generated says that it is advice."""
    scaffolds = {scaffold.name for scaffold in plugins("generators.patterns", "scaffold")}
    assert "outbox" in scaffolds
    for detector in plugins("analyzer.patterns", "detector"):
        assert "When it applies" in page(detector)
        assert (detector.scaffold is None) == ("Advice only." in page(detector))
        assert detector.scaffold in {None, *scaffolds}


def test_rows_that_are_counted_to_check_something_are_nobodys_value(detect: Detect) -> None:
    """`if lines.count()` and a comparison; not the number that goes out."""
    files = {
        "shop/models.py": """
            from django.db import models

            class Order(models.Model):
                paid = models.BooleanField()

            def small():
                return Order.objects.count() < 50

            def none_paid():
                if not Order.objects.filter(paid=True).count():
                    return "none"

            def many():
                return Order.objects.count()
        """,
    }
    assert [each.subject for each in detect("pre_calculation", files)] == ["function:shop.models.many"]


def test_files_made_in_memory_and_forms_without_files_are_no_static_content(detect: Detect) -> None:
    """An export that is put together, and `request.FILES` that any form is handed."""
    files = {
        "shop/views.py": """
            from io import BytesIO
            from flask import send_file

            def export():
                made = BytesIO()
                return send_file(made)

            def register(request):
                return Form(request.POST, request.FILES)

            def picture(name):
                return send_file(name)
        """,
    }
    assert [each.subject for each in detect("static_content", files)] == ["function:shop.views.picture"]
