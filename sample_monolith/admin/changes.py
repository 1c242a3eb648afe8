"""The change log, which triggers of the database write: also for changes that no code of the shop made."""

from typing import Any

from .. import cache, db

BATCH = 200

SINCE = (
    "SELECT id, table_name, row_id, operation, changed_at FROM change_log"
    " WHERE id > :last_id ORDER BY id LIMIT :limit"
)
LATEST = "SELECT COALESCE(MAX(id), 0) FROM change_log"

_applied = 0
"""The last change that this process has seen; a new process begins at the start of the log."""


def since(last_id: int, limit: int = BATCH) -> list[dict[str, Any]]:
    return db.rows(SINCE, last_id=last_id, limit=limit)


def poll(last_id: int | None) -> dict[str, Any]:
    """What an offline copy has missed since it asked; a new one (None) is told where to begin."""
    if last_id is None:
        return {"items": [], "last_id": db.scalar(LATEST), "more": False}
    found = since(last_id)
    return {"items": found, "last_id": found[-1]["id"] if found else last_id, "more": len(found) == BATCH}


def apply_changes() -> int:
    """Takes changed products out of the cache; the number of changes since the last call."""
    global _applied
    count = 0
    while found := since(_applied):
        keys = {f"product:{change['row_id']}" for change in found if change["table_name"] == "products"}
        if keys:
            cache.delete(*keys)
        _applied = found[-1]["id"]
        count += len(found)
    return count
