"""What the shop does at night, in a thread of the web server: nothing else must be deployed for it."""

import logging
import threading
import time
from typing import Any

from flask import Flask

from .. import clock, db
from ..orders.manager import manager
from ..reports import sales
from . import changes

log = logging.getLogger(__name__)

HOUR = 3
POLL_SECONDS = 30
PENDING_DAYS = 14

# table, column with the time, days that its rows are kept after it
PRUNED = [("product_views", "viewed_at", 180), ("api_tokens", "expires_at", 0)]

# Nobody sees these promotions any more, but their products would come back with old prices.
LEFT_PROMOTIONS = (
    "SELECT m.id FROM promotions m JOIN products p ON p.id = m.product_id"
    " WHERE p.active = 0 AND m.ends_at > :now ORDER BY m.id"
)
BEGIN = "INSERT INTO job_runs (started_by, name, started_at) VALUES (:user_id, 'nightly', :now) RETURNING id"
END = "UPDATE job_runs SET detail = :detail, finished_at = :now WHERE id = :id"
TONIGHT = "SELECT COUNT(*) FROM job_runs WHERE name = 'nightly' AND started_by IS NULL AND started_at > :day"
JOBS = (
    "SELECT j.id, j.name, j.started_by, u.name AS user_name, j.detail, j.started_at, j.finished_at"
    " FROM job_runs j LEFT JOIN users u ON u.id = j.started_by ORDER BY j.id DESC LIMIT :limit"
)


def jobs(limit: int) -> list[dict[str, Any]]:
    return db.rows(JOBS, limit=limit)


def start(app: Flask) -> threading.Thread:
    thread = threading.Thread(target=_watch, args=(app,), name="nightly", daemon=True)
    thread.start()
    return thread


def run(started_by: int | None = None) -> dict[str, Any]:
    """Runs all steps. Commits after each: one that fails costs only its own work."""
    job_id = db.scalar(BEGIN, user_id=started_by, now=clock.now())
    db.commit()
    done: dict[str, int | None] = {}
    for name, step in STEPS.items():
        try:
            done[name] = step()
            db.commit()
        except Exception:
            log.exception("nightly: %s failed", name)
            db.session().rollback()
            done[name] = None
    detail = ", ".join(f"{name}: {'failed' if count is None else count}" for name, count in done.items())
    db.execute(END, id=job_id, detail=detail, now=clock.now())
    db.commit()
    return {"id": job_id, "name": "nightly", "started_by": started_by, "steps": done}


def refresh_sales() -> int:
    """Yesterday once more, now that it is complete, and today as far as it has come."""
    for day in (days := [clock.in_days(-1)[:10], clock.today()]):
        sales.refresh(day)
    return len(days)


def close_promotions() -> int:
    left = db.rows(LEFT_PROMOTIONS, now=clock.now())
    return sum(int(db.call("pkg_pricing.close_promotion", p_promotion_id=row["id"])) for row in left)


def prune() -> int:
    count = 0
    for table, column, days in PRUNED:
        count += db.execute(f"DELETE FROM {table} WHERE {column} < :until", until=clock.in_days(-days))
    return count


STEPS = {
    "orders expired": lambda: manager.expire_pending(PENDING_DAYS),
    "days of sales": refresh_sales,
    "promotions closed": close_promotions,
    "rows pruned": prune,
    "changes applied": changes.apply_changes,
}


def _watch(app: Flask) -> None:
    while True:
        time.sleep(POLL_SECONDS)
        try:
            with app.app_context():
                changes.apply_changes()
                # Another process on this database may have been quicker tonight.
                if int(clock.now()[11:13]) == HOUR and not db.scalar(TONIGHT, day=clock.today()):
                    run()
        except Exception:
            # The database may be away for a while; the thread has to live until it is back.
            log.exception("nightly: will be tried again")
