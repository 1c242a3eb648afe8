"""The reports of the back office: their SQL is in `queries/`, filters go where it says `/* filters */`."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from .. import clock, db
from ..errors import NotFound
from ..orders import numbers
from ..paging import Page

IN_CATEGORY = (
    " AND EXISTS (SELECT 1 FROM order_lines fl JOIN products fp ON fp.id = fl.product_id"
    " JOIN categories fc ON fc.id = fp.category_id WHERE fl.order_id = o.id AND fc.slug = :category)"
)
IN_COUNTRY = " AND o.address_id IN (SELECT fa.id FROM addresses fa WHERE fa.country = :country)"

CUSTOMERS_BY = {"spent": "paid_cents DESC", "orders": "orders DESC", "recent": "last_order_at DESC"}

ALL = Page(1, 10**6)

Rows = list[dict[str, Any]]


class Filters(NamedTuple):
    """What a report is limited to; days are inclusive."""

    since: str | None = None
    until: str | None = None
    category: str | None = None
    country: str | None = None


UNFILTERED = Filters()


def sales(filters: Filters) -> Rows:
    """Units and revenue of each day. They are not kept by country, so that filter does not count here."""
    sql = "SELECT d.day, SUM(d.units) AS units, SUM(d.revenue_cents) AS revenue_cents FROM daily_sales d"
    if filters.category:
        sql += " JOIN products p ON p.id = d.product_id JOIN categories c ON c.id = p.category_id"
    sql += " WHERE d.units > 0"
    if filters.since:
        sql += " AND d.day >= :since"
    if filters.until:
        sql += " AND d.day <= :until"
    if filters.category:
        sql += " AND c.slug = :category"
    return _rows(f"{sql} GROUP BY d.day ORDER BY d.day", filters)


def sales_by_category(filters: Filters) -> Rows:
    return _rows(_filtered("sales_by_category", filters, " AND c.slug = :category"), filters)


def unpaid(filters: Filters, page: Page = ALL) -> tuple[Rows, int]:
    return _page(_filtered("unpaid", filters), "o.id DESC", filters, page)


def customers(filters: Filters, page: Page = ALL, sort: str = "spent") -> tuple[Rows, int]:
    return _page(_filtered("customers", filters), f"{CUSTOMERS_BY[sort]}, u.id DESC", filters, page)


def everything(filters: Filters, page: Page = ALL) -> tuple[Rows, int]:
    """All lines of all orders with all that belongs to them. Without a page this takes a while."""
    sql = _filtered("everything", filters, " AND c.slug = :category")
    items, total = _page(sql, "o.id DESC, l.id", filters, page)
    return [{"number": numbers.order_number(item["order_id"]), **item} for item in items], total


def stock_value() -> Rows:
    return _rows(db.query("reports/stock_value"))


def slow_movers(days: int = 30) -> Rows:
    return _rows(db.query("reports/slow_movers"), Filters(since=clock.in_days(-days)[:10]))


def coupons(filters: Filters) -> Rows:
    return _rows(_filtered("coupons", filters), filters)


EXPORTS: dict[str, Callable[[Filters], Rows]] = {
    "sales": sales,
    "sales-by-category": sales_by_category,
    "unpaid": lambda filters: unpaid(filters)[0],
    "customers": lambda filters: customers(filters)[0],
    "everything": lambda filters: everything(filters)[0],
    "stock-value": lambda _: stock_value(),
    "slow-movers": lambda _: slow_movers(),
    "coupons": coupons,
}


def export(report: str, filters: Filters) -> str:
    """A report as CSV with the semicolons that our accountants' spreadsheets expect."""
    if report not in EXPORTS:
        raise NotFound(f"There is no report {report}.", reports=sorted(EXPORTS))
    found = EXPORTS[report](filters)
    output = io.StringIO()
    writer = csv.DictWriter(output, list(found[0]) if found else [], delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return output.getvalue()


def _filtered(name: str, filters: Filters, in_category: str = IN_CATEGORY) -> str:
    """A query file, limited to what was asked for; `o` is the order in all of them."""
    where = ""
    if filters.since:
        where += " AND o.placed_at >= :since"
    if filters.until:
        where += " AND SUBSTR(o.placed_at, 1, 10) <= :until"
    if filters.category:
        where += in_category
    if filters.country:
        where += IN_COUNTRY
    return db.query(f"reports/{name}").replace("/* filters */", where)


def _page(sql: str, order: str, filters: Filters, page: Page) -> tuple[Rows, int]:
    limited = f"{sql} ORDER BY {order} LIMIT :limit OFFSET :offset"
    items = _rows(limited, filters, limit=page.size, offset=page.offset)
    return items, _rows(f"SELECT COUNT(*) AS total FROM ({sql}) report", filters)[0]["total"]


def _rows(sql: str, filters: Filters = UNFILTERED, **values: Any) -> Rows:
    """Rows for JSON: PostgreSQL gives sums and averages as decimals, which would be shown as text."""
    found = db.rows(sql, **filters._asdict(), **values)
    for row in found:
        decimals = {name: value for name, value in row.items() if isinstance(value, Decimal)}
        row.update({name: int(value) if value % 1 == 0 else float(value) for name, value in decimals.items()})
    return found
