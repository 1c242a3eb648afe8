"""How sure calls are: what may be something else is merely possible."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

LEVELS = """
    import logging
    class Logger({base}):
        pass
    def factory(level):
        def log(self): pass
        return log
    for name in ("debug", "trace"):
        if name in CUSTOM:
            setattr(Logger, name, factory(name))
    def f():
        Logger("x").debug()
"""
ABSTRACT = """
    from abc import ABC, abstractmethod
    class Base(ABC):
        def run(self):
            self.step()
        @abstractmethod
        def step(self): ...
"""
MIXED = """
    class Root:
        def __init__(self): pass
        def run(self): self.go()
        def go(self): pass
    class Left(Root):
        def __init__(self): super().__init__()
    class Right(Root):
        def __init__(self): super().__init__()
    class Low(Left, Right):
        def go(self): pass
    class Far(Left): pass
    Low().run()
    Far()
"""
CAST = """
    import h11
    from typing import Union, cast
    class Own:
        def __init__(self, inner: h11.Connection): self.inner = inner
        def send(self): return self.inner.send()
    class Holder:
        def __init__(self): self.made: Union[h11.Connection, Own] = h11.Connection()
    def wrap(holder: Holder): holder.made = Own(cast(h11.Connection, holder.made))
"""
ONE = "    class One(Base):\n        def step(self): pass\n"
TWO = "    class Two(Base):\n        def step(self): pass\n"


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        (LEVELS.format(base="logging.Logger"), "a.f", {"a.factory.log": "possible"}),
        (LEVELS.format(base="object"), "a.f", {"a.factory.log": "likely"}),
        (ABSTRACT + ONE, "a.Base.run", {"a.Base.step": "possible", "a.One.step": "likely"}),
        (
            ABSTRACT + ONE + TWO,
            "a.Base.run",
            {"a.Base.step": "possible", "a.One.step": "possible", "a.Two.step": "possible"},
        ),
        (
            ABSTRACT + ONE + TWO + "    def f(base: Base): base.step()\n",
            "a.f",
            {"a.Base.step": "certain", "a.One.step": "possible", "a.Two.step": "possible"},
        ),
        (MIXED, "a.Left.__init__", {"a.Root.__init__": "possible", "a.Right.__init__": "possible"}),
        (CAST, "a.wrap", {"a.Own.__init__": "certain"}),
        (CAST, "a.Own.send", {}),
    ],
    ids=[
        "names of which a library may have some",
        "names that nobody else has",
        "one way",
        "two ways",
        "two ways for others",
        "what is above by what is below",
        "cast to a library's",
        "so not itself",
    ],
)
def test_confidence(graph_of: Callable[..., Graph], text: str, source: str, expected: dict[str, str]) -> None:
    """Only the project's own functions are asked for."""
    edges = graph_of({"a.py": text}).out(f"function:{source}", "calls")
    assert {e.target[9:]: e.confidence for e in edges if e.target.startswith("function:a.")} == expected


def test_what_a_module_has_is_no_list_of_handlers(graph_of: Callable[..., Graph]) -> None:
    """`getattr(module, name)` may be any function that somebody asks for: each stays a mere possibility."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/routines.py": "def reserve():\n    pass\n\n\ndef release():\n    pass\n",
            "shop/db.py": """
                from . import routines

                TABLE = {"reserve": routines.reserve, "release": routines.release}

                def call(name):
                    return getattr(routines, name)()

                def chosen(name):
                    return TABLE[name]()

                call("reserve"), call("release")
                """,
        }
    )
    found = {
        (edge.source.rpartition(".")[2], edge.target.rpartition(".")[2], edge.confidence)
        for edge in graph.edges()
        if edge.kind == "calls" and ".routines." in edge.target
    }
    assert found == {
        ("call", "reserve", "possible"), ("call", "release", "possible"),
        ("chosen", "reserve", "likely"), ("chosen", "release", "likely"),
    }  # fmt: skip
