"""What calls do is taken back in Django: within a transaction on each of its databases."""

from __future__ import annotations

from typing import Any

import carveout_undone
from django.db import DEFAULT_DB_ALIAS, connections, transaction  # type: ignore[import-untyped]


class Undone(carveout_undone.Undone):  # type: ignore[misc]
    """What waits for the commit is done at the end of the call, as it would be then."""

    def __init__(self) -> None:
        self._written = carveout_undone.Written()
        self._blocks: list[Any] = []
        self._spied: list[Any] = []
        self._tables: set[str] = set()

    @property
    def too_large(self) -> set[str]:
        """Tables that are not compared."""
        found: set[str] = self._written.too_large
        return found

    def begin(self) -> None:
        """A transaction on each database."""
        self._tables.clear()
        for alias in connections:
            block = transaction.atomic(alias)
            block._from_testcase = True  # so that durable blocks may stand within it, as in tests
            block.__enter__()
            self._blocks.append((alias, block))
        self._spied.append(spied := connections[DEFAULT_DB_ALIAS].execute_wrapper(self._spy))
        spied.__enter__()

    def _spy(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if found := carveout_undone.changed_by(sql):
            self._tables.add(found)
        return execute(sql, params, many, context)

    def end(self, good: bool) -> dict[str, Any]:
        """Takes all of it back."""
        broken = connections[DEFAULT_DB_ALIAS].needs_rollback
        try:
            if not broken:
                if good:
                    self._commit_hooks()
                self._written.after(self._tables, _run)
        finally:
            self._spied.pop().__exit__(None, None, None)
            while self._blocks:
                alias, block = self._blocks.pop()
                transaction.set_rollback(True, alias)
                block.__exit__(None, None, None)
        if broken:
            return {}
        told: dict[str, Any] = self._written.before(_run)
        return told

    def _commit_hooks(self) -> None:
        for alias, _ in self._blocks:
            waiting, connections[alias].run_on_commit = connections[alias].run_on_commit, []
            for _, function, *_ in waiting:
                function()


def _run(sql: str) -> tuple[list[str], list[Any]]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql)
        return [column[0] for column in cursor.description], cursor.fetchall()
