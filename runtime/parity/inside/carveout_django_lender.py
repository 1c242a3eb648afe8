"""Lends a service of Django the connection of the test that calls it, and the settings that it overrides."""

from __future__ import annotations

from typing import Any

import carveout_lender
from django.conf import UserSettingsHolder, settings  # type: ignore[import-untyped]
from django.db import DEFAULT_DB_ALIAS, connections, transaction  # type: ignore[import-untyped]

_THEIRS = frozenset(
    """ALLOWED_HOSTS DATABASES DATABASE_ROUTERS DEBUG INSTALLED_APPS LOGGING MIDDLEWARE ROOT_URLCONF
    SERVICE_SECRET WSGI_APPLICATION""".split()
)
"""Settings that a service has for itself."""


class Lender(carveout_lender.Lender):  # type: ignore[misc]
    """Runs the service's statements on the connection of the thread that waits for it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._blocks: list[Any] = []

    @property
    def _connection(self) -> Any:
        return connections[DEFAULT_DB_ALIAS]

    def overridden(self) -> dict[str, Any]:
        """By name; what cannot travel stays here."""
        found: dict[str, Any] = {}
        holder = settings._wrapped
        while isinstance(holder, UserSettingsHolder):
            for name, value in vars(holder).items():
                if name.isupper() and name not in _THEIRS and carveout_lender.travels(value):
                    found.setdefault(name, value)
            holder = holder.default_settings
        return found

    def on_settings(self, names: list[str]) -> dict[str, Any]:
        """The values here of settings that the service must be given; those that are there."""
        return {name: getattr(settings, name) for name in names if hasattr(settings, name)}

    def on_database(self) -> dict[str, Any]:
        """What is to be known of the connection before there is one."""
        connection = self._connection
        connection.ensure_connection()
        names = ("pg_version", "mysql_server_data")
        known = {name: getattr(connection, name) for name in names if hasattr(type(connection), name)}
        return {"engine": connection.settings_dict["ENGINE"], "known": known}

    def on_where(self) -> dict[str, str]:
        """How another process connects to the same database."""
        told = self._connection.settings_dict
        engine = told["ENGINE"].removeprefix("django.db.backends.")
        keys = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        return {"ENGINE": engine, **{key: str(told.get(key) or "") for key in keys}}

    def on_execute(self, sql: Any, params: Any, many: bool) -> tuple[Any, ...]:
        """(rows, description, rowcount, lastrowid) of a statement, which counts as one of the test's own."""
        try:
            with self._connection.cursor() as cursor:
                if many:
                    cursor.executemany(sql, params)
                else:
                    cursor.execute(sql, params)
                told = cursor.description
                rows = [tuple(map(_plain, row)) for row in cursor.fetchall()] if told else []
                description = [tuple(column) for column in told] if told else None
                return rows, description, cursor.rowcount, getattr(cursor, "lastrowid", None)
        except Exception as error:
            if isinstance(error.__cause__, Exception):  # the driver's: Django wraps it there again
                raise error.__cause__ from None
            raise

    def on_begin(self) -> None:
        """A block within the test's transaction, or a transaction when there is none."""
        block = transaction.atomic(DEFAULT_DB_ALIAS)
        block.__enter__()
        self._blocks.append(block)

    def on_commit(self) -> None:
        """The end of the block."""
        if self._blocks:
            self._blocks.pop().__exit__(None, None, None)

    def on_rollback(self) -> None:
        """Back to where the block began."""
        if self._blocks:
            transaction.set_rollback(True, DEFAULT_DB_ALIAS)
            self._blocks.pop().__exit__(None, None, None)

    def on_attribute(self, name: str) -> tuple[bool, Any]:
        """(True, value) of an attribute of the driver's connection, or (False, None) for a method."""
        value = getattr(self._connection.connection, name)
        return (False, None) if callable(value) else (True, value)

    def on_method(self, name: str, args: Any) -> Any:
        """A call of a method of the driver's connection."""
        return getattr(self._connection.connection, name)(*args)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
