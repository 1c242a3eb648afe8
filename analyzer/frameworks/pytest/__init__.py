"""pytest: fixtures, what they give to the tests that name them, and which tests run them."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Handed, Syntax, World
from .fixtures import Fixtures
from .reading import read_pytest


class Pytest(Framework):
    """See the module."""

    name = "pytest"
    version = 1
    triggers = ("fixture", "parametrize", "patch")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_pytest(syntax)

    def hands(self, world: World) -> Iterable[Handed]:
        yield from Fixtures(world).handed()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from Fixtures(world).edges()


framework = Pytest()
