import re
from typing import Any

from flask import Blueprint, request

from .. import db
from ..errors import BadRequest, NotFound, PaymentDeclined
from ..orders.numbers import order_number
from ..paging import Page
from ..users.auth import current_user, login_required
from ..validation import body, integer, text
from . import service
from .models import Payment, Refund

COLUMNS = "user_id status amount_cents refunded_cents currency card_last4 gateway_reference created_at"
REFUND_COLUMNS = "id amount_cents reason created_at"

blueprint = Blueprint("payments", __name__)


@blueprint.post("")
@login_required
def charge() -> tuple[dict[str, Any], int]:
    data, user = body(), current_user()
    order_id, amount = integer(data, "order_id", low=1), integer(data, "amount_cents", low=1)
    try:
        payment = service.charge(order_id, amount, text(data, "card_number"), user.id)
    except PaymentDeclined:
        db.commit()
        raise
    db.commit()
    return _payment(payment), 201


@blueprint.get("")
@login_required
def find() -> dict[str, Any]:
    user, page, order_id = current_user(), Page.from_args(request.args, size=50), request.args.get("order_id")
    if order_id is not None and not re.fullmatch("[0-9]{1,9}", order_id):
        raise BadRequest("order_id must be a number.", field="order_id")
    found, total = service.find(
        page,
        user_id=None if user.is_staff else user.id,
        order_id=int(order_id) if order_id else None,
        status=request.args.get("status"),
    )
    return page.envelope([_payment(payment) for payment in found], total)


@blueprint.get("/<int:payment_id>")
@login_required
def show(payment_id: int) -> dict[str, Any]:
    return _payment(_own(payment_id))


@blueprint.post("/<int:payment_id>/refund")
@login_required
def refund(payment_id: int) -> dict[str, Any]:
    payment, data = _own(payment_id), body()
    amount = integer(data, "amount_cents", low=1) if data.get("amount_cents") is not None else None
    service.refund(payment.id, amount, text(data, "reason", longest=200), current_user().id)
    db.commit()
    return _payment(payment)


def _own(payment_id: int) -> Payment:
    """A payment of whoever asks; the staff may see all."""
    payment, user = service.get(payment_id), current_user()
    if payment.user_id != user.id and not user.is_staff:
        raise NotFound(f"There is no payment {payment_id}.")
    return payment


def _payment(payment: Payment) -> dict[str, Any]:
    about = {"id": payment.id, "order_id": payment.order_id, "order_number": order_number(payment.order_id)}
    refunds = [_columns(refund, REFUND_COLUMNS) for refund in payment.refunds]
    return {**about, **_columns(payment, COLUMNS), "refunds": refunds}


def _columns(row: Payment | Refund, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}
