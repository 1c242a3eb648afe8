"""Files that no editor writes: each is read as far as it goes, in bounded time, and what was odd is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MANY = 2_000
ODD = {
    "a class that inherits from itself": (
        b"class S(S):\n    def f(self): self.f()\n",
        {"a.S.f -> a.S.f"},
        {"circular-inheritance"},
    ),
    "classes that inherit from each other": (
        b"class A(B): pass\nclass B(C): pass\nclass C(A):\n    def f(self): self.f()\n",
        {"a.C.f -> a.C.f"},
        {"circular-inheritance"},
    ),
    "classes that take the names of their bases": (
        b"from lib import Task\nclass Task(Task):\n    def f(self): self.run()\nclass list(list): pass\n"
        b"class Meta: pass\nclass C:\n    class Meta(Meta): pass\n",
        {"a.Task.f -> lib.Task.run"},
        set[str](),
    ),
    "UTF-32": ("def f(): pass\ndef go(): f()\n".encode("utf-32"), {"a.go -> a.f"}, {"encoding"}),
    "names that Python takes for the same": (
        "def ﬁnd(): pass\ndef go(): find()\n".encode(),
        {"a.go -> a.find"},
        set[str](),
    ),
    "lines that end with a carriage return alone": (
        b"def f(): pass\rdef go(): f()\r",
        {"a.go -> a.f"},
        set[str](),
    ),
    "an encoding that nobody knows": (
        "# coding: klingon\ndef löschen(): pass\ndef go(): löschen()\n".encode(),
        {"a.go -> a.löschen"},
        {"encoding"},
    ),
    "a class with thousands of bases": (
        "".join(
            [f"class B{i}: pass\n" for i in range(MANY)]
            + ["class C(", ", ".join(f"B{i}" for i in range(MANY)), "):\n    def f(self): self.g()\n"]
            + ["    def g(self): pass\n"]
        ).encode(),
        {"a.C.f -> a.C.g"},
        set[str](),
    ),
    "a table of thousands of functions": (
        f"def f(): pass\ndef go(): T[3]()\nT = {{{', '.join(f'{i}: f' for i in range(20 * MANY))}}}\n".encode(),
        {"a.go -> a.f"},
        set[str](),
    ),
    "a sum of thousands of calls": (
        f"def f(): pass\nx = {' + '.join(['f()'] * 2 * MANY)}\n".encode(),
        {"a -> a.f"},
        {"too-complex"},
    ),
    "a name that is bound to what is made of itself": (
        b"from django.urls import path\nfrom lib import partial, now\nnow = partial(now, tz=False)\ndef f(): pass\nf()\n",
        {"a -> a.f", "a -> lib.partial"},
        set[str](),
    ),
    "tabs and spaces that contradict each other": (
        b"def f(): pass\ndef go():\n\tif 1:\n        f()\n",
        {"a.go -> a.f"},
        {"recovered", "syntax-error"},
    ),
}


@pytest.mark.parametrize(("data", "edges", "problems"), ODD.values(), ids=ODD)
def test_odd_files(
    data: bytes, edges: set[str], problems: set[str], graph_of: Callable[[dict[str, bytes]], Graph]
) -> None:
    graph = graph_of({"a.py": data})
    assert {
        f"{e.source.partition(':')[2]} -> {e.target.partition(':')[2]}" for e in graph.edges("calls")
    } == edges
    found = {each.kind for each in graph.diagnostics}
    if "too-complex" in problems:  # what is too much for an older Python's parser is recovered, too
        found.discard("recovered")
    assert found == problems
