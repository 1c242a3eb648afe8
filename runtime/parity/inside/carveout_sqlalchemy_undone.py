"""What calls do is taken back with SQLAlchemy: one connection a database, on which nothing is committed.

COMMIT and ROLLBACK of this process become those of a savepoint, whatever session or engine they are said to;
the service is lent it. Databases in memory stay as they are: their connection is the database.
"""

from __future__ import annotations

import functools
import weakref
from typing import Any, NamedTuple

import carveout_undone
from carveout_sqlalchemy_keys import key_of
from carveout_sqlalchemy_lender import in_transaction, run
from carveout_undone import Written, changed_by

_SAVEPOINT = "carveout_undone"
_engines: weakref.WeakSet[Any] = weakref.WeakSet()


def watch_engines() -> None:
    """Take note of all engines that are made from now on."""
    from sqlalchemy.engine import Engine

    init: Any = Engine.__init__

    @functools.wraps(init)
    def known(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        _engines.add(self)

    setattr(Engine, "__init__", known)  # noqa: B010


class _Begun(NamedTuple):
    """A connection on which something was done in a call, and the tables that it changed."""

    raw: Any
    tables: set[str]


class Undone(carveout_undone.Undone):  # type: ignore[misc]
    """From its making on, this process commits nothing any more."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[int, _Begun] = {}
        self._pinned: dict[str, Any] = {}
        self._written: dict[int, Written] = {}
        self._steered: weakref.WeakSet[Any] = weakref.WeakSet()
        self._held: list[Any] = []
        self._take_over()

    @property
    def too_large(self) -> set[str]:
        """Tables that are not compared."""
        return {table for written in self._written.values() for table in written.too_large}

    def _take_over(self) -> None:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "do_connect", self._connect)
        event.listen(Engine, "before_cursor_execute", self._executes)
        for engine in list(_engines):
            self._steer(engine.dialect)
            if engine.url.database not in (None, "", ":memory:"):
                engine.dispose()
                engine.pool = _of_one(engine.pool)

    def _connect(self, dialect: Any, record: Any, args: Any, kwargs: Any) -> Any:
        self._steer(dialect)
        key = key_of(args, kwargs)
        if key not in self._pinned:
            self._pinned[key] = dialect.connect(*args, **kwargs)
        return self._pinned[key]

    def _steer(self, dialect: Any) -> None:
        """Its COMMIT and ROLLBACK are ours, and what is pinned stays open."""
        if dialect in self._steered:
            return
        self._steered.add(dialect)
        dialect.do_commit = functools.partial(self._end_of_savepoint, "RELEASE")
        dialect.do_rollback = functools.partial(self._end_of_savepoint, "ROLLBACK TO")
        dialect.do_close = dialect.do_terminate = lambda raw: None

    def _executes(self, connection: Any, cursor: Any, sql: Any, *more: Any) -> None:
        raw = _raw(connection.connection)
        self._begin(raw)
        self.note(raw, sql)

    def _begin(self, raw: Any) -> None:
        if id(raw) not in self._begun:
            if not in_transaction(raw):
                run(raw, "BEGIN")
            run(raw, f"SAVEPOINT {_SAVEPOINT}")
            self._begun[id(raw)] = _Begun(raw, set())

    def note(self, raw: Any, sql: Any) -> None:
        """A statement runs on a connection."""
        if (found := changed_by(sql)) and id(raw) in self._begun:
            self._begun[id(raw)].tables.add(found)

    def _end_of_savepoint(self, how: str, connection: Any) -> None:
        raw = _raw(connection)
        if id(raw) in self._begun:
            run(raw, f"{how} SAVEPOINT {_SAVEPOINT}")
            if how == "RELEASE":
                run(raw, f"SAVEPOINT {_SAVEPOINT}")

    def begin(self) -> None:
        """Holds a connection of each database, so that the service is lent it."""
        # All are there before one begins: listeners of new connections set up what no transaction may change.
        self._held = [engine.raw_connection() for engine in list(_engines)]
        for held in self._held:
            self._begin(_raw(held))

    def end(self, good: bool) -> dict[str, Any]:
        """Takes all of it back, and forgets the rows that sessions know.

        What a good call leaves pending is written first: its caller would commit it.
        """
        from sqlalchemy.orm import close_all_sessions
        from sqlalchemy.orm import session as sessions

        for session in list(getattr(sessions, "_sessions", {}).values()) if good else ():
            session.flush()
        begun = list(self._begun.values())
        for each in begun:
            written = self._written.setdefault(id(each.raw), Written())
            written.after(each.tables, functools.partial(_rows, each.raw))
        close_all_sessions()
        while self._held:
            self._held.pop().close()
        self._begun.clear()
        told: dict[str, Any] = {}
        for each in begun:
            run(each.raw, "ROLLBACK")
            told |= self._written[id(each.raw)].before(functools.partial(_rows, each.raw))
            each.raw.rollback()
        return told


def _of_one(pool: Any) -> Any:
    """A pool that gives the same connection to all, with the listeners of another."""
    from sqlalchemy.pool import StaticPool

    return StaticPool(pool._creator, _dispatch=pool.dispatch, dialect=pool._dialect)


def _raw(connection: Any) -> Any:
    """The driver's connection behind that of a pool."""
    return getattr(connection, "dbapi_connection", None) or connection


def _rows(raw: Any, sql: str) -> tuple[list[str], list[Any]]:
    cursor = raw.cursor()
    try:
        cursor.execute(sql)
        return [column[0] for column in cursor.description], [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()
