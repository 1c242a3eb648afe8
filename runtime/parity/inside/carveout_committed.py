"""Tests of Django without a transaction around each: what they write is committed, and taken away after each.

Django does so by itself where a database has no transactions, and is told here that this one has none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def hooks(folder: str) -> dict[str, Callable[[Any], None]]:
    """What is done to modules once they have been made, by their names."""

    def no_transactions(module: Any) -> None:
        module.TestCase._databases_support_transactions = classmethod(lambda cls: False)

    def in_a_file(module: Any) -> None:
        # A database in memory is that of one process.
        path = os.path.join(folder, "committed.sqlite3")  # noqa: PTH118
        module.DatabaseCreation._get_test_db_name = lambda self: path

    return {"django.test.testcases": no_transactions, "django.db.backends.sqlite3.creation": in_a_file}
