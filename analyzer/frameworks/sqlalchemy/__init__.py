"""SQLAlchemy and Flask-SQLAlchemy: mapped classes, Core tables, foreign keys, queries and sessions."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Row, Syntax, TypeRule, World
from .access import link_access, read_access
from .column_makers import read_makers
from .core_names import read_taken
from .listeners import link_listeners, read_listeners
from .reading import read_tables
from .relations import Relations, read_relations
from .replay import Replay
from .revisions import read_revision
from .schema import schema_items
from .tables import Tables
from .types import types


class SqlAlchemy(Framework):
    """See the module."""

    name = "sqlalchemy"
    version = 7
    triggers = (
        "sqlalchemy",
        "__tablename__",
        "Column(",
        "mapped_column",
        "session",
        ".query",
        "select(",
        "down_revision",
        "SQLModel",
        "listens_for",
        "_or_404(",
    )

    _kept: tuple[Replay, Tables] | None = None
    """From `rows` to `link`."""

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_tables(syntax)
            yield from read_access(syntax)
            yield from read_relations(syntax)
            yield from read_listeners(syntax)
            yield from read_makers(syntax)
            yield from read_taken(syntax)
            if "down_revision" in file.text:
                yield from read_revision(syntax, file.dialect)

    def types(self) -> Iterable[TypeRule]:
        return types()

    def rows(self, world: World) -> Iterable[Row]:
        replay = Replay(world)
        tables = Tables(world, frozenset(replay.tables))
        self._kept = (replay, tables)
        return Relations(world, tables.of_name).rows()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        kept, self._kept = self._kept, None
        if kept is None or kept[1].world is not world:
            replay = Replay(world)
            kept = replay, Tables(world, frozenset(replay.tables))
        replay, tables = kept
        yield from schema_items(tables, replay)
        yield from link_access(world, tables.of_name)
        yield from link_listeners(world, tables.of_name)


framework = SqlAlchemy()
