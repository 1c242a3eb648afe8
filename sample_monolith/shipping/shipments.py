"""Parcels, from the packing table to the door of the customer."""

from typing import Any

from .. import clock, db, events
from ..errors import Conflict, NotFound
from ..inventory import stock
from ..orders import numbers
from ..paging import Page
from . import carrier

COLUMNS = "id, order_id, carrier, tracking_code, status, created_at, shipped_at, delivered_at"
INSERT = (
    "INSERT INTO shipments (order_id, carrier, tracking_code, status, created_at)"
    " VALUES (:order_id, :carrier, :tracking_code, 'prepared', :created_at)"
    " ON CONFLICT (order_id) DO NOTHING"
)

# From where a parcel may come into a status. Carriers forget to tell of the first scan now and then.
BEFORE = {
    "shipped": "'prepared'",
    "delivered": "'prepared', 'shipped'",
    "returned": "'prepared', 'shipped', 'delivered'",
}
ORDER_OF = (
    "SELECT o.id AS order_id, o.user_id FROM shipments s JOIN orders o ON o.id = s.order_id"
    " WHERE s.tracking_code = :code"
)
ORDER_FOLLOWS = "UPDATE orders SET status = :status WHERE id = :order_id AND status = :expected"
ORDER_EVENT = (
    "INSERT INTO order_events (order_id, kind, detail, created_at)"
    " VALUES (:order_id, :kind, :detail, :created_at)"
)


def of_order(order_id: int) -> dict[str, Any] | None:
    return db.row(f"SELECT {COLUMNS} FROM shipments WHERE order_id = :order_id", order_id=order_id)


def prepare(order_id: int) -> dict[str, Any]:
    """The parcel of an order; the carrier hears of it the first time."""
    db.session().flush()
    if shipment := of_order(order_id):
        return shipment
    parcel = db.row(db.query("shipping/parcel"), order_id=order_id)
    if parcel is None:
        raise NotFound(f"There is no order {order_id}.")
    name, code = carrier.register_parcel(parcel)
    db.execute(INSERT, order_id=order_id, carrier=name, tracking_code=code, created_at=clock.now())
    return of_order(order_id) or {}


def mark(order_id: int, status: str) -> dict[str, Any]:
    """Moves a parcel on. Nothing happens when it is there already; the order itself is not touched."""
    shipment = prepare(order_id)
    if shipment["status"] == status:
        return shipment
    sql, values = "UPDATE shipments SET status = :status", {"status": status}
    if status in ("shipped", "delivered"):
        sql += f", {status}_at = :now"
        values["now"] = clock.now()
    sql += f" WHERE order_id = :order_id AND status IN ({BEFORE[status]})"
    if not db.execute(sql, order_id=order_id, **values):
        message = f"The parcel {shipment['tracking_code']} is {shipment['status']}, it cannot be {status}."
        raise Conflict(message, status=shipment["status"])
    return of_order(order_id) or {}


def follow(code: str, status: str) -> dict[str, Any]:
    """The carrier has moved a parcel: its order follows, as if the staff had said so."""
    order = db.row(ORDER_OF, code=code)
    if order is None:
        raise NotFound(f"There is no parcel {code}.")
    order_id, shipment = order["order_id"], mark(order["order_id"], status)
    for step, expected in (("shipped", "paid"), ("delivered", "shipped")):
        moved = {"order_id": order_id, "status": step, "expected": expected}
        if status in (step, "delivered") and db.execute(ORDER_FOLLOWS, **moved):
            db.execute(ORDER_EVENT, order_id=order_id, kind=step, detail=code, created_at=clock.now())
            if step == "shipped":
                stock.ship(order_id)
                events.emit("order_shipped", **order)
    return shipment


def queue(page: Page) -> tuple[list[dict[str, Any]], int]:
    """One page of the parcels to pack, the oldest first, and how many there are."""
    sql = db.query("shipping/queue")
    total = db.scalar(f"SELECT COUNT(*) FROM ({sql}) parcels")
    limited = f"{sql} ORDER BY s.created_at, s.order_id LIMIT :limit OFFSET :offset"
    found = db.rows(limited, limit=page.size, offset=page.offset)
    return [{"number": numbers.order_number(row["order_id"]), **row} for row in found], total
