"""Calls: data pairs of files and the edges that must come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Loader, Project

CASES = {
    "a function of the same module": (
        {"a.py": "def f(): pass\ndef g(): f()\n"},
        {"a.g -> a.f"},
    ),
    "code that a module runs": ({"a.py": "def f(): pass\nf()\n"}, {"a -> a.f"}),
    "through an import": (
        {"a.py": "def f(): pass\n", "b.py": "from a import f as h\ndef g(): h()\n"},
        {"b.g -> a.f"},
    ),
    "through a module": (
        {"p/__init__.py": "", "p/a.py": "def f(): pass\n", "b.py": "import p.a\np.a.f()\n"},
        {"b -> p.a.f"},
    ),
    "a re-export is followed to the definition": (
        {
            "p/__init__.py": "from .a import f\n",
            "p/a.py": "def f(): pass\n",
            "b.py": "from p import f\nf()\n",
        },
        {"b -> p.a.f"},
    ),
    "a star import with __all__": (
        {"a.py": "__all__ = ['f']\ndef f(): pass\ndef g(): pass\n", "b.py": "from a import *\nf()\ng()\n"},
        {"b -> a.f"},
    ),
    "the last star import wins": (
        {
            "a.py": "def f(): pass\n",
            "c.py": "def f(): pass\n",
            "b.py": "from a import *\nfrom c import *\nf()\n",
        },
        {"b -> c.f"},
    ),
    "a module calls an import before it defines a function of that name": (
        {"a.py": "from lib import f\nf()\n@decorated\ndef f(): pass\n"},
        set(),
    ),
    "a local variable hides the module's function": ({"a.py": "def f(): pass\ndef g(f):\n    f()\n"}, set()),
    "a method through self": (
        {"a.py": "class C:\n    def f(self): pass\n    def g(self): self.f()\n"},
        {"a.C.g -> a.C.f"},
    ),
    "an inherited method": (
        {
            "a.py": "class B:\n    def f(self): pass\n",
            "b.py": "from a import B\nclass C(B):\n    def g(self): self.f()\n",
        },
        {"b.C.g -> a.B.f"},
    ),
    "super": (
        {"a.py": "class B:\n    def f(self): pass\nclass C(B):\n    def f(self): super().f()\n"},
        {"a.C.f -> a.B.f"},
    ),
    "a class is called by its constructor": (
        {"a.py": "class C:\n    def __init__(self): pass\ndef g(): C()\n"},
        {"a.g -> a.C.__init__"},
    ),
    "a class without a constructor": ({"a.py": "class C: pass\ndef g(): C()\n"}, {"a.g -> a.C"}),
    "a method of a new instance": (
        {"a.py": "class C:\n    def f(self): pass\ndef g():\n    c = C()\n    c.f()\n"},
        {"a.g -> a.C", "a.g -> a.C.f"},
    ),
    "a method of an annotated parameter": (
        {"a.py": "class C:\n    def f(self): pass\ndef g(c: 'C | None'):\n    c.f()\n"},
        {"a.g -> a.C.f"},
    ),
    "an attribute set in the constructor": (
        {
            "a.py": "class C:\n    def f(self): pass\nclass D:\n    def __init__(self): self.c = C()\n    def g(self): self.c.f()\n"
        },
        {"a.D.__init__ -> a.C", "a.D.g -> a.C.f"},
    ),
    "what a function returns": (
        {"a.py": "class C:\n    def f(self): pass\ndef make():\n    return C()\ndef g(): make().f()\n"},
        {"a.make -> a.C", "a.g -> a.make", "a.g -> a.C.f"},
    ),
    "a lambda is a function of its own": (
        {"a.py": "def f(): pass\nh = lambda: f()\n"},
        {"a.<lambda1> -> a.f"},
    ),
    "a decorator is called by the scope around": (
        {"a.py": "def d(f): return f\n@d\ndef g(): pass\n"},
        {"a -> a.d"},
    ),
    "a class method through its class": (
        {
            "a.py": "class C:\n    @classmethod\n    def f(cls): cls.g()\n    @staticmethod\n    def g(): pass\nC.f()\n"
        },
        {"a -> a.C.f", "a.C.f -> a.C.g"},
    ),
    "import_module of a literal": (
        {"a.py": "def f(): pass\n", "b.py": "from importlib import import_module\nimport_module('a').f()\n"},
        {"b -> a.f"},
    ),
    "two classes that inherit from each other end": (
        {"a.py": "class A(B): pass\nclass B(A):\n    def f(self): self.g()\n"},
        set(),
    ),
    "a file below src": (
        {"src/p/__init__.py": "", "src/p/a.py": "def f(): pass\n", "src/p/b.py": "from p.a import f\nf()\n"},
        {"p.b -> p.a.f"},
    ),
    "a namespace package": (
        {"n/p/a.py": "def f(): pass\n", "b.py": "from n.p import a\na.f()\n"},
        {"b -> n.p.a.f"},
    ),
    "a nested function": ({"a.py": "def f():\n    def g(): pass\n    g()\n"}, {"a.f -> a.f.g"}),
}


@pytest.mark.parametrize("case", CASES)
def test_calls(case: str, edges_of: Callable[..., set[str]]) -> None:
    """Each case gives exactly its internal edges; builtins and libraries apart."""
    files, expected = CASES[case]
    found = edges_of(files, "calls")
    outside = ("<builtin>", "importlib")
    assert {edge for edge in found if not edge.partition(" -> ")[2].startswith(outside)} == expected


def test_a_taught_loader_is_followed(edges_of: Callable[..., set[str]]) -> None:
    """[[loaders]] of carveout.toml say what a call with strings loads."""
    files = {
        "shop/__init__.py": "",
        "shop/loading.py": "def get_class(app, name): ...\n",
        "shop/apps/__init__.py": "",
        "shop/apps/pay.py": "class Pay:\n    def charge(self): pass\n",
        "use.py": "from shop.loading import get_class\nPay = get_class('pay', 'Pay')\nPay().charge()\n",
    }
    project = Project(loaders=(Loader("shop.loading.get_class", "shop.apps.{0}.{1}"),))
    found = edges_of(files, "calls", "imports", project=project)
    assert {"use -> shop.apps.pay.Pay.charge", "use -> shop.apps.pay"} <= found


def test_a_taught_loader_does_not_hide_another_one_of_the_same_last_name(
    edges_of: Callable[..., set[str]],
) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/loading.py": "def get_model(a, b): pass\n",
        "shop/apps/__init__.py": "",
        "shop/apps/pay/__init__.py": "",
        "shop/apps/pay/models.py": (
            "from django.db import models\n\nclass Pay(models.Model):\n    def charge(self): pass\n"
        ),
        "use.py": (
            "from django.apps import apps\n\ndef last():\n"
            "    return apps.get_model('pay.Pay').objects.get(pk=1).charge()\n"
        ),
    }
    project = Project(loaders=(Loader("shop.loading.get_model", "shop.apps.{0}.models.{1}"),))
    assert "use.last -> shop.apps.pay.models.Pay.charge" in edges_of(files, "calls", project=project)


def test_what_is_not_resolved_is_a_blind_spot(graph_of: Callable[..., object]) -> None:
    """A call of a parameter's method is counted and placed, never dropped."""
    graph = graph_of({"a.py": "def f(x):\n    x.save()\n"})
    assert [(spot.kind, str(spot.place), spot.text) for spot in graph.blind_spots] == [  # type: ignore[attr-defined]
        ("unresolved-call", "a.py:2", "x.save()")
    ]
    assert graph.coverage.calls - graph.coverage.calls_resolved == 1  # type: ignore[attr-defined]


def test_order_counts_inner_calls_first(graph_of: Callable[..., object]) -> None:
    """Arguments are evaluated before the call that takes them."""
    graph = graph_of({"a.py": "def f(): pass\ndef g(x): pass\ndef h():\n    g(f())\n    f()\n"})
    orders = {edge.target: edge.order for edge in graph.out("function:a.h", "calls")}  # type: ignore[attr-defined]
    assert orders == {"function:a.f": 1, "function:a.g": 2}


def test_a_name_that_is_defined_later(graph_of: Callable[..., object]) -> None:
    """What a name means where the module runs is what it was bound to until then."""
    text = "from rich.traceback import install\ninstall()\ndef install(): pass\n"
    trust = {e.target: e.confidence for e in graph_of({"a.py": text}).out("module:a", "calls")}  # type: ignore[attr-defined]
    assert trust.get("function:a.install", "possible") == "possible"


def test_an_import_of_a_computed_name_is_a_blind_spot(graph_of: Callable[..., object]) -> None:
    """What `import_module(name)` imports is not known, and that is said."""
    graph = graph_of({"a.py": "import importlib\ndef f(name):\n    importlib.import_module(name)\n"})
    spots = [(spot.kind, spot.text) for spot in graph.blind_spots]  # type: ignore[attr-defined]
    assert spots == [("dynamic-import", "importlib.import_module(...)")]


NEVER_CERTAIN = {
    "a name bound by except hides the function": "from a import f\ndef g():\n    try: pass\n    except OSError as f: f()\n",
    "a name bound by match hides the function": "from a import f\ndef g(x):\n    match x:\n        case f: f()\n",
    "what getattr gives is not known": "def g(o, n): getattr(o, n)()\n",
    "what next and max give is not known": "def g(xs):\n    next(iter(xs)).pay()\n    max(xs).pay()\n",
    "an instance without __call__ cannot be called": "class K: pass\ndef g(): K()()\n",
    "type(x) is no builtin": "class K:\n    def g(self): type(self).pay(self)\n",
    "super() without a base has no such method": "class K:\n    def g(self): super().form_valid()\n",
}


@pytest.mark.parametrize("case", NEVER_CERTAIN)
def test_what_is_not_known_is_not_resolved(case: str, graph_of: Callable[..., object]) -> None:
    """Each case leaves at least one blind spot and no call of the project's own function."""
    graph = graph_of({"a.py": "def f(): pass\n", "b.py": NEVER_CERTAIN[case]})
    if "except" not in case:  # what except binds has a type
        assert [spot for spot in graph.blind_spots if spot.kind == "unresolved-call"]  # type: ignore[attr-defined]
    assert "function:a.f" not in {edge.target for edge in graph.edges("calls")}  # type: ignore[attr-defined]


def test_a_package_that_imports_its_own_modules(edges_of: Callable[..., set[str]]) -> None:
    """`from . import views` in an `__init__.py` is an import of the module, as is the absolute form."""
    files = {
        "p/__init__.py": "from . import a, b as bb\nfrom p import c\nimport p.d\n",
        **{f"p/{name}.py": "" for name in "abcd"},
    }
    assert edges_of(files, "imports") == {"p -> p.a", "p -> p.b", "p -> p.c", "p -> p.d"}


def test_star_imports_in_circles_end_at_once(edges_of: Callable[..., set[str]]) -> None:
    """Packages and modules that star-import each other take no more than a look at each."""
    names = [f"m{n}" for n in range(12)]
    files = {"p/__init__.py": "".join(f"from .{name} import *\n" for name in names)}
    files |= {f"p/{name}.py": f"from p import *\ndef f_{name}(): unknown()\n" for name in names}
    files["use.py"] = "from p import *\ndef g(): f_m3()\n"
    assert "use.g -> p.m3.f_m3" in edges_of(files, "calls")


@pytest.mark.parametrize(
    "text",
    [
        "class D:\n    def __init__(self): self.c: C = make()\n    def g(self): self.c.f()\n",
        "class D:\n    c: 'C | None' = None\n    def g(self): self.c.f()\n",
        "def g(d):\n    with C() as c:\n        c.f()\n",
        "def g(d):\n    with W() as c:\n        c.f()\n",
    ],
)
def test_declared_and_entered_values(text: str, edges_of: Callable[..., set[str]]) -> None:
    """Annotations beside values, and what `with` binds: the object itself, or what __enter__ gives."""
    head = "class C:\n    def f(self): pass\nclass W:\n    def __enter__(self): return C()\n    def __exit__(self, *a): pass\n"
    assert {edge.partition(" -> ")[2] for edge in edges_of({"a.py": head + text}, "calls")} >= {"a.C.f"}


def test_either_of_alternative_imports(graph_of: Callable[..., object]) -> None:
    """`try: import fast as impl / except: import slow as impl`: both, and never certain."""
    files = {
        "fast.py": "def run(): pass\n",
        "slow.py": "def run(): pass\n",
        "a.py": "try:\n    import fast as impl\nexcept ImportError:\n    import slow as impl\nimpl.run()\n",
    }
    edges = [(e.target, e.confidence) for e in graph_of(files).out("module:a", "calls")]  # type: ignore[attr-defined]
    assert edges == [("function:fast.run", "possible"), ("function:slow.run", "possible")]


def test_logger_names_are_no_modules(edges_of: Callable[..., set[str]]) -> None:
    """`getLogger("shop.pay")` loads no code."""
    files = {
        "shop/__init__.py": "",
        "shop/pay.py": "",
        "a.py": "import logging\nlogging.getLogger('shop.pay')\n",
    }
    assert edges_of(files, "imports") == {"a -> logging"}


def test_an_import_statement_counts_once(graph_of: Callable[..., object]) -> None:
    """However many names it imports."""
    graph = graph_of({"a.py": "def f(): pass\ndef g(): pass\n", "b.py": "from a import f, g\n"})
    assert [edge.count for edge in graph.out("module:b", "imports")] == [1]  # type: ignore[attr-defined]


def test_object_among_the_bases_hides_no_library(edges_of: Callable[..., set[str]]) -> None:
    """`class M(object)` before a library's class: what object lacks comes from the library."""
    text = "from lib import Base\nclass M(object): pass\nclass C(M, Base):\n    def f(self): self.save()\n"
    assert edges_of({"a.py": text}, "calls") == {"a.C.f -> lib.Base.save"}
