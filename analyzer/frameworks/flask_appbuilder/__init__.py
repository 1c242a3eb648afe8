"""Flask-AppBuilder: views and APIs that are added to the builder, with what they expose and inherit."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .reading import read_views
from .routes import link_views


class FlaskAppBuilder(Framework):
    """See the module."""

    name = "flask_appbuilder"
    version = 1
    triggers = (
        "expose",
        "flask_appbuilder",
        "appbuilder",
        "_route_method",
        "route_base",
        "resource_name",
        "_SET",
    )

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_views(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_views(world)


framework = FlaskAppBuilder()
