"""An assessment of a small shop: what to carve out first and why, with places; and what is missing, said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from carveout.analyzer.assessment import assess
from carveout.analyzer.graph.cut import cut
from carveout.analyzer.graph.order import order
from carveout.analyzer.model.assessment import AssessmentResult
from carveout.generators.reports import choose

FILES = {
    "shop/__init__.py": "",
    "shop/reviews.py": """
        from flask import Blueprint
        bp = Blueprint("reviews", __name__)
        CACHE = {}

        @bp.get("/reviews")
        def all_reviews(cursor):
            cursor.execute("SELECT id FROM reviews")

        @bp.post("/reviews")
        def add(cursor):
            CACHE["new"] = 1
            cursor.execute("INSERT INTO reviews (id) VALUES (1)")
    """,
    "shop/orders.py": """
        import requests
        from flask import Blueprint
        from shop import payments
        bp = Blueprint("orders", __name__)

        @bp.post("/orders")
        def place(cursor):
            cursor.execute("INSERT INTO orders (id) VALUES (1)")
            payments.charge(cursor)
            requests.post("https://example.org/hook")
    """,
    "shop/payments.py": """
        def charge(cursor):
            cursor.execute("INSERT INTO payments (id) VALUES (1)")
            cursor.execute("UPDATE orders SET paid = 1")
    """,
    "carveout.toml": """
        [services.reviews]
        modules = ["shop.reviews"]
        tables = ["reviews"]
        [services.orders]
        modules = ["shop.orders"]
        tables = ["orders"]
        [services.payments]
        modules = ["shop.payments"]
        tables = ["payments"]
    """,
}


@pytest.fixture
def shop(project_of: Callable[..., Path]) -> Path:
    """The shop, on disk."""
    return project_of(FILES)


@pytest.fixture
def result(shop: Path) -> AssessmentResult:
    """Its assessment."""
    return assess(shop, "shop", workers=1, cache=False)


def test_the_service_that_nothing_ties_goes_first(result: AssessmentResult) -> None:
    """Reviews crosses nowhere; what crosses to a service that is out already counts no more."""
    first, second, last = result.order
    assert (first.name, first.crossing, first.entries, first.all_entries) == ("reviews", 0, 2, 3)
    assert (first.risk, first.effort) == ("low", (4, 9))
    assert second.calls_in + second.calls_out == 1 and second.shared_tables == 1
    assert last.crossing == 0


def test_the_order_does_not_hang_on_the_order_of_services(result: AssessmentResult) -> None:
    """The same boundary gives the same order again."""
    crossing = cut(result.graph, result.boundary)
    assert order(result.graph, result.boundary, tuple(reversed(crossing))) == result.order


def test_each_weakness_has_its_place(result: AssessmentResult) -> None:
    """State of one process, a request without a timeout, and no health route."""
    found = {each.id: str(each.evidence[0].place) for each in result.weaknesses}
    assert found["process-state"].startswith("shop/reviews.py:4")
    assert found["no-timeout"].startswith("shop/orders.py:11")
    assert "no-health-route" in found


def test_what_scaffold_would_refuse_is_foreseen(result: AssessmentResult, shop: Path) -> None:
    """Step by step, with its place; nothing is said of what can be written."""
    assert result.plans[0].service == "reviews" and not result.plans[0].refusals
    (shop / "shop/reviews.py").write_text(
        "from flask import Flask\napp = Flask('x')\n@app.get('/<money:x>')\ndef f(x): pass\n"
    )
    (plan,) = assess(shop, "shop", workers=1, cache=False, plan="reviews").plans
    assert [each.said.split(":")[0] for each in plan.refusals] == ["--step service", "--step routes"]
    assert str(plan.refusals[0].evidence[0].place).startswith("shop/reviews.py:3")
    text = (
        choose(AssessmentResult, "text")
        .render(assess(shop, "shop", workers=1, cache=False, plan="reviews"))
        .decode()
    )
    assert "  what scaffold refuses today\n    - --step service: " in text
    assert (
        "next: carveout scaffold reviews --step service --dry-run"
        in choose(AssessmentResult, "text").render(result).decode()
    )


def test_the_first_screen_says_what_to_carve_out_first(result: AssessmentResult) -> None:
    """Within 80 columns, among the first lines."""
    lines = choose(AssessmentResult, "text").render(result).decode().splitlines()
    assert "carve out first: reviews" in lines[:6]
    assert all(len(line) <= 80 for line in lines)
    assert choose(AssessmentResult, "markdown").render(result).decode().startswith("# shop: assessment")


def test_json_holds_every_place_and_how_entry_points_change(result: AssessmentResult) -> None:
    """One entry point crosses: it calls payments, which writes in both."""
    said = json.loads(choose(AssessmentResult, "json").render(result))
    assert said["schema"] == "carveout/assessment/0"
    walk = said["entry_points"][0]
    assert walk["entry"].endswith("POST /orders") and walk["owners_written"] == ["orders", "payments"]
    assert all(each["evidence"] for each in (*said["patterns"], *said["weaknesses"]))
    assert {each["pattern"] for each in said["patterns"]} >= {"orchestration"}


def test_an_application_with_none_of_it_gets_a_short_honest_report(tmp_path: Path) -> None:
    """No tables, no entry points, no services: said at the top, and nothing is made up."""
    (tmp_path / "tool.py").write_text("def add(a, b):\n    return a + b\n")
    result = assess(tmp_path, "tool", workers=1, cache=False)
    text = choose(AssessmentResult, "text").render(result).decode()
    assert not result.recommendations and not result.weaknesses
    assert "missing: no tables were found" in text and "nothing to carve out" in text
    assert text.startswith("tool: no services are known") and "order of extraction" not in text
    assert "consumer" not in text and "says why nothing is worth cutting" in text


def test_markdown_is_one_page_and_a_plan_of_its_own_where_it_is_asked_for(shop: Path) -> None:
    """Counts of findings with the first of each; everything is bounded."""
    report = choose(AssessmentResult, "markdown")
    page = report.render(assess(shop, "shop", workers=1, cache=False)).decode()
    assert "Carve out first: **reviews**" in page and "| against resilience |" in page
    assert len(page.splitlines()) <= 120
    plan = report.render(assess(shop, "shop", workers=1, cache=False, plan="orders")).decode()
    assert plan.startswith("# Plan of orders") and "| seam |" in plan


def test_a_table_of_kinds_has_no_receivers(tmp_path: Path) -> None:
    """One of them is called, by a key that nobody can tell."""
    (tmp_path / "kinds.py").write_text(
        "KINDS = {}\n\ndef register(f):\n    KINDS[f.__name__.lower()] = f\n    return f\n\n"
        "@register\ndef a(x):\n    return x\n\n@register\ndef b(x):\n    return x\n\n"
        "def run(kind, x):\n    found = KINDS.get(kind)\n    if found:\n        found(x)\n"
    )
    found = assess(tmp_path, "kinds", workers=1, cache=False).recommendations
    assert [each.title for each in found if each.pattern == "multiple_receiver"] == []


def test_what_classes_and_sql_say_differently_is_shown_at_the_top(tmp_path: Path) -> None:
    """With the place, and in JSON."""
    (tmp_path / "models.py").write_text(
        "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\n"
        "Base = declarative_base()\nclass Order(Base):\n    __tablename__ = 'orders'\n"
        "    id = Column(Integer, primary_key=True)\n    total = Column(Integer)\n"
    )
    (tmp_path / "schema.sql").write_text("CREATE TABLE orders (id INTEGER PRIMARY KEY);\n")
    result = assess(tmp_path, "shop", workers=1, cache=False)
    (found,) = result.contradictions
    assert "orders.total" in found.said and str(found.evidence[0].place).startswith("models.py:7")
    assert json.loads(choose(AssessmentResult, "json").render(result))["contradictions"][0]["evidence"]


def test_half_the_files_unread_stands_at_the_top(tmp_path: Path) -> None:
    """What is said then is said of the rest alone."""
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    for name in "bcd":
        (tmp_path / f"{name}.py").write_bytes(b"\x00\x01\x02" * 20)
    result = assess(tmp_path, "odd", workers=1, cache=False)
    assert any("files could not be read" in each for each in result.missing), result.missing


LAYERS = {
    **{f"shop/{each}__init__.py": "" for each in ("", "routes/", "logic/", "sql/")},
    "shop/app.py": "from flask import Flask\napp = Flask(__name__)\n",
    **{
        f"shop/routes/{name}.py": f"from shop.app import app\nfrom shop.logic import {name} as logic\n\n"
        f"@app.get('/{name}')\ndef {name}_list(cursor):\n    return logic.{name}_rows(cursor)\n"
        for name in ("carts", "orders")
    },
    **{
        f"shop/logic/{name}.py": f"from shop.sql import {name} as sql\n\ndef {name}_rows(cursor):\n"
        f"    return sql.{name}_select(cursor)\n"
        for name in ("carts", "orders")
    },
    **{
        f"shop/sql/{name}.py": f"def {name}_select(cursor):\n    cursor.execute('SELECT id FROM {name}')\n"
        "    return cursor.fetchall()\n"
        for name in ("carts", "orders")
    },
}


def test_layers_below_one_service_are_nothing_to_carve_out_first(project_of: Callable[..., Path]) -> None:
    """Agreed, it is said so; proposed, no layer without an entry point is named first."""
    agreed = "".join(f'[services.{name}]\nmodules = ["shop.{name}"]\n' for name in ("routes", "logic", "sql"))
    told = []
    for files in (LAYERS | {"carveout.toml": agreed}, LAYERS):
        result = assess(project_of(files), "shop", workers=1, cache=False)
        told.append(choose(AssessmentResult, "text").render(result).decode())
    assert "nothing to carve out first: routes answers all" in " ".join(told[0].split())
    assert "it answers 0 of" not in told[1]
