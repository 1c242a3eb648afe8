"""The cache: facts by the digest of their file, graphs by the digest of all that they depend on.

One SQLite file, safe under concurrent runs; what it holds is MessagePack of plain values, nothing that
could be executed. A cache that is broken, of another version or not writable is never an error: it
is made anew or done without.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgpack

from ..model.evidence import BlindSpot, Diagnostic, Place
from ..model.facts import FileFacts
from ..model.graph import Columns, Coverage, Graph
from ..project.cache_folder import make_folder
from .packing import unpack_facts

_VERSION = 1
_TIMEOUT = 10.0
_BATCH = 500
_SUM = 16
"""Bytes of the checksum in front of every row: a damaged row is not read."""

NOT_OURS = (ValueError, TypeError, KeyError, IndexError, AttributeError, msgpack.UnpackException)


class Store:
    """The cache of one project. Use as a context manager."""

    def __init__(self, folder: Path | None) -> None:
        self._database = _open(folder) if folder is not None else None

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
        self._put("graphs", {key: _packed(graph)})
        self._keep_last("graphs", 3)

    def solution(self, key: str) -> bytes | None:
        """What was kept of the values that flow under that key (see `solutions.py`), or None."""
        return next((body for _, body in self._get("solutions", [key])), None)

    def keep_solution(self, key: str, packed: bytes) -> None:
        """Keeps a solution; the last two are kept, older ones go."""
        self._put("solutions", {key: packed})
        self._keep_last("solutions", 2)

    def _keep_last(self, table: str, count: int) -> None:
        newest = f"SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT {count}"
        self._run(f"DELETE FROM {table} WHERE rowid NOT IN ({newest})")

    def forget_facts(self, keep: Iterable[str]) -> None:
        """Drops facts that no file has any more, once they outnumber the others."""
        wanted = set(keep)
        rows = self._run("SELECT key FROM facts")
        stale = [key for (key,) in rows if key not in wanted]
        if len(stale) > 2 * len(wanted) + 200:
            for start in range(0, len(stale), _BATCH):
                batch = stale[start : start + _BATCH]
                self._run(f"DELETE FROM facts WHERE key IN ({','.join('?' * len(batch))})", batch)

    def _get(self, table: str, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = list(keys)
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            for key, body in self._run(f"SELECT key, body FROM {table} WHERE key IN ({marks})", batch):
                if isinstance(key, str) and isinstance(body, bytes) and body[:_SUM] == _sum(body[_SUM:]):
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
                        blob.write(_sum(rows[key]))
                        blob.write(rows[key])
        except sqlite3.Error:
            self._give_up()

    def _run(self, statement: str, parameters: Iterable[str] = ()) -> list[tuple[Any, ...]]:
        if self._database is None:
            return []
        try:
            with self._database:
                return self._database.execute(statement, tuple(parameters)).fetchall()
        except sqlite3.Error:
            self._give_up()
            return []

    def _give_up(self) -> None:
        """A cache that fails half-way is done without for the rest of the run."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None


def _sum(body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=_SUM).digest()


def _open(folder: Path) -> sqlite3.Connection | None:
    path = folder / f"cache-{_VERSION}.db"
    if not make_folder(folder):
        return None
    try:
        return _connect(path)
    except sqlite3.DatabaseError:
        with suppress(OSError, sqlite3.Error):
            path.unlink()
            return _connect(path)
    return None


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_TIMEOUT)
    try:
        database.execute("PRAGMA synchronous = OFF")
        for table in ("facts", "graphs", "solutions"):
            database.execute(f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, body BLOB NOT NULL)")
        database.commit()
    except sqlite3.Error:
        database.close()
        raise
    return database


# Packing ------------------------------------------------------------------------------------------


_ARRAYS = (
    "node_path", "node_line", "node_end", "source", "target", "kind", "confidence", "seen", "order", "count",
    "evidence_end", "at_path", "at_line", "at_column", "at_via",
)  # fmt: skip


def pack_graph(graph: Graph) -> bytes:
    """A graph as MessagePack: its columns as bytes."""
    return bytes(_packed(graph))


def _packed(graph: Graph) -> memoryview:
    columns = graph.columns
    row = {
        "ids": columns.ids,
        "paths": columns.paths,
        "attributes": list(columns.attributes.items()),
        "needs": list(columns.needs.items()),
        "columns": list(columns.columns.items()),
        "how": list(columns.how.items()),
        "arrays": [memoryview(getattr(columns, name)).cast("B") for name in _ARRAYS],
        "blind_spots": graph.blind_spots,
        "diagnostics": graph.diagnostics,
        "coverage": [getattr(graph.coverage, name) for name in Coverage.__dataclass_fields__],
    }
    packer = msgpack.Packer(use_bin_type=True, unicode_errors="surrogatepass", autoreset=False)
    packer.pack(row)
    packed: memoryview = packer.getbuffer()
    return packed


def unpack_graph(body: bytes) -> Graph:
    """The opposite of `pack_graph`. Raises ValueError and the like when the bytes are no graph."""
    row = msgpack.unpackb(body, unicode_errors="surrogatepass", strict_map_key=False)
    columns = Columns(ids=row["ids"], paths=row["paths"])
    for name, data in zip(_ARRAYS, row["arrays"], strict=True):
        getattr(columns, name).frombytes(data)
    columns.attributes = {
        index: tuple((key, value) for key, value in pairs) for index, pairs in row["attributes"]
    }
    columns.needs = dict(row["needs"])
    columns.columns = {index: tuple(names) for index, names in row["columns"]}
    columns.how = {index: tuple(words) for index, words in row["how"]}
    return Graph(
        columns,
        tuple(BlindSpot(kind, Place(*place), text) for kind, place, text in row["blind_spots"]),
        tuple(Diagnostic(kind, Place(*place), message) for kind, place, message in row["diagnostics"]),
        Coverage(*row["coverage"]),
    )
