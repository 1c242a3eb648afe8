"""Django REST framework: routers with the viewsets that are registered with them, and their actions.

API views that stand in URL patterns themselves are read as all views are (`frameworks/django`).
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, TypeRule, World
from .reading import read_routers
from .routes import link_routers
from .types import types


class DjangoRest(Framework):
    """See the module."""

    name = "django_rest"
    version = 2
    triggers = (
        "outer",
        "rest_framework",
        "@action",
        "_route",
        "lookup_field",
        "lookup_value_regex",
        "lookup_url_kwarg",
        "REST_FRAMEWORK_EXTENSIONS",
    )

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_routers(syntax)

    def types(self) -> Iterable[TypeRule]:
        yield from types()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_routers(world)


framework = DjangoRest()
