"""aiohttp: routes of applications, tables of routes and lists, below the prefixes of sub-applications."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .reading import read_routes
from .routes import link_routes


class Aiohttp(Framework):
    """See the module."""

    name = "aiohttp"
    version = 1
    triggers = ("aiohttp", "@routes.", ".router.add_", "add_routes(", "add_subapp(")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_routes(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_routes(world)


framework = Aiohttp()
