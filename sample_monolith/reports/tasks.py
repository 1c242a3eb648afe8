from .. import clock, db
from ..tasks import celery
from . import sales


@celery.task(name="reports.refresh_sales")
def refresh_sales(days: int = 2) -> None:
    """Counts today and the days before it anew. Commits after each day, so that no payment waits for long."""
    for ago in range(days):
        sales.refresh(clock.in_days(-ago)[:10])
        db.commit()
