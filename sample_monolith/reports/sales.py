"""The daily sales: sums by day and product, kept so that charts need not read all orders.

Orders count on the day they were placed. What is cancelled later goes out with the next refresh.
"""

from typing import Any

from .. import db

FIRST_DAY, LAST_DAY = "2000-01-01", "9999-12-31"


def count_order(order_id: int) -> None:
    """Adds an order that was just paid."""
    db.execute(db.query("reports/count_order"), order_id=order_id)


def refresh(day: str) -> int:
    """Counts a day anew; the number of products that were sold."""
    return int(db.call("pkg_reports.build_daily_sales", p_day=day))


def top_products(since: str | None, until: str | None, limit: int = 5) -> list[dict[str, Any]]:
    found: str | None = db.call(
        "pkg_reports.top_products", p_from=since or FIRST_DAY, p_to=until or LAST_DAY, p_limit=limit
    )
    pairs = [pair.rpartition(":") for pair in (found or "").split(",") if pair]
    return [{"sku": sku, "units": int(units)} for sku, _, units in pairs]
