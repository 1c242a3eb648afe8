"""Which exceptions come out of functions, and what is caught where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.needs import Guarded

GraphOf = Callable[..., Graph]

CASES = {
    "its own": ("def f(): raise ValueError('x')\n", {"ValueError"}),
    "a class without a call, with a cause": ("def f(e): raise KeyError from e\n", {"KeyError"}),
    "those of callees": ("def g(): raise KeyError\ndef f(): g()\n", {"KeyError"}),
    "what is caught does not come out": (
        "def g(): raise KeyError\ndef f():\n    try: g()\n    except KeyError: pass\n",
        set(),
    ),
    "by a base, also of its own kind": (
        "class A(Exception): pass\nclass B(A): pass\nclass C(LookupError): pass\n"
        "def f(n):\n    try:\n        if n: raise B\n        raise C\n    except (A, LookupError): pass\n",
        set(),
    ),
    "not by a class below": (
        "class A(Exception): pass\nclass B(A): pass\ndef f():\n    try: raise A\n    except B: pass\n",
        {"a.A"},
    ),
    "handlers do not guard themselves, nor do else and finally": (
        "def f():\n    try: x\n    except Exception: raise KeyError\n    else: raise IndexError\n"
        "    finally: raise TypeError\n",
        {"KeyError", "IndexError", "TypeError"},
    ),
    "what is raised again comes out": (
        "def g(): raise KeyError\ndef f():\n    try: g()\n    except KeyError as e:\n        log(e)\n        raise\n",
        {"KeyError"},
    ),
    "the first handler that fits decides": (
        "def f(n):\n    try:\n        if n: raise KeyError\n        raise ValueError\n"
        "    except KeyError: pass\n    except Exception as e: raise e\n",
        {"ValueError"},
    ),
    "suppress": (
        "from contextlib import suppress\ndef f():\n    with suppress(OSError): raise FileNotFoundError\n",
        set(),
    ),
    "a bare except catches all": ("def f(e):\n    try: raise e\n    except: pass\n", set()),
    "one that cannot be told": ("def f(e): raise e\n", {"?"}),
    "made by a function": (
        "class A(Exception): pass\ndef make(): return A()\ndef f(): raise make()\n",
        {"a.A"},
    ),
    "Exception does not catch what leaves the program": (
        "import sys\ndef f():\n    try: sys.exit(1)\n    except Exception: pass\n",
        {"SystemExit"},
    ),
    "recursion": (
        "def f(n):\n    if n: g(n)\n    raise KeyError\ndef g(n):\n    f(n)\n    raise ValueError\n",
        {"KeyError", "ValueError"},
    ),
    "aliases of one class": ("def f():\n    try: raise IOError\n    except EnvironmentError: pass\n", set()),
    "flask": (
        "from flask import abort\nfrom werkzeug.exceptions import HTTPException\ndef f(): abort(404)\n",
        {"werkzeug.exceptions.HTTPException"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_raises(graph_of: GraphOf, name: str) -> None:
    """What comes out of the function f."""
    text, expected = CASES[name]
    assert set(graph_of({"a.py": text}).needs("function:a.f").raises) == expected


def test_django(graph_of: GraphOf) -> None:
    """The exceptions of a model are told apart from those of others, and caught by what they inherit."""
    graph = graph_of(
        {
            "shop/models.py": """
            from django.db import models
            class Order(models.Model): pass
            class Line(models.Model): pass
            """,
            "shop/views.py": """
            from django.core.exceptions import ObjectDoesNotExist
            from django.shortcuts import get_object_or_404
            from .models import Line, Order
            def one(pk): return Order.objects.get(pk=pk)
            def none(pk):
                try: return one(pk)
                except Order.DoesNotExist: return None
            def other(pk):
                try: return one(pk)
                except Line.DoesNotExist: return None
            def any(pk):
                try: return one(pk)
                except ObjectDoesNotExist: return None
            def page(request, pk): return get_object_or_404(Order, pk=pk)
            """,
        }
    )
    many, missing = "shop.models.Order.MultipleObjectsReturned", "shop.models.Order.DoesNotExist"
    found = {
        name: graph.needs(f"function:shop.views.{name}").raises for name in ("one", "none", "other", "any")
    }
    assert found == {"one": (missing, many), "none": (many,), "other": (missing, many), "any": (many,)}
    assert graph.needs("function:shop.views.page").raises == ("django.http.Http404",)


def test_guards_around_a_call(graph_of: GraphOf) -> None:
    """The except clauses around a line can be asked for, and survive as text."""
    text = """
    def f():
        try:
            try:
                g()
            except KeyError:
                raise
        except (ValueError, OSError):
            pass
    """
    needs = graph_of({"a.py": text}).needs("function:a.f")
    outer = Guarded(4, 7, ("OSError", "ValueError"))
    assert needs.around(5) == (outer, Guarded(5, 5, (), ("KeyError",)))
    assert needs.around(7) == (outer,)
    assert type(needs).of(needs.text()) == needs


def test_too_many_exceptions_become_one(graph_of: GraphOf) -> None:
    """A circle of many functions that each raise something of their own ends, and says so shortly."""
    rows = [
        f"class E{i}(Exception): pass\ndef f{i}(n):\n    if n: f{(i + 1) % 40}(n - 1)\n    raise E{i}\n"
        for i in range(40)
    ]
    graph = graph_of({"a.py": "".join(rows)})
    assert {graph.needs(f"function:a.f{i}").raises for i in range(40)} == {("Exception",)}
