"""What tests patch: pairs of a test and the edges that must come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SHOP = {
    "shop/__init__.py": "",
    "shop/gateway.py": "import requests\nclass Gateway:\n    limit = 3\n    def charge(self): pass\ndef ask(): pass\n",
    "shop/pay.py": "from shop import gateway\nfrom shop.gateway import Gateway, ask\nRATES = {}\ncurrent = Gateway()\n",
}
CASES = {
    "a function where it stands": ("@patch('shop.gateway.ask')\ndef test(): pass\n", {"shop.gateway.ask"}),
    "where it was imported to": (
        "def test():\n    with patch('shop.pay.ask'): pass\n",
        {"shop.gateway.ask", "shop.pay"},
    ),
    "a method": ("@mock.patch('shop.gateway.Gateway.charge')\ndef test(): pass\n", {"shop.gateway.Gateway.charge"}),
    "a class through a module": (
        "@patch('shop.pay.gateway.Gateway', autospec=True)\ndef test(): pass\n",
        {"shop.gateway.Gateway", "shop.pay"},
    ),
    "a variable": ("@patch('shop.pay.RATES', {})\ndef test(): pass\n", {"shop.pay"}),
    "an instance": ("@patch('shop.pay.current')\ndef test(): pass\n", {"shop.gateway.Gateway", "shop.pay"}),
    "a library seen from a module": (
        "@patch('shop.gateway.requests.post')\ndef test(): pass\n",
        {"requests.post", "shop.gateway"},
    ),
    "a library": ("def test():\n    patch('time.sleep').start()\n", {"time.sleep"}),
    "an attribute of a class": (
        "@patch.object(Gateway, 'charge')\ndef test(c): pass\n",
        {"shop.gateway.Gateway.charge"},
    ),
    "an attribute that is no function": ("@patch.object(Gateway, 'limit', 5)\ndef test(): pass\n", {"shop.gateway.Gateway"}),
    "an attribute of a module": ("@patch.object(pay, attribute='ask')\ndef test(): pass\n", {"shop.gateway.ask"}),
    "a dictionary": ("@patch.dict('shop.pay.RATES', eur=1)\ndef test(): pass\n", {"shop.pay"}),
    "a dictionary as an object": ("def test():\n    with patch.dict(pay.RATES, {}): pass\n", {"shop.pay"}),
    "several at once": (
        "@patch.multiple('shop.gateway', ask=1, Gateway=2)\ndef test(): pass\n",
        {"shop.gateway.ask", "shop.gateway.Gateway"},
    ),
    "monkeypatch by a string": (
        "def test(monkeypatch): monkeypatch.setattr('shop.gateway.ask', None)\n",
        {"shop.gateway.ask"},
    ),
    "monkeypatch by an object": (
        "def test(monkeypatch): monkeypatch.setattr(gateway, 'ask', None)\n",
        {"shop.gateway.ask"},
    ),
    "mocker": (
        "def test(mocker):\n    mocker.patch('shop.gateway.ask')\n    mocker.spy(Gateway, 'charge')\n"
        "    mocker.patch.object(gateway, 'Gateway')\n",
        {"shop.gateway.ask", "shop.gateway.Gateway.charge", "shop.gateway.Gateway"},
    ),
    "a name of the test's module": ("ASK = 'shop.gateway.ask'\n@patch(ASK)\ndef test(): pass\n", {"shop.gateway.ask"}),
    "beside an object": (
        "@patch(Gateway.__module__ + '.ask')\n@patch(f'{pay.__name__}.RATES')\ndef test(): pass\n",
        {"shop.gateway.ask", "shop.pay"},
    ),
    "a client's PATCH": ("def test(client): client.patch('/orders/1')\n", set()),
}  # fmt: skip
HEAD = (
    "from unittest import mock\nfrom unittest.mock import patch\nfrom shop import gateway, pay\n"
    "from shop.gateway import Gateway\n"
)


@pytest.mark.parametrize("name", CASES)
def test_patches(edges_of: Callable[..., set[str]], name: str) -> None:
    """Edges from the test to what it replaces."""
    text, expected = CASES[name]
    found = edges_of({**SHOP, "tests/test_pay.py": HEAD + text}, "patches")
    assert found == {f"tests.test_pay.test -> {target}" for target in expected}


def test_a_class_is_patched_as_a_whole(edges_of: Callable[..., set[str]]) -> None:
    """A decorator of a class belongs to the class."""
    text = HEAD + "@patch('shop.gateway.ask')\nclass Tests:\n    def test(self): pass\n"
    assert edges_of({**SHOP, "tests/test_pay.py": text}, "patches") == {
        "tests.test_pay.Tests -> shop.gateway.ask"
    }


def test_strings_that_are_computed_are_blind_spots(graph_of: Callable[..., Graph]) -> None:
    """Each with its place; nothing is guessed."""
    text = (
        HEAD
        + "def test(name):\n    patch(f'shop.{name}')\n    patch(name)\n    patch.object(Gateway, name)\n"
    )
    graph = graph_of({**SHOP, "tests/test_pay.py": text})
    assert [b.place.line for b in graph.blind_spots if b.kind == "dynamic-patch"] == [6, 7, 8]
    assert not list(graph.edges("patches"))
