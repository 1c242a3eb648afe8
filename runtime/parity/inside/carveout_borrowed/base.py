"""A connection that sends each statement back to the tests' process, where it runs within their transaction.

BEGIN, COMMIT and ROLLBACK become those of a block inside the tests' own: savepoints, where they have begun.
Dialect and conversion are those of the real backend, which this one extends. Valid while one caller waits.
"""

from __future__ import annotations

import importlib
from typing import Any

import carveout_service
from carveout_cursor import Cursor

_told = carveout_service.ask("database")
_real: Any = importlib.import_module(f"{_told['engine']}.base")


def _run(sql: Any, params: Any, many: bool) -> Any:
    return carveout_service.ask("execute", sql, params, many)


class Connection:
    """What PEP 249 asks of a connection; all else of the real one is asked for when it is needed."""

    def cursor(self, *args: Any, **kwargs: Any) -> Cursor:
        """A cursor, server-side ones included: their rows come at once."""
        return Cursor(_run)

    def commit(self) -> None:
        """The end of the block in the tests' transaction."""
        carveout_service.ask("commit")

    def rollback(self) -> None:
        """Takes the block back."""
        carveout_service.ask("rollback")

    def close(self) -> None:
        """The connection is not ours."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found, value = carveout_service.ask("attribute", name)
        if found:
            return value
        return lambda *args: carveout_service.ask("method", name, args)


class DatabaseWrapper(_real.DatabaseWrapper):  # type: ignore[misc]
    """The real backend on a borrowed connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.__dict__.update(_told["known"])

    def get_connection_params(self) -> dict[str, Any]:
        """Nothing is connected to."""
        return {}

    def get_new_connection(self, conn_params: Any) -> Connection:
        """What stands for the tests' connection."""
        return Connection()

    def init_connection_state(self) -> None:
        """The tests' process has done it."""

    def create_cursor(self, name: str | None = None) -> Cursor:
        """One that runs in the tests' process."""
        return Cursor(_run)

    def chunked_cursor(self) -> Any:
        """Without a server-side cursor."""
        return self.cursor()

    def _set_autocommit(self, autocommit: bool) -> None:
        if not autocommit:
            carveout_service.ask("begin")

    def _start_transaction_under_autocommit(self) -> None:
        carveout_service.ask("begin")

    def is_usable(self) -> bool:
        """As long as the process lives."""
        return True
