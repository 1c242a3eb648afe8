"""The cache: facts by the digest of their file, graphs by the digest of all that they depend on.

One SQLite file, safe under concurrent runs; what it holds is MessagePack of plain values, nothing that
could be executed. A cache that is broken, of another version or not writable is never an error: it
is made anew or done without.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgpack

from ..model.facts import FileFacts
from ..model.graph import Graph
from ..project.cache_folder import make_folder
from .packed_graph import packed, unpack_graph
from .packing import unpack_facts

_VERSION = 2
_TIMEOUT = 10.0
_BATCH = 500
_SUM = 16
"""Bytes of the checksum in front of every row: a damaged row, or one under another's key, is not read."""
_LONGEST = 512 * 1024 * 1024
"""Bytes of the longest row that is read or kept."""
_TABLES = {
    name: f"CREATE TABLE {name} (key TEXT PRIMARY KEY, body BLOB NOT NULL)"
    for name in ("facts", "graphs", "solutions")
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""SQLite's results that say that a file is no sound database; all others are about the moment."""

NOT_OURS = (ValueError, TypeError, KeyError, IndexError, AttributeError, msgpack.UnpackException)


class Store:
    """The cache of one project. Use as a context manager."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / f"cache-{_VERSION}.db" if folder is not None else None
        self._database = _open(self._path) if self._path is not None else None
        self.used = False
        """Whether anything that was kept has been given out."""

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def facts(self, keys: Iterable[str]) -> dict[str, FileFacts]:
        """The facts that are kept under those keys."""
        found = {}
        for key, body in self._get("facts", keys):
            with suppress(*NOT_OURS):
                found[key] = unpack_facts(body)
        return found

    def keep_facts(self, facts: Mapping[str, bytes]) -> None:
        """Keeps packed facts by key."""
        self._put("facts", facts)

    def graph(self, key: str) -> Graph | None:
        """The graph kept under that key, or None."""
        for _, body in self._get("graphs", [key]):
            with suppress(*NOT_OURS):
                return unpack_graph(body)
        return None

    def keep_graph(self, key: str, graph: Graph) -> None:
        """Keeps a graph; the last three are kept, older ones go."""
        self._put("graphs", {key: packed(graph)})
        self._keep_last("graphs", 3)

    def solution(self, key: str) -> bytes | None:
        """What was kept of the values that flow under that key (see `solutions.py`), or None."""
        return next((body for _, body in self._get("solutions", [key])), None)

    def keep_solution(self, key: str, packed: bytes) -> None:
        """Keeps a solution, until it is forgotten."""
        self._put("solutions", {key: packed})

    def forget_solutions(self, wanted: Collection[str]) -> None:
        """Drops old solutions; beside those that are wanted, as many more stay, the last ones."""
        rows = self._run("SELECT key FROM solutions ORDER BY rowid DESC")
        self._drop("solutions", [key for (key,) in rows if key not in wanted][len(wanted) :])

    def _keep_last(self, table: str, count: int) -> None:
        newest = f"SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT {count}"
        self._run(f"DELETE FROM {table} WHERE rowid NOT IN ({newest})")

    def forget_facts(self, keep: Iterable[str]) -> None:
        """Drops facts that no file has any more, once they outnumber the others."""
        wanted = set(keep)
        rows = self._run("SELECT key FROM facts")
        stale = [key for (key,) in rows if key not in wanted]
        if len(stale) > 2 * len(wanted) + 200:
            self._drop("facts", stale)

    def _drop(self, table: str, keys: list[str]) -> None:
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            self._run(f"DELETE FROM {table} WHERE key IN ({','.join('?' * len(batch))})", batch)

    def _get(self, table: str, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = list(keys)
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            for key, body in self._run(f"SELECT key, body FROM {table} WHERE key IN ({marks})", batch):
                if isinstance(key, str) and isinstance(body, bytes) and body[:_SUM] == _sum(key, body[_SUM:]):
                    self.used = True
                    yield key, body[_SUM:]

    def _put(self, table: str, rows: Mapping[str, bytes | memoryview]) -> None:
        if self._database is None or not rows:
            return
        try:
            with self._database as database:
                for key in sorted(rows):  # written bit by bit: a large row is not copied again and again
                    row = (key, _SUM + len(rows[key]))
                    made = database.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, zeroblob(?))", row)
                    with database.blobopen(table, "body", made.lastrowid or 0) as blob:
                        blob.write(_sum(key, rows[key]))
                        blob.write(rows[key])
        except sqlite3.Error as error:
            self._give_up(error)

    def _run(self, statement: str, parameters: Iterable[str] = ()) -> list[tuple[Any, ...]]:
        if self._database is None:
            return []
        try:
            with self._database:
                return self._database.execute(statement, tuple(parameters)).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return []

    def _give_up(self, error: sqlite3.Error) -> None:
        """A cache that fails half-way is done without for the rest of the run; a damaged one is made anew."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None
        if self._path is not None and _is_damaged(error):
            _remove(self._path)

    def clear(self) -> None:
        """Forgets everything."""
        for table in _TABLES:
            self._run(f"DELETE FROM {table}")


def _sum(key: str, body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=_SUM, key=key.encode()[:64]).digest()


def _open(path: Path) -> sqlite3.Connection | None:
    """The database, made anew where it is none of ours; None where there can be none now."""
    if not make_folder(path.parent) or path.is_symlink():
        return None
    try:
        return _connect(path)
    except sqlite3.Error as error:
        if not _is_damaged(error):
            return None
        _remove(path)
        with suppress(sqlite3.Error):
            return _connect(path)
    return None


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_TIMEOUT)
    try:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA trusted_schema = OFF")
        found = _schema(database)
        if not found:
            with database:
                database.execute("BEGIN IMMEDIATE")  # of several that begin, one makes the tables
                for statement in () if _schema(database) else _TABLES.values():
                    database.execute(statement)
            found = _schema(database)
            for old in path.parent.glob("cache-*.db"):
                if old != path:
                    _remove(old)
        if found != _TABLES:  # views and triggers would run when we read and write
            raise _NotOurs("the tables of this cache are not ours")
    except sqlite3.Error:
        database.close()
        raise
    return database


class _NotOurs(sqlite3.DatabaseError):
    """A database that another program, or somebody with other aims, has made."""


def _schema(database: sqlite3.Connection) -> dict[str, str]:
    """What there is beside the indexes that SQLite makes itself, name -> statement."""
    rows = database.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex_%'")
    return dict(rows.fetchall())


def _is_damaged(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, _NotOurs) or (code is not None and code & 0xFF in _DAMAGED)


def _remove(path: Path) -> None:
    """Takes a database away, with the journal that would be held against a new one of its name."""
    for place in (path.with_name(f"{path.name}-journal"), path):
        with suppress(OSError):
            place.unlink()
