"""Requests from one service to the routes of another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.rules.judge import judge

FILES = {
    "shop/__init__.py": "",
    "shop/billing.py": """
        from flask import Flask
        app = Flask(__name__)
        @app.get("/invoices/<int:number>")
        def invoice(number):
            return ""
    """,
    "shop/orders.py": """
        import requests
        from django.conf import settings
        def own(number):
            return requests.get(f"http://localhost:8000/invoices/{number}", timeout=2)
        def named():
            return requests.get("http://billing:8000/anything", timeout=2)
        def held():
            return requests.get(settings.BILLING_URL + "/anything", timeout=2)
        def other_method():
            return requests.post("http://localhost:8000/invoices/1", timeout=2)
        def outside():
            return requests.get("https://api.example.com/invoices/1", timeout=2)
    """,
    "tests/test_orders.py": """
        import requests
        def test_it():
            requests.get("http://localhost:8000/invoices/1", timeout=2)
    """,
}
BILLING = Service("billing", modules=("shop.billing",))


@pytest.fixture
def shop(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(FILES)


def senders(graph: Graph, orders: Service, billing: Service = BILLING) -> list[str]:
    """Who sends requests that were not agreed on, and where to."""
    result = judge(graph, Boundary((billing, orders)))
    found = [each for each in result.violations if each.rule == "request-across"]
    return [f"{each.source.rpartition('.')[2]} -> {each.target}" for each in found]


def test_requests_to_own_routes_and_to_hosts_that_bear_a_service_s_name_are_told(shop: Graph) -> None:
    assert senders(shop, Service("orders", modules=("shop.orders",), may_use=())) == [
        "held -> host:{settings.BILLING_URL}",
        "named -> host:billing:8000",
        "own -> route:GET /invoices/<int:number>",
    ]


def test_what_is_agreed_or_not_held_is_no_violation(shop: Graph) -> None:
    assert senders(shop, Service("orders", modules=("shop.orders",))) == []
    assert senders(shop, Service("orders", modules=("shop.orders",), may_use=("billing",))) == []


def test_callers_hold_for_requests_as_well(shop: Graph) -> None:
    orders = Service("orders", modules=("shop.orders",))
    closed = Service("billing", modules=("shop.billing",), callers={"reports": ("*",)})
    assert len(senders(shop, orders, closed)) == 3
    open_ = Service("billing", modules=("shop.billing",), callers={"orders": ("*",)})
    assert senders(shop, orders, open_) == []
