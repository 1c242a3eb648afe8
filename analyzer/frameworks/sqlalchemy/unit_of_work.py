"""What SQLAlchemy gathers: rows that are added or changed are written together, once a session is flushed."""

from __future__ import annotations

from ...model.world import World
from ...python.row_accesses import RowAccesses, Where

GATHERED = frozenset({"add", "add_all", "delete"})
"""Methods of sessions that write once these are flushed."""
_FLUSHES = frozenset({"commit", "flush"})


class UnitOfWork:
    """Tells of writes in loops whether each turn sends its own."""

    def __init__(self, world: World, accesses: RowAccesses) -> None:
        self._world, self._accesses = world, accesses
        self._flushing: dict[str, frozenset[str]] = {}

    def writes_each_turn(self, where: Where) -> bool:
        """Whether a loop of the scope flushes what is gathered there."""
        scopes = self._flushing.get(where.path)
        if scopes is None:
            calls = self._world.files[where.path].calls
            scopes = self._flushing[where.path] = frozenset(
                call.scope
                for call in calls
                if call.target.rpartition(".")[2] in _FLUSHES
                and self._accesses.in_loop(Where(where.path, call.scope, call.line, call.column))
            )
        return where.scope in scopes
