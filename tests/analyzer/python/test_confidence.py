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
            {"a.Base.step": "certain", "a.One.step": "possible", "a.Two.step": "possible"},
        ),
    ],
    ids=["names of which a library may have some", "names that nobody else has", "one way", "two ways"],
)
def test_confidence(graph_of: Callable[..., Graph], text: str, source: str, expected: dict[str, str]) -> None:
    """Only the project's own functions are asked for."""
    edges = graph_of({"a.py": text}).out(f"function:{source}", "calls")
    assert {e.target[9:]: e.confidence for e in edges if e.target.startswith("function:a.")} == expected
