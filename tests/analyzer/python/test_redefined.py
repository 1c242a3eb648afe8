"""Several functions of one name in one scope: which are told apart, and which are one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

HELPERS = "def plain(): pass\ndef other(): pass\n"
CASES = {
    "a property's getter, setter and deleter": (
        "class C:\n    @property\n    def x(self): plain()\n    @x.setter\n    def x(self, v): other()\n"
        "    @x.deleter\n    def x(self): other()\n"
        "def get(c: C): return c.x\ndef put(c: C): c.x = 1\ndef drop(c: C): del c.x\n",
        {
            "a.get -> a.C.x",
            "a.put -> a.C.x<setter>",
            "a.drop -> a.C.x<deleter>",
            "a.C.x -> a.plain",
            "a.C.x<setter> -> a.other",
            "a.C.x<deleter> -> a.other",
        },
    ),
    "what one function calls by the type of its argument": (
        "from functools import singledispatch\n@singledispatch\ndef show(v): pass\n"
        "@show.register(int)\ndef _(v): plain()\n@show.register\ndef _(v: str): other()\ndef f(): show(1)\n",
        {"a.f -> a.show", "a.show -> a._", "a.show -> a._<2>", "a._ -> a.plain", "a._<2> -> a.other"},
    ),
    "a method that does": (
        "from functools import singledispatchmethod\nclass D:\n    @singledispatchmethod\n"
        "    def show(self, v): plain()\n    @show.register\n    def _(self, v: int): other()\n"
        "def f(d: D): d.show(3)\n",
        {"a.f -> a.D.show", "a.D.show -> a.plain", "a.D.show -> a.D._", "a.D._ -> a.other"},
    ),
    "what branches define is one function": (
        "import sys\nif sys.platform:\n    def f(): plain()\nelse:\n    def f(): other()\ndef g(): f()\n",
        {"a.f -> a.plain", "a.f -> a.other", "a.g -> a.f"},
    ),
    "overloads and what they are of are one function": (
        "from typing import overload\n@overload\ndef f(v: int) -> int: ...\n@overload\ndef f(v: str) -> str: ...\n"
        "def f(v): return plain()\ndef g(): f(1)\n",
        {"a.f -> a.plain", "a.g -> a.f"},
    ),
    "a register of something else calls nothing": (
        "import atexit\nclass R:\n    def register(self, f): return f\nr = R()\n@r.register\ndef f(): plain()\n",
        {"a.f -> a.plain", "a -> a.R", "a -> a.R.register"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_calls(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Exactly these calls between functions of the project come out."""
    text, expected = CASES[name]
    found = edges_of({"a.py": HELPERS + text}, "calls")
    assert {edge for edge in found if edge.partition(" -> ")[2].startswith("a.")} == expected


def test_handlers_that_a_decorator_keeps(graph_of: Callable[..., Graph]) -> None:
    """Each route is answered by the function below it, though both are called alike."""
    graph = graph_of({
        "app.py": "from flask import Flask\napp = Flask(__name__)\n@app.route('/a')\ndef show(): pass\n"
        "@app.route('/b', endpoint='b')\ndef show(): pass\n"
    })  # fmt: skip
    found = {(edge.source, edge.target) for edge in graph.edges("handles")}
    assert found == {
        ("route:GET /a", "function:app.show"),
        ("route:GET /b", "function:app.show<2>"),
    }
