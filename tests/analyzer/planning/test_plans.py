"""Plans of a small shop: steps with days, interface with types, what comes first, what may go wrong, what stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from carveout.analyzer.assessment import assess
from carveout.analyzer.graph.effort import Border, days, effort
from carveout.analyzer.model.assessment import AssessmentResult, ServicePlan
from carveout.analyzer.model.errors import UsageError
from carveout.generators.reports import choose

FILES = {
    "shop/__init__.py": "",
    "shop/util.py": "def today() -> str:\n    return ''\n",
    "shop/pricing.py": """
        from flask import Blueprint
        from shop import util
        bp = Blueprint("pricing", __name__)

        def price_of(cursor, product: int) -> int:
            cursor.execute("SELECT amount FROM prices WHERE product = ?")
            return util.today()

        @bp.get("/prices")
        @bp.get("/prices/all")
        @bp.get("/prices/old")
        def prices(cursor):
            cursor.execute("SELECT amount FROM prices")
    """,
    "shop/orders.py": """
        from django.db import transaction
        from flask import Blueprint
        from shop.pricing import price_of
        bp = Blueprint("orders", __name__)

        @bp.post("/orders")
        def place(cursor, products):
            with transaction.atomic():
                for product in products:
                    price_of(cursor, product)
                cursor.execute("INSERT INTO orders (id) VALUES (1)")
                cursor.execute("UPDATE prices SET sold = 1")

        @bp.get("/orders")
        def orders(cursor):
            cursor.execute("SELECT id FROM orders")

        @bp.get("/orders/old")
        def old(cursor):
            cursor.execute("SELECT id FROM orders")
    """,
    "carveout.toml": """
        [services.pricing]
        modules = ["shop.pricing"]
        tables = ["prices"]
        [services.orders]
        modules = ["shop.orders"]
        tables = ["orders"]
        [shared]
        modules = ["shop.util"]
    """,
}


@pytest.fixture
def shop(project_of: Callable[..., Path]) -> Path:
    """The shop, on disk."""
    return project_of(FILES)


@pytest.fixture
def result(shop: Path) -> AssessmentResult:
    """Its assessment, with every plan."""
    return assess(shop, "shop", workers=1, cache=False, every_plan=True)


@pytest.fixture
def plan(result: AssessmentResult) -> ServicePlan:
    """The only plan: the last service stays."""
    (only,) = result.plans
    return only


def test_the_steps_are_those_of_the_ladder_and_their_days_add_up() -> None:
    """What is told for each step is what the order is made of."""
    border = Border(calls_in=2, calls_out=4, tables=3, transactions=1)
    steps = days(border)
    assert list(steps) == ["seam", "service", "routes", "data", "clean"]
    assert steps == {"seam": 1.0, "service": 5.0, "routes": 1.0, "data": 6.0, "clean": 1.0}
    assert effort(border) == (round(14 * 0.7), round(14 * 1.8))
    derived = days(border._replace(bases_in=2, bases_out=3))
    assert derived == {**steps, "seam": 3.0, "service": 8.0}


def test_each_statement_of_a_plan_has_its_place(plan: ServicePlan) -> None:
    """The transaction that writes on both sides, the call in a loop, the write from outside."""
    assert (plan.service, plan.turn) == ("orders", 1)
    said = {each.kind: each for each in (*plan.prerequisites, *plan.risks, *plan.stays)}
    assert "shop.orders.place changes its tables with those of pricing" in said["transaction"].said
    assert said["calls-in-loops"].said.startswith("shop.orders.place asks for price_of once for each turn")
    assert [place.place.line for place in said["calls-in-loops"].evidence] == [11]
    assert said["tables"].said.startswith("prices of pricing")
    assert all(each.evidence for kind, each in said.items() if kind != "entries")


def test_the_interface_of_each_service_has_its_types(shop: Path) -> None:
    """Pricing is called by orders; made to go first, it tells the signature and who else writes its table."""
    text = (shop / "carveout.toml").read_text()
    more = '\n[services.rest]\nmodules = ["shop.rest"]\ntables = ["rest"]\n'
    (shop / "carveout.toml").write_text(text + more)
    (shop / "shop" / "rest.py").write_text("def touch(cursor):\n    cursor.execute('DELETE FROM rest')\n")
    found = assess(shop, "shop", workers=1, cache=False, every_plan=True)
    pricing = next(each for each in found.plans if each.service == "pricing")
    (offered,) = pricing.interface.offered
    assert [(each.name, each.type) for each in offered.parameters] == [("cursor", ""), ("product", "int")]
    assert offered.result.type == "int"


def test_an_entry_point_before_and_after(result: AssessmentResult) -> None:
    """One transaction becomes two; the write and the call cross, and the kernel runs where it is called."""
    (walk,) = result.walks
    assert (walk.entry.endswith("POST /orders"), walk.calls, walk.hops) == (True, 2, 1)
    assert (walk.before, walk.after, walk.owners_written) == (1, 2, ("orders", "pricing"))


def test_the_plan_is_shown_alone_within_80_columns(shop: Path) -> None:
    """Steps with their days first; hazards in full."""
    found = assess(shop, "shop", workers=1, cache=False, plan="orders")
    lines = choose(AssessmentResult, "text").render(found).decode().splitlines()
    assert lines[0].startswith("plan of orders: turn 1 of 1")
    assert [line.split()[0] for line in lines[1:10] if line[:3].strip()] >= ["seam"]
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize(("name", "said"), [("order", "did you mean orders"), ("pricing", "plans: orders")])
def test_a_service_without_a_plan_says_which_have_one(shop: Path, name: str, said: str) -> None:
    """A wrong name, and the service that stays."""
    with pytest.raises(UsageError) as error:
        assess(shop, "shop", workers=1, cache=False, plan=name)
    assert said in error.value.help


def test_the_rules_of_pivoting_are_held_against_the_plan(plan: ServicePlan) -> None:
    """Orders is called by nobody; it calls pricing, and one transaction changes tables on both sides."""
    kept = {each.rule: each for each in plan.rules}
    assert [each.holds for each in plan.rules] == ["yes", "yes", "yes", "no"]
    alone = kept["one service is released at a time"]
    assert [str(place.place) for place in alone.evidence] == ["shop/orders.py:13"]


@pytest.mark.parametrize(
    ("declared", "holds"),
    [
        ("", ["no", "no"]),
        ('public = ["shop.pricing.prices"]', ["no", "no"]),
        ('public = ["shop.pricing.price_of"]', ["yes", "no"]),
        ('public = ["shop.pricing.price_of"]\ncallers = { orders = ["prices"] }', ["yes", "no"]),
        ('public = ["shop.pricing.price_of"]\ncallers = { orders = ["price_of"] }', ["yes", "yes"]),
        ('public = ["shop.pricing.price_of"]\nexposure = "external"', ["no", "no"]),
    ],
)
def test_exposure_and_callers_hold_as_they_are_declared(shop: Path, declared: str, holds: list[str]) -> None:
    """Pricing is called by orders: what is public, and who may call it."""
    boundary = (shop / "carveout.toml").read_text()
    text = boundary.replace('tables = ["prices"]\n', f'tables = ["prices"]\n{declared}\n')
    text += '\n[services.rest]\nmodules = ["shop.rest"]\ntables = ["rest"]\n'
    (shop / "carveout.toml").write_text(text)
    (shop / "shop" / "rest.py").write_text("def touch(cursor):\n    cursor.execute('DELETE FROM rest')\n")
    found = assess(shop, "shop", workers=1, cache=False, every_plan=True)
    rules = next(each for each in found.plans if each.service == "pricing").rules
    assert [each.holds for each in rules[1:3]] == holds
    assert all(each.evidence for each in rules[1:3])


def test_a_consumer_without_a_way_to_be_known_breaks_the_third_rule(shop: Path) -> None:
    """Its place is that of `may_call`."""
    boundary = (shop / "carveout.toml").read_text()
    text = boundary.replace('tables = ["orders"]', 'tables = ["orders"]\nexposure = "both"')
    text += '\n[consumers.partner]\nkind = "partner"\nmay_call = ["orders.place"]\n'
    (shop / "carveout.toml").write_text(text)
    (plan,) = assess(shop, "shop", workers=1, cache=False).plans
    controlled = plan.rules[2]
    assert controlled.holds == "no" and "partner" in controlled.said
    assert len(controlled.evidence) == 2


def test_a_proposed_boundary_declares_nothing(project_of: Callable[..., Path]) -> None:
    """Two of the rules are not known then."""
    shop = project_of({name: text for name, text in FILES.items() if name.endswith(".py")})
    found = assess(shop, "shop", workers=1, cache=False, every_plan=True)
    assert found.strategy != "agreed"
    for plan in found.plans:
        assert [each.holds for each in plan.rules[1:3]] == ["unknown", "unknown"]


def test_functions_that_only_code_of_no_service_calls_are_told_apart(project_of: Callable[..., Path]) -> None:
    """The border counts what services call; the facade is there for all."""
    report = "from shop.orders import rate\n\ndef told() -> int:\n    return rate()\n"
    more = "\n        def rate() -> int:\n            return 3\n"
    files = {**FILES, "shop/orders.py": FILES["shop/orders.py"] + more, "shop/report.py": report}
    plan = assess(project_of(files), "shop", workers=1, cache=False).plans[0]
    said = next(each for each in plan.steps if each.name == "seam").said
    assert plan.service == "orders"
    assert said.startswith("1 function that others call answers behind a facade")
    assert said.endswith("(1 of them for code of no service, or possibly)")
