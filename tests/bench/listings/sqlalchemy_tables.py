"""The tables of a SQLAlchemy application, off its own metadata."""

from __future__ import annotations

import json
from typing import Any


def show(*metadata: Any) -> None:
    """Prints {table: {columns, keys}} of all tables of the metadata."""
    found = {}
    for table in (table for each in metadata for table in each.tables.values()):
        keys = [[c.name, k.target_fullname.rpartition(".")[0]] for c in table.columns for k in c.foreign_keys]
        found[table.fullname] = {"columns": [column.name for column in table.columns], "keys": keys}
    print("\n" + json.dumps(found))
