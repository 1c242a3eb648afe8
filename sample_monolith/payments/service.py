"""Charges cards for orders and gives money back."""

import re
from typing import Any

from sqlalchemy import func, select

from .. import db, events
from ..db import session
from ..errors import Conflict, NotFound, PaymentDeclined, Unprocessable
from ..notifications import sender
from ..orders.numbers import order_number
from ..paging import Page
from ..recommendations import service as recommendations
from ..reports import sales
from ..shipping import shipments
from ..users import service as users
from . import gateway, queries
from .models import Payment, Refund


def charge(order_id: int, amount_cents: int, card_number: str, user_id: int) -> Payment:
    """Takes the money for a pending order of a customer and marks the order as paid.

    Raises PaymentDeclined when the card does not pay; the declined payment is kept if the caller commits.
    """
    order = db.row(queries.SELECT_ORDER, order_id=order_id)
    if order is None or order["user_id"] != user_id:
        raise NotFound(f"There is no order {order_id}.")
    number, card = order_number(order_id), check_card(card_number)
    if order["status"] != "pending":
        raise Conflict(f"Order {number} is {order['status']} already.", status=order["status"])
    if amount_cents != order["total_cents"]:
        message = f"Order {number} costs {order['total_cents']} cents, not {amount_cents}."
        raise Unprocessable(message, field="amount_cents")

    # The order is ours before any money moves: whoever pays it at the same moment waits here and loses.
    if not db.execute(queries.MARK_ORDER_PAID, order_id=order_id, status="paid"):
        raise Conflict(f"Order {number} has just been paid or cancelled.")
    answer = gateway.current().capture(card, amount_cents, statement=number)
    payment = Payment(
        order_id=order_id,
        user_id=user_id,
        status="captured" if answer.approved else "declined",
        amount_cents=amount_cents,
        currency=order["currency"],
        card_last4=card[-4:],
        gateway_reference=answer.reference,
    )
    session().add(payment)
    session().flush()
    if not answer.approved:
        db.execute(queries.MARK_ORDER, order_id=order_id, status="pending")
        message = f"The card was declined: {answer.decline_reason}."
        raise PaymentDeclined(message, payment_id=payment.id, order_number=number)
    _announce(order, payment)
    return payment


def check_card(card_number: str) -> str:
    """The digits of a card number as customers type it."""
    card = card_number.replace(" ", "")
    if not re.fullmatch(r"[0-9]{13,19}", card):
        raise Unprocessable("card_number must have 13 to 19 digits.", field="card_number")
    return card


def get(payment_id: int) -> Payment:
    payment = session().get(Payment, payment_id)
    if payment is None:
        raise NotFound(f"There is no payment {payment_id}.")
    return payment


def find(
    page: Page, *, user_id: int | None = None, order_id: int | None = None, status: str | None = None
) -> tuple[list[Payment], int]:
    """One page of the payments, the newest first, and how many there are."""
    wanted = {Payment.user_id: user_id, Payment.order_id: order_id, Payment.status: status}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    query = select(Payment).where(*conditions).order_by(Payment.id.desc())
    total = session().scalar(select(func.count(Payment.id)).where(*conditions)) or 0
    return list(session().scalars(query.limit(page.size).offset(page.offset))), total


def of_order(order_id: int) -> list[Payment]:
    return list(session().scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)))


def captured(order_id: int) -> int:
    """What we hold for an order: what came in less what went back."""
    return int(db.scalar(queries.CAPTURED, order_id=order_id) or 0)


def refund(payment_id: int, amount_cents: int | None, reason: str, approved_by: int | None) -> Payment:
    """Gives back a part of a payment, or with None what is left of it."""
    from ..orders.manager import manager

    payment = get(payment_id)
    if payment.status not in ("captured", "partially_refunded"):
        raise Conflict(f"Payment {payment_id} is {payment.status}.", status=payment.status)
    left = payment.left_cents
    amount = left if amount_cents is None else amount_cents
    if amount > left:
        raise Unprocessable(f"Only {left} cents can be refunded.", field="amount_cents")

    if not db.execute(queries.ADD_REFUND, payment_id=payment_id, amount_cents=amount):
        raise Conflict(f"Payment {payment_id} has just been refunded.")
    session().refresh(payment)
    payment.refunds.append(Refund(approved_by=approved_by, amount_cents=amount, reason=reason))
    session().flush()
    if not payment.left_cents:
        db.execute(queries.MARK_ORDER_REFUNDED, order_id=payment.order_id, status="refunded")
    gateway.current().refund(payment.gateway_reference, amount)
    manager.money_went_back(payment.order_id, amount, approved_by)
    events.emit("refund_made", payment_id=payment_id, user_id=approved_by, amount_cents=amount)
    return payment


def _announce(order: dict[str, Any], payment: Payment) -> None:
    """Everybody who has to do with a paid order. The parcel comes first: the messages speak of it."""
    from ..orders.manager import manager

    order_id, user_id = order["id"], order["user_id"]
    manager.mark_paid(order_id, user_id, payment.card_last4)
    shipments.prepare(order_id)
    sender.order_paid(order_id, user_id)
    recommendations.learn_purchase(order_id)
    sales.count_order(order_id)
    users.add_points(user_id, manager.points_for(payment.amount_cents))
