import re
from typing import Any

from sqlalchemy import CursorResult, text

from ..db import session
from ..errors import Conflict, NotFound, PaymentDeclined, Unprocessable
from ..orders.numbers import order_number
from . import gateway, queries

MAX_FOUND = 100


def charge(order_id: int, amount_cents: int, card_number: str) -> dict[str, Any]:
    """Take the money for a pending order and mark the order as paid."""
    order = session().execute(text(queries.SELECT_ORDER), {"order_id": order_id}).mappings().first()
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    number = order_number(order_id)
    if order["status"] != "pending":
        raise Conflict(f"Order {number} is {order['status']} already.", status=order["status"])
    if amount_cents != order["total_cents"]:
        message = f"Order {number} costs {order['total_cents']} cents, not {amount_cents}."
        raise Unprocessable(message, field="amount_cents")

    card_number = card_number.replace(" ", "")
    if not re.fullmatch(r"[0-9]{13,19}", card_number):
        message = "card_number must have 13 to 19 digits."
        raise Unprocessable(message, field="card_number", order_number=number)

    if not _execute(queries.MARK_ORDER_PAID, order_id=order_id, status="paid"):
        raise Conflict(f"Order {number} has just been paid or cancelled.")
    answer = gateway.capture(card_number, amount_cents, statement=number)
    if not answer.approved:
        session().rollback()
    values = {
        "order_id": order_id,
        "status": "captured" if answer.approved else "declined",
        "amount_cents": amount_cents,
        "currency": order["currency"],
        "card_last4": card_number[-4:],
        "gateway_reference": answer.reference,
    }
    payment_id = session().execute(text(queries.INSERT_PAYMENT), values).scalar_one()
    session().commit()
    if not answer.approved:
        message = f"The card was declined: {answer.decline_reason}."
        raise PaymentDeclined(message, payment_id=payment_id, order_number=number)
    return get(payment_id)


def get(payment_id: int) -> dict[str, Any]:
    values = {"payment_id": payment_id}
    payment = session().execute(text(queries.SELECT_PAYMENT), values).mappings().first()
    if payment is None:
        raise NotFound(f"There is no payment {payment_id}.")
    refunds = session().execute(text(queries.SELECT_REFUNDS), values).mappings()
    return {**_payment(payment), "refunds": [dict(refund) for refund in refunds]}


def find(order_id: int | None = None, status: str | None = None) -> list[dict[str, Any]]:
    """The newest payments first."""
    sql = queries.SELECT_PAYMENTS
    conditions = []
    if order_id is not None:
        conditions.append("p.order_id = :order_id")
    if status is not None:
        conditions.append("p.status = :status")
    if conditions:
        sql += " WHERE " + " AND ".join(conditions)
    sql += f" ORDER BY p.id DESC LIMIT {MAX_FOUND}"
    rows = session().execute(text(sql), {"order_id": order_id, "status": status})
    return [_payment(row) for row in rows.mappings()]


def refund(payment_id: int, amount_cents: int | None, reason: str) -> dict[str, Any]:
    """Give back a part of the payment, or what is left of it."""
    payment = get(payment_id)
    left = payment["amount_cents"] - payment["refunded_cents"]
    if payment["status"] not in ("captured", "partially_refunded"):
        raise Conflict(f"Payment {payment_id} is {payment['status']}.", status=payment["status"])
    amount = left if amount_cents is None else amount_cents
    if amount > left:
        raise Unprocessable(f"Only {left} cents can be refunded.", field="amount_cents")

    if not _execute(queries.ADD_REFUND, payment_id=payment_id, amount_cents=amount):
        raise Conflict(f"Payment {payment_id} has just been refunded.")
    _execute(queries.INSERT_REFUND, payment_id=payment_id, amount_cents=amount, reason=reason)
    if amount == left:
        _execute(queries.MARK_ORDER, order_id=payment["order_id"], status="refunded")
    gateway.refund(payment["gateway_reference"], amount)
    session().commit()
    return get(payment_id)


def refund_order(order_id: int, reason: str) -> None:
    """Give back all that is left of the payments of an order."""
    for payment in find(order_id=order_id):
        if payment["status"] in ("captured", "partially_refunded"):
            refund(payment["id"], None, reason)


def _execute(sql: str, **values: Any) -> int:
    """Run a statement; the number of rows that it changed."""
    result = session().execute(text(sql), values)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _payment(row: Any) -> dict[str, Any]:
    return {**row, "order_number": order_number(row["order_id"])}
