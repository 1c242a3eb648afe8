"""Litestar: handlers in controllers, routers and applications, below all their paths."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .reading import read_handlers
from .routes import link_routes


class Litestar(Framework):
    """See the module."""

    name = "litestar"
    version = 1
    triggers = ("litestar", "starlite", "route_handlers", "_HANDLERS", "_handlers")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_handlers(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_routes(world)


framework = Litestar()
