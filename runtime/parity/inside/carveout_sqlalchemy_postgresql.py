"""PostgreSQL for a service on SQLAlchemy that borrows connections: what its drivers have beyond PEP 249.

What SQLAlchemy sets up on each new connection (how UUIDs and JSON are read) needs the driver's own one;
it was done to the one that is lent.
"""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

import carveout_cursor
import carveout_sqlalchemy_borrower

DRIVERS = frozenset({"psycopg2", "psycopg"})


def ready() -> None:
    """From now on dialects set nothing up, and look nothing up through their driver."""
    for driver in sorted(DRIVERS):
        with contextlib.suppress(ImportError):  # SQLAlchemy 1.4 knows no psycopg
            module = importlib.import_module(f"sqlalchemy.dialects.postgresql.{driver}")
            dialect: Any = module.dialect
            dialect.on_connect = lambda self: None
            dialect._type_info_fetch = dialect._hstore_oids = lambda *args: None


class Cursor(carveout_cursor.Cursor):  # type: ignore[misc]
    """A cursor with what these drivers' extras ask of one."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.run)
        self.connection = connection

    def mogrify(self, sql: Any, params: Any = None) -> Any:
        """The statement with its values, as psycopg2 sends it."""
        return self.connection.asked("mogrify", sql, _sent(params))


class _Info:
    """What psycopg tells of a connection: a look at a setting may end what it has begun."""

    transaction_status = 0


class Connection(carveout_sqlalchemy_borrower.Connection):  # type: ignore[misc]
    """A connection of the tests."""

    closed = broken = False
    info = _Info()
    encoding = "UTF8"
    notices: tuple[str, ...] = ()

    def run(self, sql: Any, params: Any, many: bool) -> Any:
        """As with other databases; values that only the driver knows become plain ones."""
        sent = [_sent(each) for each in params] if many else _sent(params)
        return self.asked("execute", sql, sent, many)

    def cursor(self, *args: Any, **kwargs: Any) -> Cursor:
        """A cursor, server-side ones included: their rows come at once."""
        return Cursor(self)

    def set_isolation_level(self, level: Any) -> None:
        """It is that of the tests."""


def _sent(params: Any) -> Any:
    """Parameters as they can travel: psycopg2 wraps bytes in an object that cannot."""
    if isinstance(params, dict):
        return {name: _value(value) for name, value in params.items()}
    return params if params is None else [_value(value) for value in params]


def _value(value: Any) -> Any:
    if isinstance(value, memoryview):
        return bytes(value)
    adapted: Any = value.adapted if type(value).__name__ == "Binary" else None
    return bytes(adapted) if isinstance(adapted, (bytes, bytearray, memoryview)) else value
