"""pytest: which fixture a test gets, what calls on it mean, which tests run it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SHOP = "class Shop:\n    def pay(self): pass\nclass Other:\n    def pay(self): pass\n"
HEAD = "import pytest\nfrom shop import Shop, Other\n"

CASES = {
    "of the same file, returned": (
        {
            "tests/test_a.py": HEAD
            + "@pytest.fixture\ndef shop(): return Shop()\ndef test_it(shop): shop.pay()\n"
        },
        {"tests.test_a.test_it -> shop.Shop.pay", "tests.test_a.test_it -> tests.test_a.shop"},
    ),
    "of the nearest conftest, yielded, under another name": (
        {
            "tests/conftest.py": HEAD + "@pytest.fixture\ndef shop(): return Other()\n",
            "tests/in/conftest.py": HEAD
            + "@pytest.fixture(name='shop')\ndef made():\n    s = Shop()\n    yield s\n",
            "tests/in/test_a.py": "class TestIt:\n    def test_it(self, shop): shop.pay()\n",
        },
        {
            "tests.in.test_a.TestIt.test_it -> shop.Shop.pay",
            "tests.in.test_a.TestIt.test_it -> tests.in.conftest.made",
        },
    ),
    "through another fixture, which may have the same name": (
        {
            "tests/conftest.py": HEAD + "@pytest.fixture\ndef shop(): return Shop()\n",
            "tests/test_a.py": HEAD
            + "@pytest.fixture\ndef shop(shop): return shop\ndef test_it(shop):\n    def inner(): shop.pay()\n",
        },
        {
            "tests.test_a.test_it.inner -> shop.Shop.pay",
            "tests.test_a.test_it -> tests.test_a.shop",
            "tests.test_a.shop -> tests.conftest.shop",
        },
    ),
    "imported, made by a context manager": (
        {
            "tests/fixtures.py": HEAD + "from contextlib import contextmanager\n"
            "@contextmanager\ndef make():\n    yield Shop()\n"
            "@pytest.fixture\ndef shop():\n    with make() as made: yield made\n",
            "tests/test_a.py": "from .fixtures import shop\ndef test_it(shop): shop.pay()\n",
        },
        {"tests.test_a.test_it -> shop.Shop.pay", "tests.test_a.test_it -> tests.fixtures.shop"},
    ),
    "what parametrize fills is no fixture": (
        {
            "tests/test_a.py": HEAD + "@pytest.fixture\ndef shop(): return Shop()\n"
            "@pytest.mark.parametrize('shop, n', [])\ndef test_it(shop, n): shop.pay()\n"
        },
        set(),
    ),
    "used by mark and always": (
        {
            "tests/conftest.py": HEAD
            + "@pytest.fixture\ndef db(): pass\n@pytest.fixture(autouse=True)\ndef clock(): pass\n",
            "tests/test_a.py": "import pytest\npytestmark = pytest.mark.usefixtures('db')\ndef test_it(): pass\n",
            "other/test_b.py": "def test_other(): pass\n",
        },
        {"tests.test_a.test_it -> tests.conftest.db", "tests.test_a.test_it -> tests.conftest.clock"},
    ),
    "a method of a class above": (
        {
            "tests/test_a.py": HEAD + "class Base:\n    @pytest.fixture\n    def shop(self): return Shop()\n"
            "class TestIt(Base):\n    def test_it(self, shop): shop.pay()\n"
        },
        {
            "tests.test_a.TestIt.test_it -> shop.Shop.pay",
            "tests.test_a.TestIt.test_it -> tests.test_a.Base.shop",
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_calls(name: str, graph_of: Callable[..., Graph]) -> None:
    """Exactly these calls of fixtures, and of methods on what they give, come out."""
    files, expected = CASES[name]
    inits = {f"{path.rpartition('/')[0]}/__init__.py": "" for path in files}
    graph = graph_of({"shop.py": SHOP, **inits, **files})
    found = {
        f"{e.source.partition(':')[2]} -> {e.target.partition(':')[2]}"
        for e in graph.edges("calls")
        if e.target.startswith(("function:shop.", "function:tests.")) and not e.target.endswith(".make")
    }
    assert found == expected


def test_fixtures_of_pytest_itself_and_patches(graph_of: Callable[..., Graph]) -> None:
    """They are of types outside, and no test has what it calls on them by chance."""
    text = (
        "from unittest.mock import patch\n"
        "@patch('a.b')\n@patch('a.c', 1)\ndef test_it(pay, tmp_path, monkeypatch):\n"
        "    pay.assert_called()\n    tmp_path.mkdir()\n    monkeypatch.setenv('A', 'b')\n"
    )
    targets = {edge.target for edge in graph_of({"tests/test_a.py": text}).edges("calls")}
    assert targets >= {
        "function:unittest.mock.MagicMock.assert_called",
        "function:pathlib.Path.mkdir",
        "function:pytest.MonkeyPatch.setenv",
    }


def test_fixtures_that_ask_for_each_other(graph_of: Callable[..., Graph]) -> None:
    """A circle means nothing, and ends."""
    text = (
        "import pytest\n@pytest.fixture\ndef a(b): return b\n@pytest.fixture\ndef b(a): return a\n"
        "def test_it(a): a.pay()\n"
    )
    edges = {(e.source, e.target) for e in graph_of({"tests/test_a.py": text}).edges("calls")}
    assert ("function:tests.test_a.a", "function:tests.test_a.b") in edges
    assert not [target for _, target in edges if target.endswith(".pay")]
