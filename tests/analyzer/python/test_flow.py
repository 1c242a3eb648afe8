"""Calls by the values that flow: data pairs of files and the edges that must come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SHAPES = "class Shape:\n    def area(self): pass\nclass Round(Shape):\n    def area(self): pass\n"

CASES = {
    "what is counted from the end may be any argument": (
        {"a.py": "def f(x): x()\ndef g(): pass\nd = [g]\nd[-1] = g\nd[-7] = g\nf(*d)\n"},
        {"a -> a.f", "a.f -> a.g"},
    ),
    "through a dictionary by its key": (
        {"a.py": "def f(): pass\ndef g(): pass\nd = {'x': f, 'y': g}\nd['x']()\n"},
        {"a -> a.f"},
    ),
    "what a missing key makes is made where it is read": (
        {
            "a.py": "from collections import defaultdict\ndef f(): pass\n"
            "def fill():\n    return defaultdict(lambda: f)\ndef use(): fill()['x']()\n"
        },
        {"a.use -> a.fill", "a.use -> a.fill.<lambda1>", "a.use -> a.f"},
    ),
    "several functions that are loaded by a list of names keep its order": (
        {
            "a.py": "def get_classes(module, names): return load(module, names)\n"
            "z, y, x = get_classes('b.d', ['zz', 'yy', 'xx'])\ndef f(): z()\ndef g(): x()\n",
            "b/__init__.py": "",
            "b/d.py": "def xx(): pass\ndef yy(): pass\ndef zz(): pass\n",
        },
        {"a -> a.get_classes", "a.f -> b.d.zz", "a.g -> b.d.xx"},
    ),
    "what a function gives back is what this call gave": (
        {
            "a.py": SHAPES
            + "def same(x): return x\ndef check(x, y=None):\n    if y: return Shape()\n    return same(x)\n"
            "def one(): check(Round()).area()\ndef two(): same(y=1, x=Shape()).area()\n"
            "class Chain:\n    def more(self): return self\nclass Long(Chain):\n    def end(self): pass\n"
            "class Other(Chain):\n    def end(self): pass\n"
            "def three(): Long().more().more().end()\ndef four(): Other().more()\n"
        },
        {
            "a.check -> a.same",
            "a.check -> a.Shape",
            "a.one -> a.check",
            "a.one -> a.Round",
            "a.one -> a.Round.area",
            "a.one -> a.Shape.area",
            "a.two -> a.same",
            "a.two -> a.Shape",
            "a.two -> a.Shape.area",
            "a.three -> a.Long",
            "a.three -> a.Chain.more",
            "a.three -> a.Long.end",
            "a.four -> a.Other",
            "a.four -> a.Chain.more",
        },
    ),
    "a decorator that others use too gives back what it decorates": (
        {
            "a.py": "def mark(f=None, version=''):\n    if f: return _mark(f)\n    def decorator(f): return _mark(f)\n"
            "    return decorator\ndef _mark(f): return f\n"
            "@mark\ndef f(): pass\n@mark(version='1')\ndef g(): pass\ndef go(): g()\n"
        },
        {
            "a -> a.mark",
            "a -> a.mark.decorator",
            "a.mark -> a._mark",
            "a.mark.decorator -> a._mark",
            "a.go -> a.g",
        },
    ),
    "what sets a property runs on an instance, though nobody is seen to set it": (
        {
            "a.py": "class A:\n    @property\n    def one(self): return self.load()\n    @one.setter\n"
            "    def one(self, value): self.keep()\n    def load(self): pass\n    def keep(self): pass\n"
        },
        {"a.A.one -> a.A.load", "a.A.one<setter> -> a.A.keep"},
    ),
    "a method that one class alone has, whatever tests put in its place": (
        {
            "a.py": "class Issue:\n    def get_code(self): pass\ndef show(issue): issue.get_code()\n",
            "tests/test_a.py": "from unittest import mock\ndef test_x(): mock.Mock().get_code()\n",
        },
        {"a.show -> a.Issue.get_code"},
    ),
    "an expression in a text": (
        {
            "a.py": "def f(): pass\ndef g(): return eval('f()')\ndef h(text): eval(text)\neval('lambda: f()')\n"
        },
        {"a.g -> a.f"},
    ),
    "what C code of the standard library calls": (
        {
            "a.py": "import itertools, re\nclass A:\n    def go(self): pass\ndef key(a): return a.go()\n"
            "def repl(m): pass\ndef make(x, y): return A()\n"
            "for k, g in itertools.groupby([A()], key): [a.go() for a in g]\n"
            "for a in itertools.starmap(make, [(1, 2)]): a.go()\nre.compile('').sub(repl, '')\n"
        },
        {
            "a -> a.key",
            "a.key -> a.A.go",
            "a -> a.A.go",
            "a -> a.make",
            "a.make -> a.A",
            "a -> a.A",
            "a -> a.repl",
        },
    ),
    "through a parameter": (
        {"a.py": "def f(): pass\ndef run(what): what()\nrun(f)\n"},
        {"a -> a.run", "a.run -> a.f"},
    ),
    "through an attribute that another method assigns": (
        {
            "a.py": "def f(): pass\nclass C:\n    def __init__(self): self.do = f\n    def go(self): self.do()\n"
        },
        {"a.C.go -> a.f"},
    ),
    "a closure": (
        {"a.py": "def f(): pass\ndef outer(what):\n    def inner(): what()\n    return inner\nouter(f)()\n"},
        {"a -> a.outer", "a -> a.outer.inner", "a.outer.inner -> a.f"},
    ),
    "an annotated parameter is of a class or of one below": (
        {"a.py": SHAPES + "def draw(shape: Shape): shape.area()\n"},
        {"a.draw -> a.Shape.area", "a.draw -> a.Round.area"},
    ),
    "isinstance narrows": (
        {"a.py": SHAPES + "def draw(x):\n    if isinstance(x, Round): x.area()\ndraw(Shape())\n"},
        {"a -> a.Shape", "a -> a.draw", "a.draw -> a.Round.area"},
    ),
    "super follows the order of the real class": (
        {
            "a.py": "class A:\n    def f(self): pass\nclass B(A):\n    def f(self): super().f()\n"
            "class C(A):\n    def f(self): pass\nclass D(B, C): pass\nD().f()\n"
        },
        {"a -> a.D", "a -> a.B.f", "a.B.f -> a.A.f", "a.B.f -> a.C.f"},
    ),
    "a manager gives instances of its model": (
        {
            "a.py": "from django.db import models\nclass Order(models.Model):\n    def pay(self): pass\n"
            "def f(): Order.objects.filter(x=1).first().pay()\n"
        },
        {"a.f -> a.Order.pay"},
    ),
    "a query gives instances of its class": (
        {
            "a.py": "from sqlalchemy.orm import Session\nclass Order:\n    def pay(self): pass\n"
            "def f(s: Session):\n    for order in s.query(Order).filter(1): order.pay()\n"
        },
        {"a.f -> a.Order.pay"},
    ),
    "a method that one class alone has": (
        {"a.py": "class Basket:\n    def all_lines(self): pass\ndef f(basket): basket.all_lines()\n"},
        {"a.f -> a.Basket.all_lines"},
    ),
    "a mixin finds what its users have": (
        {
            "a.py": "class Mixin:\n    def go(self): self.step()\n"
            "class User(Mixin):\n    def step(self): pass\n"
        },
        {"a.Mixin.go -> a.User.step"},
    ),
    "a setter, a context manager, an operator": (
        {
            "a.py": "class C:\n    @property\n    def x(self): pass\n    @x.setter\n    def x(self, v): pass\n"
            "    def __enter__(self): return self\n    def __exit__(self, *a): pass\n"
            "    def __add__(self, o): pass\ndef f():\n    c = C()\n    c.x = 1\n    with c: c + 1\n"
        },
        {
            "a.f -> a.C",
            "a.f -> a.C.x<setter>",
            "a.f -> a.C.__enter__",
            "a.f -> a.C.__exit__",
            "a.f -> a.C.__add__",
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_edges(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Exactly these calls between functions of the project come out."""
    files, expected = CASES[name]
    found = {
        edge for edge in edges_of(files, "calls") if edge.partition(" -> ")[2].partition(".")[0] in ("a", "b")
    }
    assert found == expected


def test_confidence_says_how_a_call_is_known(graph_of: Callable[..., Graph]) -> None:
    """By its name: certain; by the one value that flows: likely; by one of several: possible."""
    text = (
        "def a1(): pass\ndef a2(): pass\ndef a3(): pass\n"
        "def one(f): f()\ndef many(f): f()\n"
        "a1()\none(a2)\nmany(a1)\nmany(a3)\n"
    )
    graph = graph_of({"a.py": text})
    trust = {(e.source, e.target): e.confidence for e in graph.edges("calls")}
    assert trust["module:a", "function:a.a1"] == "certain"
    assert trust["function:a.one", "function:a.a2"] == "likely"
    assert trust["function:a.many", "function:a.a3"] == "possible"


def test_getters_that_meet_at_one_place_are_possible(graph_of: Callable[..., Graph]) -> None:
    """Properties of two classes at one place count together, as functions do; one alone is likely."""
    text = (
        "class A:\n    @property\n    def size(self): pass\nclass B:\n    @property\n    def size(self): pass\n"
        "def both(x): x.size\ndef one(x): x.size\nboth(A())\nboth(B())\none(B())\n"
    )
    trust = {(e.source, e.target): e.confidence for e in graph_of({"a.py": text}).edges("calls")}
    assert trust["function:a.both", "function:a.A.size"] == "possible"
    assert trust["function:a.one", "function:a.B.size"] == "likely"


def test_a_getter_beside_plain_attributes_is_possible(graph_of: Callable[..., Graph]) -> None:
    """Where the object may be of a class without the property, the getter is one of several ways."""
    text = (
        "class A:\n    name: str\nclass B(A):\n    @property\n    def name(self): pass\nclass C(A): pass\n"
        "def show(a: A): a.name\ndef own(b: B): b.name\n"
    )
    trust = {(e.source, e.target): e.confidence for e in graph_of({"a.py": text}).edges("calls")}
    assert trust["function:a.show", "function:a.B.name"] == "possible"
    assert trust["function:a.own", "function:a.B.name"] == "likely"


def test_special_methods_are_possible(graph_of: Callable[..., Graph]) -> None:
    """Also where a decorator has put something else in their place."""
    text = (
        "def wrap(f):\n    def inner(*a): return f(*a)\n    return inner\n"
        "class A:\n    @wrap\n    def __add__(self, other): pass\n    def __len__(self): pass\n"
        "def go(): A() + 1\ndef size(): len(A())\n"
    )
    trust = {(e.source, e.target): e.confidence for e in graph_of({"a.py": text}).edges("calls")}
    assert trust["function:a.go", "function:a.wrap.inner"] == "possible"
    assert trust["function:a.size", "function:a.A.__len__"] == "possible"


def test_a_wrapper_stands_for_what_it_wraps(graph_of: Callable[..., Graph]) -> None:
    """The decorated function stays certain, though only its wrapper flows to the call."""
    text = (
        "def wrap(f):\n    def inner(): return f()\n    return inner\n@wrap\ndef work(): pass\n"
        "def go(): work()\n"
    )
    trust = {(e.source, e.target): e.confidence for e in graph_of({"a.py": text}).edges("calls")}
    assert trust["function:a.go", "function:a.wrap.inner"] == "likely"
    assert trust["function:a.go", "function:a.work"] == "certain"


def test_too_many_functions_are_said(graph_of: Callable[..., Graph]) -> None:
    """A call that may reach more functions than are told apart is a blind spot, never a choice of some."""
    many = "".join(f"def f{i}(): pass\n" for i in range(60))
    text = f"{many}def run(f): f()\n" + "".join(f"run(f{i})\n" for i in range(60))
    graph = graph_of({"a.py": text})
    assert [e.target for e in graph.out("function:a.run", "calls")] == []
    assert [(spot.kind, spot.place.line) for spot in graph.blind_spots] == [("saturated-call", 61)]


@pytest.mark.parametrize(
    "text",
    [
        "class C(C): pass\nC()\n",
        "class A(B): pass\nclass B(A):\n    def f(self): super().f()\nB().f()\n",
        "f = lambda: f()\nf()\n",
        "x = []\nx.append(x)\nfor y in x: y()\n",
        "d = {}\nd['d'] = d\nd['d']['d']['d']()\n",
        "def f(*a, **k): f(*a, **k)\nf(*[f], **{'f': f})\n",
        "isinstance()\nsuper()\nmap()\nsorted(key=1)\ngetattr()\nproperty()\ntype()\nnext()\n",
        "class C:\n    x = property(1, 2)\n    y = property()\nC().x = 1\ndel C().y\n",
        "match 1:\n    case [*_, {'a': b, **c}, C(1, x=2)] | None: b()\n",
        "async def f():\n    async with f() as g, g: await g\n    async for x in g: yield x\n",
        "x = 99999999999999999999999999\nd = {x: 1, True: 2}\nd[x]()\nx = -99999999999999999999999999\n",
        "x = y[99999999999999999999999999:]\nx = y[-99999999999999999999999999:][99999999999999999999999999]\n",
        "def f(a=1, /, b=2, *, c=3, **d): return a(b(c(d)))\n",
        "try: pass\nexcept* (A, B) as e: e.f()\n",
        "eval()\neval('1 +')\neval('\\x00')\neval('eval(\"eval()\")')\neval('x := 1')\neval('\\\\d')\neval(*x, **y)\n",
        "import itertools, re\nitertools.groupby()\nitertools.starmap(1)\nre.sub(key=1)\nitertools.accumulate(*x)\n",
        "(a, *b), c = d = x = y = 1\ndel a, b[0], c.d\n",
    ],
)
def test_odd_code_does_no_harm(text: str, graph_of: Callable[..., Graph]) -> None:
    """Circles, wrong arguments and rare statements: read, without a diagnostic but that of a circle."""
    graph = graph_of({"a.py": text})
    assert graph.coverage.read == 1
    assert {diagnostic.kind for diagnostic in graph.diagnostics} <= {"circular-inheritance"}
