"""The audit log: who changed what, and when."""

from typing import Any

from .. import clock, db, events
from ..paging import Page

INSERT = (
    "INSERT INTO audit_log (user_id, action, entity, entity_id, detail, created_at)"
    " VALUES (:user_id, :action, :entity, :entity_id, :detail, :created_at)"
)

FILTERS = ("entity", "entity_id", "action", "user_id")


def write(user_id: int | None, action: str, entity: str, entity_id: int, detail: str = "") -> None:
    """Part of the caller's transaction: what was rolled back never happened."""
    values = {"user_id": user_id, "action": action, "entity": entity, "entity_id": entity_id}
    db.execute(INSERT, **values, detail=detail, created_at=clock.now())


def entries(page: Page, **filters: Any) -> tuple[list[dict[str, Any]], int]:
    """One page of the log, the latest first, and how many entries there are."""
    values = {name: filters[name] for name in FILTERS if filters.get(name) is not None}
    where = " WHERE 1 = 1"
    for name in values:
        where += f" AND a.{name} = :{name}"
    total = db.scalar(f"SELECT COUNT(*) FROM audit_log a{where}", **values)
    sql = (
        "SELECT a.id, a.user_id, u.name AS user_name, a.action, a.entity, a.entity_id, a.detail, a.created_at"
        f" FROM audit_log a LEFT JOIN users u ON u.id = a.user_id{where}"
        " ORDER BY a.id DESC LIMIT :limit OFFSET :offset"
    )
    return db.rows(sql, **values, limit=page.size, offset=page.offset), total


@events.on("order_cancelled")
def order_cancelled(order_id: int, user_id: int | None = None, reason: str = "", **_: Any) -> None:
    write(user_id, "cancel", "order", order_id, reason)


@events.on("product_changed")
def product_changed(product_id: int, user_id: int | None = None, detail: str = "", **_: Any) -> None:
    write(user_id, "change", "product", product_id, detail)


@events.on("refund_made")
def refund_made(payment_id: int, user_id: int | None = None, amount_cents: int = 0, **_: Any) -> None:
    write(user_id, "refund", "payment", payment_id, f"{amount_cents} cents")
