"""The routines of the PL/SQL package pkg_orders, for databases without PL/SQL."""

from .. import clock, db
from ..inventory import pkg_inventory
from ..pricing import coupons

# Without document_seq the orders count for themselves.
NEXT_NUMBER = {
    "postgresql": "SELECT NEXTVAL(PG_GET_SERIAL_SEQUENCE('orders', 'id'))",
    "sqlite": "SELECT COALESCE(MAX(id), 0) + 1 FROM orders",
}
CANCEL = "UPDATE orders SET status = 'cancelled' WHERE id = :order_id AND status IN ('pending', 'paid')"
EVENT = (
    "INSERT INTO order_events (order_id, kind, detail, created_at)"
    " VALUES (:order_id, 'cancelled', :detail, :created_at)"
)
TOTAL = (
    "SELECT SUM(l.quantity * l.unit_price_cents) - o.discount_cents + o.shipping_cents"
    " FROM orders o JOIN order_lines l ON l.order_id = o.id"
    " WHERE o.id = :order_id GROUP BY o.id, o.discount_cents, o.shipping_cents"
)


def next_document_number() -> int:
    return int(db.scalar(NEXT_NUMBER[db.engine().dialect.name]))


def cancel_order(p_order_id: int, p_reason: str) -> int:
    """Cancels an order that is not shipped: 1, or 0 when it is too late."""
    if not db.execute(CANCEL, order_id=p_order_id):
        return 0
    pkg_inventory.release_stock(p_order_id)
    coupons.release(p_order_id)
    db.execute(EVENT, order_id=p_order_id, detail=p_reason, created_at=clock.now())
    return 1


def order_total(p_order_id: int) -> int:
    """What an order comes to by its lines, discount and shipping."""
    return int(db.scalar(TOTAL, order_id=p_order_id) or 0)
