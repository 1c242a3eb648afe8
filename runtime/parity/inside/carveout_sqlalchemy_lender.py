"""Lends a service on SQLAlchemy the connection that the caller's thread works with.

As a rule the thread that waits for the service has a connection checked out: its session has looked something
up. Then the service's statements run on that one, within the transaction that is under way. Else a connection
of the same database is opened for the while; what the service commits on it is committed.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any, NamedTuple

import carveout_lender
from carveout_sqlalchemy_keys import key_of


class _Known(NamedTuple):
    """How a database was connected to."""

    key: str
    dialect: Any
    args: Any
    kwargs: Any


class _Lent(NamedTuple):
    """A connection while it is lent: `own` ones end with the loan, `nested` loans are a savepoint."""

    raw: Any
    own: bool
    nested: bool


_known: dict[str, _Known] = {}
_live: dict[str, list[Any]] = {}
_thread = threading.local()
_SAVEPOINT = "carveout_lent"


def watch_engines() -> None:
    """Take note of all connections that engines make, and of who has which in hand."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.pool import Pool

    def connects(dialect: Any, record: Any, args: Any, kwargs: Any) -> None:
        record.info["carveout"] = key = key_of(args, kwargs)
        _known.pop(key, None)  # the newest is the last
        _known[key] = _Known(key, dialect, list(args), dict(kwargs))

    def connected(raw: Any, record: Any) -> None:
        if "carveout" in record.info:
            _live.setdefault(record.info["carveout"], []).append(raw)

    def closed(raw: Any, record: Any) -> None:
        _forget(_live.get(record.info.get("carveout", ""), []), raw)

    def taken(raw: Any, record: Any, proxy: Any) -> None:
        _in_hand().append((record.info.get("carveout", ""), raw))

    def given_back(raw: Any, record: Any) -> None:
        _forget(_in_hand(), (record.info.get("carveout", ""), raw))

    event.listen(Engine, "do_connect", connects)
    for name, listener in (
        ("connect", connected),
        ("close", closed),
        ("checkout", taken),
        ("checkin", given_back),
    ):
        event.listen(Pool, name, listener)


def _in_hand() -> list[tuple[str, Any]]:
    """(database, connection) that this thread has checked out, the last one last."""
    if not hasattr(_thread, "in_hand"):
        _thread.in_hand = []
    found: list[tuple[str, Any]] = _thread.in_hand
    return found


def _forget(found: list[Any], wanted: Any) -> None:
    with contextlib.suppress(ValueError):
        found.remove(wanted)


class Lender(carveout_lender.Lender):  # type: ignore[misc]
    """Runs the service's statements in the thread that waits for it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._loans: dict[str, _Lent] = {}

    def on_begin(self, key: str) -> None:
        """A loan begins."""
        if key in self._loans:
            return
        any_will_do = len(_known) == 1 or self.has_moved()
        mine = [raw for known, raw in _in_hand() if known == key or any_will_do]
        raw, own = (mine[-1], False) if mine else self._another(key)
        nested = not own and in_transaction(raw)
        if nested:
            run(raw, f"SAVEPOINT {_SAVEPOINT}")
        self._loans[key] = _Lent(raw, own, nested)

    def has_moved(self) -> bool:
        """Whether the tests use another database by now than the one that the service was given."""
        return False

    def _another(self, key: str) -> tuple[Any, bool]:
        """(connection, whether it is ours): to a database in memory there is only the one."""
        newest = next(reversed(_known.values()), None) if len(_known) == 1 or self.has_moved() else None
        known = newest or _known.get(key)
        if known is None:
            raise RuntimeError(f"the service asks for a database that the tests do not use: {key}")
        if any(":memory:" in str(each) for each in known.args) and _live.get(known.key):
            return _live[known.key][-1], False
        raw = known.dialect.connect(*known.args, **known.kwargs)
        set_up = known.dialect.on_connect()
        if set_up is not None:
            set_up(raw)
        return raw, True

    def on_execute(self, key: str, sql: Any, params: Any, many: bool) -> tuple[Any, ...]:
        """(rows, description, rowcount, lastrowid) of a statement."""
        cursor = self._loans[key].raw.cursor()
        try:
            if many:
                cursor.executemany(sql, params)
            else:
                cursor.execute(sql, params)
            told = cursor.description
            rows = [tuple(map(_plain, row)) for row in cursor.fetchall()] if told else []
            description = [tuple(column) for column in told] if told else None
            return rows, description, cursor.rowcount, getattr(cursor, "lastrowid", None)
        finally:
            cursor.close()

    def on_mogrify(self, key: str, sql: Any, params: Any) -> Any:
        """A statement with its values, as psycopg2 sends it."""
        with contextlib.closing(self._loans[key].raw.cursor()) as cursor:
            return cursor.mogrify(sql, params)

    def on_commit(self, key: str) -> None:
        """The loan ends, and what was done stays."""
        self._end(key, "commit")

    def on_rollback(self, key: str) -> None:
        """The loan ends, and what was done is taken back."""
        self._end(key, "rollback")

    def _end(self, key: str, how: str) -> None:
        lent = self._loans.pop(key, None)
        if lent is None:
            return
        if lent.nested:
            if how == "rollback":
                run(lent.raw, f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            run(lent.raw, f"RELEASE SAVEPOINT {_SAVEPOINT}")
            return
        getattr(lent.raw, how)()
        if lent.own:
            lent.raw.close()


def _plain(value: Any) -> Any:
    """Bytes as psycopg2 gives them cannot travel."""
    return bytes(value) if isinstance(value, memoryview) else value


def run(raw: Any, sql: str) -> None:
    """A statement without rows on the driver's connection."""
    cursor = raw.cursor()
    cursor.execute(sql)
    cursor.close()


def in_transaction(raw: Any) -> bool:
    """Whether a transaction is under way, as the driver tells."""
    told = getattr(raw, "in_transaction", None)
    if told is not None:
        return bool(told)
    info = getattr(raw, "info", None)  # psycopg 3
    status = info.transaction_status if info is not None else raw.get_transaction_status()
    return int(status) != 0
