from typing import Any

from sqlalchemy import CursorResult, text

from .. import settings
from ..catalogue import service as catalogue
from ..db import session
from ..errors import Conflict, NotFound
from ..paging import Page
from ..payments import service as payments
from ..users import service as users
from . import numbers
from .models import Order, OrderLine

CANCEL = "UPDATE orders SET status = 'cancelled' WHERE id = :order_id AND status = :expected"

RESTOCK = """
    UPDATE products
    SET stock = stock + (SELECT l.quantity FROM order_lines l
                         WHERE l.order_id = :order_id AND l.product_id = products.id)
    WHERE id IN (SELECT product_id FROM order_lines WHERE order_id = :order_id)
"""


def place(user_id: int, quantities: dict[int, int], card_number: str | None) -> Order:
    """Reserve the goods and write the order; with a card, charge it at once.

    A card that is declined or cannot be read leaves the order pending: it can be paid later.
    """
    user = users.get(user_id)
    lines = []
    for product_id, quantity in sorted(quantities.items()):
        product = catalogue.reserve(product_id, quantity)
        lines.append(OrderLine(product=product, quantity=quantity, unit_price_cents=product.price_cents))
    total = sum(line.quantity * line.unit_price_cents for line in lines)
    order = Order(user=user, lines=lines, total_cents=total, currency=settings.CURRENCY)
    session().add(order)
    session().commit()
    if card_number is not None:
        payments.charge(order.id, total, card_number)
        session().refresh(order)
    return order


def get(number: str) -> Order:
    order_id = numbers.order_id(number)
    order = None if order_id is None else session().get(Order, order_id)
    if order is None:
        raise NotFound(f"There is no order {number}.")
    return order


def history(page: Page, user_id: int | None, status: str | None) -> tuple[list[dict[str, Any]], int]:
    """Newest orders first, without their lines."""
    where, values = "WHERE 1 = 1", {"limit": page.size, "offset": page.offset}
    filters: dict[str, Any] = {}
    if user_id is not None:
        where += " AND o.user_id = :user_id"
        filters["user_id"] = user_id
    if status is not None:
        where += " AND o.status = :status"
        filters["status"] = status
    rows = session().execute(
        text(
            f"SELECT o.id, o.user_id, o.status, o.total_cents, o.currency, o.created_at FROM orders o {where}"
            " ORDER BY o.id DESC LIMIT :limit OFFSET :offset"
        ),
        {**values, **filters},
    )
    orders = [{"number": numbers.order_number(row["id"]), **row} for row in rows.mappings()]
    total = session().execute(text(f"SELECT COUNT(*) FROM orders o {where}"), filters).scalar_one()
    return orders, total


def cancel(number: str) -> Order:
    """Give the money back, if any came, and put the goods back on the shelf."""
    order = get(number)
    expected = "pending"
    if order.status == "paid":
        payments.refund_order(order.id, reason="order cancelled")
        expected = "refunded"
    cancelled = session().execute(text(CANCEL), {"order_id": order.id, "expected": expected})
    assert isinstance(cancelled, CursorResult)
    if cancelled.rowcount == 0:
        raise Conflict(f"Order {number} is {order.status} and cannot be cancelled.", status=order.status)
    session().execute(text(RESTOCK), {"order_id": order.id})
    session().commit()
    session().refresh(order)
    return order
