"""Django: models with their tables and relations, access through managers, URL patterns."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework, RaiseRule, Syntax, TypeRule, World
from .access import link_access
from .failures import raises
from .models import Models
from .reading import read_models
from .types import types
from .urls import link_urls, read_urls


class Django(Framework):
    """See the module."""

    name = "django"
    version = 1
    triggers = ("django", "models", "Meta", "AppConfig", "AUTH_USER_MODEL")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_models(syntax)
            yield from read_urls(syntax)

    def types(self) -> Iterable[TypeRule]:
        return types()

    def raises(self) -> Iterable[RaiseRule]:
        return raises()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        models = Models(world)
        yield from models.items()
        yield from link_access(world, models)
        yield from link_urls(world)


framework = Django()
