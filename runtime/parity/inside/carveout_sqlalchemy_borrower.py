"""A service on SQLAlchemy in a test run: each new connection of any engine is one that the tests lend.

Used by services of Flask and FastAPI. Statements go back to the tests' process one by one; `commit` and
`rollback` are those of a savepoint there, where the test has begun a transaction, else of that connection.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

from carveout_cursor import Cursor
from carveout_service import ask
from carveout_sqlalchemy_keys import key_of

_MORE = {"postgresql": "carveout_sqlalchemy_postgresql"}
"""Modules of dialects that ask more of their driver than PEP 249 says; SQLite's does not."""
_SETS_UP = re.compile(r"\s*PRAGMA\s+[\w.]+\s*=", re.IGNORECASE)


def borrow() -> None:
    """From now on, before the service's code makes engines."""
    try:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.pool import Pool
    except ImportError:
        return  # a service without a database
    for module in _MORE.values():
        importlib.import_module(module).ready()
    event.listen(Engine, "do_connect", _connect)
    event.listen(Pool, "checkout", _taken)


def _connect(dialect: Any, record: Any, args: Any, kwargs: Any) -> Any:
    key = key_of(args, kwargs)
    if dialect.name == "sqlite":
        return Connection(key)
    more = importlib.import_module(_MORE[dialect.name]) if dialect.name in _MORE else None
    if more is None or dialect.driver not in more.DRIVERS:
        words = f"connections of {dialect.name} by {dialect.driver} cannot be lent to a service on SQLAlchemy"
        ask("unable", f"{words}: --rung committed")
        raise RuntimeError(words)
    return more.Connection(key)


def _taken(raw: Any, record: Any, proxy: Any) -> None:
    if isinstance(raw, Connection):
        raw.is_new = False


class Connection:
    """What PEP 249 asks of a connection; it holds one of the tests from a first statement to its end."""

    isolation_level: Any = ""
    autocommit = False
    is_new = True
    """Nobody has taken it yet: what runs on it are the application's listeners of new connections."""

    def __init__(self, key: str) -> None:
        self._key, self._begun = key, False

    def run(self, sql: Any, params: Any, many: bool) -> Any:
        """(rows, description, rowcount, lastrowid) of a statement.

        What sets up a new connection was done to the one that is lent, which may be within a transaction.
        """
        if self.is_new and _SETS_UP.match(sql):
            return [], None, -1, None
        return self.asked("execute", sql, params, many)

    def asked(self, what: str, *about: Any) -> Any:
        """What the lent connection answers; it is lent from now on, if it is not yet."""
        if not self._begun:
            ask("begin", self._key)
            self._begun = True
        return ask(what, self._key, *about)

    def cursor(self, *args: Any, **kwargs: Any) -> Cursor:
        """A cursor, server-side ones included: their rows come at once."""
        return Cursor(self.run, none=())

    def execute(self, sql: Any, params: Any = ()) -> Cursor:
        """A short way that some drivers have."""
        return self.cursor().execute(sql, params)

    def commit(self) -> None:
        """Keeps what was done, within the tests' transaction if they have one."""
        self._end("commit")

    def rollback(self) -> None:
        """Takes it back."""
        self._end("rollback")

    def close(self) -> None:
        """The connection is not ours."""
        self._end("rollback")

    def _end(self, how: str) -> None:
        if self._begun:
            self._begun = False
            ask(how, self._key)

    def create_function(self, *args: Any, **kwargs: Any) -> None:
        """The tests' engine has done it on its own connection."""
