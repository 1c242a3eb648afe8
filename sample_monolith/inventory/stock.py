"""What lies in the warehouse, what of it is promised to orders, and what is left to sell."""

from typing import Any

from .. import db, settings
from ..errors import Conflict, NotFound
from ..paging import Page
from .pkg_inventory import record

AVAILABLE = "SELECT available FROM stock_available WHERE product_id = :product_id"
ITEM = (
    "SELECT p.id AS product_id, p.sku, p.name, COALESCE(s.on_hand, 0) AS on_hand,"
    " COALESCE(s.reserved, 0) AS reserved, COALESCE(s.on_hand - s.reserved, 0) AS available"
    " FROM products p LEFT JOIN stock_items s ON s.product_id = p.id WHERE p.id = :product_id"
)

# The routine is older than the column: it does not know who places the order.
SIGN_RESERVATION = (
    "UPDATE stock_movements SET created_by = :user_id"
    " WHERE order_id = :order_id AND product_id = :product_id AND kind = 'reserve' AND created_by IS NULL"
)
SHIP = (
    "UPDATE stock_items SET on_hand = on_hand - :quantity, reserved = reserved - :quantity"
    " WHERE product_id = :product_id"
)
MOVEMENTS = (
    "SELECT m.id, m.kind, m.quantity, m.order_id, m.created_by, u.name AS user_name, m.created_at"
    " FROM stock_movements m LEFT JOIN users u ON u.id = m.created_by"
)


def available(product_id: int) -> int:
    """What can be sold now; nothing of products that the warehouse does not know."""
    return db.scalar(AVAILABLE, product_id=product_id) or 0


def available_many(ids: list[int]) -> dict[int, int]:
    """The same for many products with one query. Products without stock may be missing."""
    if not ids:
        return {}
    names = {f"id{position}": product_id for position, product_id in enumerate(ids)}
    marks = ", ".join(f":{name}" for name in names)
    sql = f"SELECT product_id, available FROM stock_available WHERE product_id IN ({marks})"
    found = db.rows(sql, **names)
    return {row["product_id"]: row["available"] for row in found}


def item(product_id: int) -> dict[str, Any]:
    found = db.row(ITEM, product_id=product_id)
    if found is None:
        raise NotFound(f"There is no product {product_id}.")
    return found


def reserve(product_id: int, quantity: int, order_id: int, user_id: int) -> None:
    """Sets goods aside for an order. Raises Conflict when there are not enough."""
    db.session().flush()
    values = {"p_product_id": product_id, "p_quantity": quantity, "p_order_id": order_id}
    if not int(db.call("pkg_inventory.reserve_stock", **values)):
        short = item(product_id)
        raise Conflict(f"{short['name']} is out of stock.", sku=short["sku"], stock=short["available"])
    db.execute(SIGN_RESERVATION, user_id=user_id, order_id=order_id, product_id=product_id)


def release(order_id: int) -> None:
    """Puts back what an order holds. What has left the house is no longer held."""
    db.session().flush()
    db.call("pkg_inventory.release_stock", p_order_id=order_id)


def ship(order_id: int) -> None:
    """The goods of an order leave the house: they are neither here nor reserved any more."""
    db.session().flush()
    for line in db.rows(db.query("inventory/open_reservations"), order_id=order_id):
        db.execute(SHIP, **line)
        record("ship", line["product_id"], line["quantity"], order_id=order_id)


def receive(product_id: int, quantity: int, user_id: int | None) -> int:
    """Takes in a delivery; what lies in the warehouse now."""
    db.session().flush()
    values = {"p_product_id": product_id, "p_quantity": quantity, "p_user_id": user_id}
    return int(db.call("pkg_inventory.receive_stock", **values))


def low() -> list[dict[str, Any]]:
    """Products that should be bought again, the most urgent first."""
    return db.rows(db.query("inventory/low_stock"), low=settings.LOW_STOCK)


def movements(product_id: int, page: Page, kind: str | None) -> tuple[list[dict[str, Any]], int]:
    """One page of what happened to a product, the latest first, and how many movements there are."""
    where, values = " WHERE m.product_id = :product_id", {"product_id": product_id}
    if kind:
        where += " AND m.kind = :kind"
        values |= {"kind": kind}
    total = db.scalar("SELECT COUNT(*) FROM stock_movements m" + where, **values)
    newest_first = f"{MOVEMENTS}{where} ORDER BY m.id DESC LIMIT :limit OFFSET :offset"
    return db.rows(newest_first, **values, limit=page.size, offset=page.offset), total
