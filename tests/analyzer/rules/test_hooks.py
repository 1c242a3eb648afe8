"""What crosses without an import: links, templates, routes, tasks and signals, memory, caches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.rules.judge import judge

GraphOf = Callable[..., Graph]
ORDERS = Service("orders", modules=("shop.orders",))
BILLING = Service("billing", modules=("shop.billing",))

FLASK = {
    "shop/__init__.py": "",
    "shop/app.py": """
        from flask import Flask
        app = Flask(__name__)
    """,
    "shop/billing/__init__.py": "",
    "shop/billing/views.py": """
        from shop.app import app
        rates = {}

        @app.get("/invoices/<int:id>")
        def invoice(id):
            return str(id)

        def learn(name, rate):
            rates[name] = rate
    """,
    "shop/billing/templates/invoice.html": "<p>invoice</p>",
    "shop/billing/tasks.py": """
        from celery import shared_task

        @shared_task
        def send(id):
            return id
    """,
    "shop/billing/events.py": """
        from blinker import signal
        paid = signal("paid")
    """,
    "shop/orders/__init__.py": "",
    "shop/orders/views.py": """
        from flask import render_template, url_for
        from shop.app import app
        from shop.billing import tasks
        from shop.billing.events import paid
        from shop.billing.views import rates

        @app.get("/orders")
        def orders():
            tasks.send.delay(1)
            return url_for("invoice", id=1)

        @app.get("/bill")
        def bill():
            return render_template("invoice.html")

        @paid.connect
        def on_paid(sender):
            return rates["EUR"]
    """,
    "tests/test_shop.py": """
        from shop.billing import tasks
        def test_it():
            tasks.send.delay(1)
    """,
}


def found(graph: Graph, *services: Service, rule: str, shared: Shared = Shared()) -> list[Violation]:  # noqa: B008
    result = judge(graph, Boundary(services or (ORDERS, BILLING), shared))
    return [each for each in result.violations if each.rule == rule]


def test_a_link_by_name_is_a_warning(graph_of: GraphOf) -> None:
    (violation,) = found(graph_of(FLASK), rule="link-across")
    assert violation.title == "orders must not link to billing's GET /invoices/<int:id> by its name"
    assert violation.severity == "warning"
    assert [str(item.place) for item in violation.evidence] == ["shop/orders/views.py:11"]


def test_a_template_belongs_to_the_package_in_which_it_lies(graph_of: GraphOf) -> None:
    graph = graph_of(FLASK)
    (violation,) = found(graph, rule="template-across")
    assert (violation.source, violation.owner) == ("function:shop.orders.views.bill", "billing")
    assert found(graph, ORDERS, rule="template-across", shared=Shared(("shop.billing",))) == []


def test_a_route_that_was_given_away_needs_its_handler(graph_of: GraphOf) -> None:
    graph = graph_of(FLASK)
    assert found(graph, rule="route-across") == []
    owner = replace(BILLING, entry_points=("GET /orders",))
    (violation,) = found(graph, ORDERS, owner, rule="route-across")
    assert violation.title == "orders must not answer billing's GET /orders"
    moved = replace(owner, functions=("shop.orders.views.orders",))
    assert found(graph, ORDERS, moved, rule="route-across") == []


VIEWS = {
    "shop/__init__.py": "",
    "shop/urls.py": """
        from django.urls import path
        from shop.orders import views

        urlpatterns = [path("orders/", views.Orders.as_view()), path("bills/", views.bills)]
    """,
    "shop/base/__init__.py": "",
    "shop/base/views.py": """
        from django.views.generic import View
        class Page(View):
            def get(self, request): ...
    """,
    "shop/orders/__init__.py": "",
    "shop/orders/views.py": """
        from shop.base.views import Page
        class Orders(Page): ...
        def bills(request): ...
    """,
}


def test_routes_that_nobody_gave_away_are_held_to_nothing(graph_of: GraphOf) -> None:
    """A view that inherits what answers is its service's own, whatever `entry_points` others have."""
    graph, base = graph_of(VIEWS), Service("base", modules=("shop.base",))
    (bills,) = (node.name for node in graph.nodes("route") if node.name.endswith("/bills/"))
    (orders,) = (node.name for node in graph.nodes("route") if node.name.endswith("/orders/"))
    (violation,) = found(graph, ORDERS, replace(base, entry_points=(bills,)), rule="route-across")
    assert violation.source == "function:shop.orders.views.bills"
    assert found(graph, replace(ORDERS, entry_points=(orders,)), base, rule="route-across") == []


def test_tasks_and_signals_are_held_to_what_was_agreed(graph_of: GraphOf) -> None:
    graph = graph_of(FLASK)
    assert found(graph, rule="event-across") == []  # nothing was agreed, so nothing is held
    closed = replace(BILLING, public=("shop.billing.views",))
    tasks = [each for each in found(graph, ORDERS, closed, rule="event-across") if "task" in each.title]
    assert [each.source for each in tasks] == ["function:shop.orders.views.orders"]
    opened = replace(BILLING, public=("shop.billing.tasks", "shop.billing.views"))
    assert not [e for e in found(graph, ORDERS, opened, rule="event-across") if "task" in e.title]


@pytest.mark.parametrize(
    ("orders", "billing", "told"),
    [
        (ORDERS, replace(BILLING, callers={"reports": ("*",)}), "orders is not among billing's callers"),
        (replace(ORDERS, may_use=()), BILLING, "orders may not use billing"),
    ],
)
def test_callers_and_may_use_hold_tasks_as_well(
    graph_of: GraphOf, orders: Service, billing: Service, told: str
) -> None:
    violations = found(graph_of(FLASK), orders, billing, rule="event-across")
    assert violations
    assert all(told in each.why for each in violations)


def test_memory_of_another_service(graph_of: GraphOf) -> None:
    (violation,) = found(graph_of(FLASK), rule="state-across")
    assert (violation.source, violation.target) == (
        "function:shop.orders.views.on_paid",
        "state:shop.billing.views.rates",
    )
    assert "each process will have a copy of its own" in violation.why


def test_a_signal_of_a_model_is_agreed_by_the_model(graph_of: GraphOf) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/billing/__init__.py": "",
        "shop/billing/models.py": """
            from django.db import models
            class Invoice(models.Model):
                class Meta:
                    app_label = "billing"
        """,
        "shop/orders/__init__.py": "",
        "shop/orders/signals.py": """
            from django.db.models.signals import post_save
            from django.dispatch import receiver
            from shop.billing.models import Invoice

            @receiver(post_save, sender=Invoice)
            def on_invoice(sender, **kwargs):
                return None
        """,
    }
    graph = graph_of(files)
    closed = replace(BILLING, public=("shop.billing.api",))
    (violation,) = found(graph, ORDERS, closed, rule="event-across")
    assert 'add "shop.billing.models.Invoice" to public' in violation.help
    opened = replace(BILLING, public=("shop.billing.models.Invoice",))
    assert found(graph, ORDERS, opened, rule="event-across") == []


def test_a_key_of_a_cache_belongs_to_who_writes_it(graph_of: GraphOf) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/billing/__init__.py": "",
        "shop/billing/prices.py": """
            from django.core.cache import cache
            def learn(sku, price):
                cache.set(f"price:{sku}", price)
            def own(sku):
                return cache.get(f"price:{sku}")
        """,
        "shop/orders/__init__.py": "",
        "shop/orders/views.py": """
            from django.core.cache import cache
            def show(sku):
                return cache.get(f"price:{sku}") or cache.get(f"order:{sku}")
        """,
    }
    (violation,) = found(graph_of(files), rule="cache-across")
    assert violation.title == "orders must not use billing's cache key price:{}"
    assert violation.severity == "warning"


def _linked(graph_of: GraphOf, routes: str) -> Violation:
    """What the gate says of the orders that link to invoices of billing by their name, at these routes."""
    files = {
        "shop/__init__.py": "",
        "shop/billing.py": (
            "from flask import Blueprint\nbills = Blueprint('bills', __name__)\n"
            f"{routes}\ndef invoices(year=0):\n    return ''\n"
        ),
        "shop/orders.py": "from flask import url_for\ndef where():\n    return url_for('bills.invoices')\n",
        "shop/app.py": (
            "from flask import Flask\nfrom shop.billing import bills\n"
            "app = Flask(__name__)\napp.register_blueprint(bills)\n"
        ),
    }
    result = judge(graph_of(files), Boundary((BILLING, ORDERS)))
    (violation,) = (each for each in result.violations if each.rule == "link-across")
    return violation


def test_a_name_of_several_paths_is_one_link(graph_of: GraphOf) -> None:
    paths = ("/invoices", "/invoices/<int:year>", "/")
    violation = _linked(graph_of, "\n".join(f"@bills.route({path!r})" for path in paths))
    assert violation.target == "route:GET /"
    assert violation.title.endswith("billing's GET / by its name (and 2 more paths of that name)")


def test_a_path_that_answers_several_methods_is_one_link(graph_of: GraphOf) -> None:
    violation = _linked(graph_of, "@bills.route('/invoices', methods=['POST', 'GET'])")
    assert violation.target == "route:GET /invoices"


COMMON = {
    "shop/__init__.py": "",
    "shop/app.py": """
        from flask import Flask, render_template
        app = Flask(__name__)
    """,
    "shop/models.py": """
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Base(DeclarativeBase): pass
        class Bill(Base):
            __tablename__ = "bills"
            id: Mapped[int] = mapped_column(primary_key=True)
    """,
    "shop/billing.py": """
        from blinker import signal
        from shop.app import app, render_template
        paid = signal("paid")
        @app.get("/invoices")
        def invoices():
            return render_template("invoices.html")
        def remind(): pass
    """,
    "shop/orders.py": """
        import blinker
        from apscheduler.schedulers.background import BackgroundScheduler
        from sqlalchemy import event
        from shop.app import app, render_template
        from shop.models import Bill
        @app.get("/orders")
        def orders():
            return render_template("orders.html")
        def on_paid(sender): pass
        blinker.signal("paid").connect(on_paid)
        @event.listens_for(Bill.id, "set")
        def on_bill(target, value, old, initiator): pass
        BackgroundScheduler().add_job("shop.billing:remind", "interval", minutes=5)
    """,
    "templates/base.html": "{% block all %}{% endblock %}<a href='{{ url_for('invoices') }}'>all</a>",
    "templates/orders.html": "{% extends 'base.html' %}\n<a href='{{ url_for('invoices') }}'>bills</a>",
    "templates/invoices.html": "{% extends 'base.html' %}",
}


def test_what_lies_in_common_folders_goes_with_its_module_table_or_renderer(graph_of: GraphOf) -> None:
    """A template with the one service that renders it, a signal of shared code's model with its table."""
    graph, shared = graph_of(COMMON), Shared(("shop.models", "shop"))
    owner = replace(BILLING, tables=("bills",), callers={"audit": ()})
    (link,) = found(graph, ORDERS, owner, rule="link-across", shared=shared)
    assert (link.source, str(link.evidence[0].place)) == (
        "template:templates/orders.html",
        "templates/orders.html:2",
    )
    events = {
        (each.source, each.target) for each in found(graph, ORDERS, owner, rule="event-across", shared=shared)
    }
    assert events == {
        ("function:shop.orders.on_paid", "signal:paid"),
        ("function:shop.orders.on_bill", "signal:sqlalchemy.event.set[shop.models.Bill]"),
        ("job:shop.billing.remind", "task:shop.billing.remind"),
    }
