"""Flask-RESTful, -RESTX, -RESTPlus, -REST-JSONAPI, -OpenAPI3: resources on APIs and namespaces."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .reading import read_resources
from .routes import link_resources


class FlaskRestful(Framework):
    """See the module."""

    name = "flask_restful"
    version = 2
    triggers = (
        "flask_rest",
        "jsonapi",
        "api.route(",
        "add_resource",
        "add_namespace",
        "amespace",
        "Api(",
        "APIView(",
    )

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_resources(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_resources(world)


framework = FlaskRestful()
