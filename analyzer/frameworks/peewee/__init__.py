"""Peewee: models with their tables, columns and foreign keys, and who reads and writes them."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Row, Syntax, TypeRule, World
from .access import Access
from .models import Models
from .reading import read_models
from .types import types


class Peewee(Framework):
    """See the module."""

    name = "peewee"
    version = 1
    triggers = ("peewee", "playhouse", "Field(", "Meta:", "Meta(")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_models(syntax)

    def types(self) -> Iterable[TypeRule]:
        return types()

    def rows(self, world: World) -> Iterable[Row]:
        return Models(world).rows()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        models = Models(world)
        yield from models.items()
        yield from Access(world, models).edges()


framework = Peewee()
