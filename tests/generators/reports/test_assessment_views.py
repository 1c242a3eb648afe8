"""The views of the report that show an assessment: every statement with its place, nothing where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from carveout.analyzer.model.results import ReviewResult
from carveout.analyzer.review import review
from carveout.generators.reports import choose

FILES = {
    "shop/__init__.py": "",
    "shop/pricing.py": """
        from flask import Blueprint
        bp = Blueprint("pricing", __name__)

        def price_of(cursor, product: int) -> int:
            cursor.execute("SELECT amount FROM prices WHERE product = ?")
            return 1

        @bp.get("/prices")
        def prices(cursor):
            cursor.execute("SELECT COUNT(*) FROM prices")
    """,
    "shop/orders.py": """
        from flask import Blueprint
        from shop.pricing import price_of
        bp = Blueprint("<script>", __name__)

        @bp.post("/orders/<script>alert(1)</script>")
        def place(cursor, products):
            for product in products:
                price_of(cursor, product)
            cursor.execute("INSERT INTO orders (id) VALUES (1)")
    """,
    "carveout.toml": """
        [services.pricing]
        modules = ["shop.pricing"]
        tables = ["prices"]
        [services.orders]
        modules = ["shop.orders"]
        tables = ["orders"]
    """,
}


def _page(root: Path) -> str:
    page: bytes = choose(ReviewResult, "html").render(review(root, workers=1))
    return page.decode()


def _section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', page, re.DOTALL)
    return found.group() if found else ""


def test_the_plan_says_which_service_first_and_what_it_takes(project_of: Callable[..., Path]) -> None:
    """Order, steps with days, what may go wrong with its place, entry points, the journey."""
    plan = _section(_page(project_of(FILES)), "plan")
    assert "Carve out first" in plan and "Order of extraction" in plan
    for part in ("seam", "service", "routes", "data", "clean", "Rules of pivoting", "Journey"):
        assert part in plan
    assert "shop/orders.py:9" in plan
    assert "<script>alert" not in plan


def test_patterns_stand_with_their_places_and_effort(project_of: Callable[..., Path]) -> None:
    """The loop that asks for each turn, the count on each read, and what stands against scaling."""
    patterns = _section(_page(project_of(FILES)), "patterns")
    assert "spatial locality: 1" in patterns and "pre calculation: 1" in patterns
    assert "Advice only" in patterns and "carveout explain spatial_locality" in patterns
    assert "against observability" in patterns


@pytest.mark.parametrize("view", ["plan", "patterns"])
def test_where_nothing_is_assessed_there_is_no_view(project_of: Callable[..., Path], view: str) -> None:
    """No services, nothing to carve out."""
    assert _section(_page(project_of({"tool.py": "def add(a, b):\n    return a + b\n"})), view) == ""
