"""The rows of the tables that statements change, on the connection of a test of Django."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections  # type: ignore[import-untyped]

_CHANGES = re.compile(
    r"""\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+([\w."`]+)""", re.IGNORECASE
)


@contextlib.contextmanager
def watched() -> Iterator[Callable[[], dict[str, Any]]]:
    """Gives what tells the rows of each table that was changed so far, as texts, sorted."""
    connection = connections[DEFAULT_DB_ALIAS]
    tables: set[str] = set()

    def spy(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if found := _CHANGES.match(str(sql)):
            tables.add(found[1])
        return execute(sql, params, many, context)

    def rows() -> dict[str, Any]:
        told: dict[str, Any] = {}
        with connection.cursor() as cursor:
            for table in sorted(tables):
                cursor.execute(f"SELECT * FROM {table}")
                told[table] = sorted([[repr(value) for value in row] for row in cursor.fetchall()])
        return told

    with connection.execute_wrapper(spy):
        yield rows
