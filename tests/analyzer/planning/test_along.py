"""Tests go along with moved code where they need nothing else, and stay with a reason where they do."""

from collections.abc import Callable
from textwrap import dedent

from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.plan import MovedTests
from carveout.analyzer.planning.along import tests_along as along
from carveout.analyzer.planning.declarations import Declarations
from carveout.analyzer.planning.slices import Slices

SHOP = {
    "requirements.txt": "faker>=20\n",
    "shop/__init__.py": "",
    "shop/prices.py": "from shop.clock import now\n\ndef price(sku): return len(sku), now()\n",
    "shop/clock.py": "def now(): return 1\n\ndef later(): return 2\n",
    "shop/web.py": "from shop.prices import price\n\ndef show(sku): return price(sku)\n",
    "tests/__init__.py": "",
    "tests/helpers.py": "from shop.web import show\n\ndef sku(): return 'a'\n\ndef shown(): return show('a')\n",
    "tests/conftest.py": """
        import pytest
        from faker import Faker
        from shop import web

        @pytest.fixture
        def name(prefix): return prefix + Faker().name()

        @pytest.fixture
        def prefix(): return "x"

        @pytest.fixture
        def page(): return web.show("a")
        """,
}


def of(graph_of: Callable[..., Graph], tests: str) -> MovedTests:
    files = {**SHOP, "tests/test_prices.py": tests}
    graph, texts = graph_of(files), {path: dedent(text) for path, text in files.items()}
    slices = Slices(graph, declarations := Declarations(graph, texts), texts)
    slices.add([("shop.prices", "price")])
    return along(graph, declarations, slices, texts, ["shop.prices"], ["flask>=3"])


def test_a_file_that_needs_nothing_else_goes_as_it_stands(graph_of: Callable[..., Graph]) -> None:
    text = """
        from unittest.mock import patch
        from shop.prices import price  # what is tested
        from tests.helpers import sku

        def test_price(name): assert price(sku())[0] == 1

        @patch("shop.prices.now", lambda: 3)
        def test_now(monkeypatch): assert price("") == (0, 3)
        """
    found = of(graph_of, text)
    assert found.staying == () and found.cases == 2
    assert found.texts["tests/test_prices.py"] == dedent(text)
    assert "shown" not in found.texts["tests/helpers.py"] and "sku" in found.texts["tests/helpers.py"]
    conftest = found.texts["tests/conftest.py"]
    assert "def prefix" in conftest and "def page" not in conftest and "web" not in conftest
    assert found.distributions == ("faker>=20",)


def test_what_needs_more_stays_and_says_why(graph_of: Callable[..., Graph]) -> None:
    found = of(
        graph_of,
        """
        from pathlib import Path
        from shop import clock, web
        from shop.prices import price
        from tests.helpers import shown

        def test_goes(): assert price("a")

        class TestMore:
            def test_page(self, page): assert price("a") == page

        def test_helper(): assert price("a") == shown()
        def test_later(): assert price("a") != clock.later()
        def test_fixture(db): assert price("a")
        def test_file(): assert price(Path(__file__).read_text())
        def test_text(monkeypatch): monkeypatch.setattr("shop.clock.later", price)
        def test_routes(app): assert price(app.client.get("/"))
        def test_of_another(): assert clock.now()
        """,
    )
    assert found.cases == 1 and "def test_goes" in found.texts["tests/test_prices.py"]
    assert "test_helper" not in found.texts["tests/test_prices.py"]
    assert {each.name: each.why for each in found.staying} == {
        "TestMore": "needs shop.web.show, which stays in the monolith",
        "test_helper": "needs shop.web.show, which stays in the monolith",
        "test_later": "needs shop.clock.later, which stays in the monolith",
        "test_fixture": "asks for the fixture db, which is not defined here",
        "test_file": "reads files beside itself",
        "test_text": "names 'shop.clock.later', which stays in the monolith",
        "test_routes": "asks for the fixture app, which is not defined here",
    }


def test_nothing_goes_where_nothing_is_tested(graph_of: Callable[..., Graph]) -> None:
    assert of(graph_of, "def test_nothing(): assert True\n") == MovedTests()
