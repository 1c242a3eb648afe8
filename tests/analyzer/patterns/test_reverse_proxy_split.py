"""Prefixes that a proxy can tell, routes in the way, and what two processes on one host must agree on."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.findings import Recommendation

Detect = Callable[..., list[Recommendation]]

BOUNDARY = Boundary(tuple(Service(name, modules=(f"shop.{name}",)) for name in ("orders", "pages", "users")))
APP = """
    from flask import Flask, redirect, request, session, url_for
    app = Flask(__name__)
"""
SHOP = {
    "shop/app.py": APP,
    "shop/users.py": """
        from flask import request, session
        from shop.app import app

        SESSIONS = {}

        @app.post("/users/login")
        def login():
            SESSIONS[request.cookies.get("sid")] = 1
            return "ok"

        def current():
            return session.get("user") or SESSIONS.get(request.cookies.get("sid"))
    """,
    "shop/orders.py": """
        from flask import redirect, request, url_for
        from shop import users
        from shop.app import app

        @app.get("/orders")
        def orders():
            return users.current()

        @app.post("/orders/<int:number>/photo")
        def photo(number):
            request.files.get("photo")
            return redirect(url_for("login"))
    """,
    "shop/pages.py": """
        from shop.app import app

        @app.get("/orders/help")
        def help():
            return "help"

        @app.get("/<page>")
        def page(page):
            return page
    """,
}


def told(detect: Detect, files: dict[str, str]) -> dict[str, Recommendation]:
    """What is found, by the name of the service."""
    return {each.subject.partition(":")[2]: each for each in detect("reverse_proxy_split", files, BOUNDARY)}


def test_routes_of_others_below_a_prefix_stand_in_the_way(detect: Detect) -> None:
    """`/orders/help` belongs to pages: half of the orders' routes cannot be told by a prefix; no more can `/<page>`."""
    assert set(told(detect, SHOP)) == {"users"}


def test_what_both_sides_must_agree_on_is_told_with_its_places(detect: Detect) -> None:
    """Sessions and cookies, also through the code of others; links by name to routes elsewhere; uploads."""
    found = told(detect, SHOP | {"shop/pages.py": APP})["orders"]
    assert found.title == "2 of 2 routes of orders lie below /orders"
    assert [str(each.place) for each in found.evidence] == ["shop/orders.py:6", "shop/orders.py:10"]
    places = {care.kind: [str(each.place) for each in care.evidence] for care in found.cares}
    assert places == {
        "session": ["shop/orders.py:8"],
        "cookies": ["shop/orders.py:8"],
        "redirects": ["shop/orders.py:13"],
        "uploads": ["shop/orders.py:12"],
    }


def test_a_leading_segment_may_stand_for_many(detect: Detect) -> None:
    """A language before all paths hides no prefix."""
    files = {
        "shop/app.py": APP,
        "shop/orders.py": """
            from shop.app import app

            @app.get("/<lang>/orders/<int:number>")
            def order(lang, number):
                return ""
        """,
        "shop/users.py": """
            from shop.app import app

            @app.get("/<lang>/users/<name>")
            def user(lang, name):
                return ""
        """,
    }
    assert {name: each.title.partition(" lie ")[2] for name, each in told(detect, files).items()} == {
        "orders": "below /*/orders",
        "users": "below /*/users",
    }


def test_the_only_service_with_routes_needs_no_prefix(detect: Detect) -> None:
    """Nobody else has a route, and some begin with a parameter: there is nothing to tell apart."""
    assert told(detect, {"shop/app.py": APP, "shop/pages.py": SHOP["shop/pages.py"]}) == {}
