"""What calls do to the database is taken back, and the rows that they wrote are told before.

`carveout_django_undone.py` and `carveout_sqlalchemy_undone.py` know how; without a database nothing is done.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

LARGEST = 50_000
"""Rows of a table that is compared; each is read after each call that changes the table."""
_CHANGES = re.compile(
    r"""\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM|MERGE\s+INTO|REPLACE\s+INTO)\s+([\w."`\[\]]+)""",
    re.IGNORECASE,
)
_OUTBOX, _OF_EVENT = "event_outbox", ("type", "ordering_key", "data")
Run = Callable[[str], tuple[list[str], list[Any]]]
"""Runs a statement: (names of columns, rows)."""
_Rows = Counter[tuple[tuple[str, str], ...]]


def changed_by(sql: Any) -> str:
    """The table that a statement changes; "" for all others."""
    found = _CHANGES.match(str(sql))
    return found[1] if found else ""


class Written:
    """What rows calls write: those that were not there before, and those that are not there any more."""

    def __init__(self) -> None:
        self._before: dict[str, _Rows | None] = {}
        self._after: dict[str, _Rows | None] = {}
        self.too_large: set[str] = set()

    def after(self, tables: Iterable[str], run: Run) -> None:
        """Called once a call is over, before all is taken back."""
        self._after = {table: self._read(table, run) for table in sorted(tables)}

    def before(self, run: Run) -> dict[str, Any]:
        """Called when all is taken back, which is how it was before: what the call had written."""
        told: dict[str, Any] = {}
        for table, after in self._after.items():
            if table not in self._before:
                self._before[table] = self._read(table, run)
            before = self._before[table]
            if after is None or before is None:
                continue
            name = table.replace('"', "").replace("`", "")
            if name.rpartition(".")[2] == _OUTBOX:
                told["events"] = [_event(dict(row)) for row in _sorted(after - before)]
                continue
            told[f"rows of {name}"] = _sorted(after - before, dict)
            if gone := _sorted(before - after, dict):
                told[f"rows gone from {name}"] = gone
        return told

    def _read(self, table: str, run: Run) -> _Rows | None:
        if table in self.too_large:
            return None
        if int(run(f"SELECT COUNT(*) FROM {table}")[1][0][0]) > LARGEST:
            self.too_large.add(table)
            return None
        columns, rows = run(f"SELECT * FROM {table}")
        return Counter(tuple(zip(columns, map(repr, row), strict=True)) for row in rows)


def _sorted(rows: Counter[Any], make: Callable[[Any], Any] = tuple) -> list[Any]:
    return [make(row) for row in sorted(rows.elements())]


def _event(row: dict[str, str]) -> dict[str, str]:
    """An event of the outbox by what its receivers see: type, key, payload."""
    return {name: row.get(name, "") for name in _OF_EVENT}


class Undone:
    """Nothing is known of a database. Those that know one do all of this on it."""

    @property
    def too_large(self) -> set[str]:
        """Tables that are not compared."""
        return set()

    def note(self, raw: Any, sql: Any) -> None:
        """The service runs a statement on a connection that it was lent."""

    def begin(self) -> None:
        """Before a call."""

    def end(self, good: bool) -> dict[str, Any]:
        """After a call, `good` if it raised nothing: takes back what it did; the rows it wrote, by table."""
        return {}
