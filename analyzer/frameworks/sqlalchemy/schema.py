"""Tables of classes and Core, joined with what Alembic's migrations leave."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot
from ...model.graph import Edge, Node
from ...sql.declared import table_items
from .tables import Tables


def schema_items(tables: Tables) -> Iterator[Node | Edge | BlindSpot]:
    """The models, their tables, columns and foreign keys."""
    yield from tables.items()
    for name in sorted(tables.made):
        yield from table_items(tables.made[name])
