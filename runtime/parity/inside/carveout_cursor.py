"""What PEP 249 asks of a cursor whose statements run in another process; all rows come with the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Run = Callable[[Any, Any, bool], Any]
"""Runs a statement, with many rows of parameters or one: (rows, description, rowcount, lastrowid)."""


class Cursor:
    """A cursor over what `run` answers; `none` are the parameters of a statement that is given none."""

    arraysize = 100

    def __init__(self, run: Run, none: Any = None) -> None:
        self._ask, self._none = run, none
        self._rows: Iterator[Sequence[Any]] = iter(())
        self.description: Any = None
        self.rowcount, self.lastrowid = -1, None

    def execute(self, sql: Any, params: Any = None, **_: Any) -> Cursor:
        """Runs there what the real cursor would run here."""
        return self._run(sql, self._none if params is None else params, many=False)

    def executemany(self, sql: Any, rows: Any, **_: Any) -> Cursor:
        """The same for several rows."""
        return self._run(sql, list(rows), many=True)

    def _run(self, sql: Any, params: Any, *, many: bool) -> Cursor:
        rows, self.description, self.rowcount, self.lastrowid = self._ask(sql, params, many)
        self._rows = iter(rows)
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        return [row for _, row in zip(range(size or self.arraysize), self._rows, strict=False)]

    def fetchall(self) -> list[Any]:
        """All other rows."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held."""
