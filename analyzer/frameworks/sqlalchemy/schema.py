"""Tables of classes and Core, joined with what Alembic's migrations leave."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot
from ...model.graph import Edge, Node
from ...sql.declared import (
    DRIFT,
    Table,
    contradictions,
    further_evidence,
    kind_of_type,
    learn,
    settle,
    table_items,
    untold,
)
from .replay import Replay
from .tables import Tables

_DATABASES_OWN = frozenset({"alembic_version"})


def schema_items(tables: Tables, replay: Replay) -> Iterator[Node | Edge | BlindSpot]:
    """The models, their tables, columns and foreign keys."""
    yield from tables.items()
    common = len(tables.made.keys() & replay.tables.keys())
    whole = (
        replay.clear and replay.whole and 2 * common > len(tables.made)
    )  # else the first tables are not theirs
    for name in sorted(tables.made.keys() | replay.tables.keys() - _DATABASES_OWN):
        table, replayed = tables.made.get(name), replay.tables.get(name)
        if table is None and replayed is not None:
            yield from table_items(replayed)
            if replay.clear and tables.made:  # else the application has no classes: its tables are all so
                text = f"{name} stands in migrations, but no model is seen to have it"
                yield BlindSpot(DRIFT, replayed.place, text)
        elif table is not None:
            if replayed is not None:
                yield from _merged(table, replayed, replay.clear)
            elif name in replay.changed:
                learn(table, replay.changed[name], columns=False, keys=True)
            elif whole and not tables.world.is_test(table.place.path):
                text = f"{name} is declared, but no migration creates it"
                yield BlindSpot(DRIFT, table.place, text)
            yield from (*table_items(table), *untold(table))


def _merged(table: Table, replayed: Table, clear: bool) -> Iterator[Edge | BlindSpot]:
    """Adds what a library's classes give a table, and what else only migrations know is said."""
    settle(table, replayed)
    if clear:
        yield from contradictions(table, replayed, _differ)
    yield from further_evidence(table, replayed)
    learn(table, replayed, columns=not table.complete, keys=True)


def _differ(one: str, other: str) -> bool:
    """Whether two types are surely not the same: text and number, say."""
    kinds = {kind_of_type(one), kind_of_type(other)}
    return len(kinds) == 2 and "" not in kinds
