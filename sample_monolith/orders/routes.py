import re
from typing import Any

from flask import Blueprint, Response, request

from .. import clock, db
from ..errors import BadRequest, PaymentDeclined
from ..paging import Page
from ..users.auth import current_user, login_required, staff_required
from ..validation import body, integer, text
from . import checkout
from .manager import manager
from .models import Order

blueprint = Blueprint("orders", __name__)


@blueprint.post("")
@login_required
def place() -> tuple[dict[str, Any], int]:
    """Orders what is in the cart."""
    data = body()
    address_id = integer(data, "address_id", low=1) if data.get("address_id") is not None else None
    card = text(data, "card_number") if data.get("card_number") is not None else None
    try:
        order = checkout.place(current_user(), address_id, card)
    except PaymentDeclined:
        db.commit()
        raise
    db.commit()
    return manager.as_json(order), 201


@blueprint.get("")
@login_required
def history() -> dict[str, Any]:
    user, page, user_id = current_user(), Page.from_args(request.args), request.args.get("user_id")
    if user_id is not None and not re.fullmatch("[0-9]{1,9}", user_id):
        raise BadRequest("user_id must be a number.", field="user_id")
    whose = (int(user_id) if user_id else None) if user.is_staff else user.id
    return page.envelope(*manager.history(page, whose, request.args.get("status")))


@blueprint.get("/<number>")
@login_required
def show(number: str) -> dict[str, Any]:
    return manager.as_json(_own(number))


@blueprint.get("/<number>/timeline")
@login_required
def timeline(number: str) -> dict[str, Any]:
    return {"items": manager.timeline(_own(number), current_user())}


@blueprint.post("/<number>/cancel")
@login_required
def cancel(number: str) -> dict[str, Any]:
    order, reason = _own(number), text(body(), "reason", "", longest=200)
    manager.cancel(order, current_user().id, reason or "order cancelled")
    return _changed(order)


@blueprint.post("/<number>/return")
@login_required
def take_back(number: str) -> dict[str, Any]:
    order, data = _own(number), body()
    reason = text(data, "reason", "", longest=200) or "sent back"
    returned = manager.take_back(order, _quantities(data.get("lines")), reason, current_user().id)
    return {**_changed(order), "returned": returned}


@blueprint.post("/<number>/reorder")
@login_required
def reorder(number: str) -> dict[str, Any]:
    cart = manager.reorder(_own(number), current_user())
    db.commit()
    return cart


@blueprint.patch("/<number>/address")
@login_required
def change_address(number: str) -> dict[str, Any]:
    order = _own(number)
    manager.change_address(order, integer(body(), "address_id", low=1))
    return _changed(order)


@blueprint.get("/<number>/receipt")
@login_required
def receipt(number: str) -> str:
    return manager.receipt(_own(number))


@blueprint.get("/<number>/invoice")
def invoice(number: str) -> str:
    """The mail with the invoice links to this page, and mail programs do not sign in."""
    return manager.invoice(manager.find(number))


@blueprint.get("/<number>/packing-slip")
@staff_required
def packing_slip(number: str) -> str:
    return manager.packing_slip(manager.find(number))


@blueprint.get("/<number>/check")
@staff_required
def check(number: str) -> dict[str, Any]:
    return manager.check(manager.find(number))


@blueprint.post("/<number>/ship")
@staff_required
def ship(number: str) -> dict[str, Any]:
    order = manager.find(number)
    manager.mark_shipped(order, current_user().id)
    return _changed(order)


@blueprint.post("/<number>/deliver")
@staff_required
def deliver(number: str) -> dict[str, Any]:
    order = manager.find(number)
    manager.mark_delivered(order, current_user().id)
    return _changed(order)


@blueprint.patch("/<number>/lines/<int:product_id>")
@staff_required
def correct_price(number: str, product_id: int) -> dict[str, Any]:
    order, cents = manager.find(number), integer(body(), "unit_price_cents", low=1, high=10_000_000)
    manager.correct_price(order, product_id, cents, current_user().id)
    return _changed(order)


@blueprint.get("/statistics")
@staff_required
def statistics() -> dict[str, Any]:
    return manager.statistics(request.args.get("since") or clock.in_days(-7)[:10])


@blueprint.get("/export.csv")
@staff_required
def export() -> Response:
    since, until, status = (request.args.get(name) for name in ("since", "until", "status"))
    return Response(manager.export_csv(since, until, status), mimetype="text/csv")


def _own(number: str) -> Order:
    return manager.of_user(number, current_user())


def _changed(order: Order) -> dict[str, Any]:
    """Keeps a change; the order after it."""
    db.commit()
    return manager.as_json(order)


def _quantities(lines: Any) -> dict[int, int] | None:
    """Units by product of the lines that were sent; None, for all of them, without any."""
    if lines is None:
        return None
    if not isinstance(lines, list) or not lines or not all(isinstance(line, dict) for line in lines):
        raise BadRequest("lines must be a list of products with quantities.", field="lines")
    return {integer(line, "product_id", low=1): integer(line, "quantity", 1, low=1) for line in lines}
