"""Flask: routes, blueprints with their prefixes, and the wiring that an application factory does."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework, Syntax, World
from .reading import read_flask
from .routes import link_routes
from .wiring import link_wiring


class Flask(Framework):
    """See the module."""

    name = "flask"
    version = 2
    triggers = ("flask", "Blueprint", "url_prefix", ".route(", "init_app")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_flask(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_routes(world)
        yield from link_wiring(world)


framework = Flask()
