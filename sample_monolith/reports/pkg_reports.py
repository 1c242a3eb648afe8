"""The routines of the PL/SQL package pkg_reports, for databases without PL/SQL."""

from .. import db


def build_daily_sales(p_day: str) -> int:
    """Counts the paid orders of a day anew; the number of products that were sold."""
    db.execute("DELETE FROM daily_sales WHERE day = :day", day=p_day)
    return db.execute(db.query("reports/build_day"), day=p_day, end_of_day=f"{p_day}T23:59:59")


def top_products(p_from: str, p_to: str, p_limit: int) -> str:
    """The best sellers from one day to another, such as `CBL-CC-1:120,EAR-BUD-2:44`."""
    found = db.rows(db.query("reports/top_products"), first_day=p_from, last_day=p_to, limit=p_limit)
    return ",".join(f"{row['sku']}:{row['units']}" for row in found)
