from typing import Any

from flask import Blueprint, request

from ..errors import BadRequest, Unprocessable
from . import service

blueprint = Blueprint("payments", __name__)


@blueprint.post("")
def charge() -> tuple[dict[str, Any], int]:
    body = _body()
    order_id, amount, card = body.get("order_id"), body.get("amount_cents"), body.get("card_number")
    if type(order_id) is not int or type(amount) is not int or not isinstance(card, str):
        raise BadRequest("order_id and amount_cents must be numbers, card_number must be text.")
    return service.charge(order_id, amount, card), 201


@blueprint.get("")
def find() -> dict[str, Any]:
    order_id = request.args.get("order_id")
    if order_id is not None and not order_id.isdecimal():
        raise BadRequest("order_id must be a number.", field="order_id")
    found = service.find(int(order_id) if order_id else None, request.args.get("status"))
    return {"items": found, "total": len(found)}


@blueprint.get("/<int:payment_id>")
def show(payment_id: int) -> dict[str, Any]:
    return service.get(payment_id)


@blueprint.post("/<int:payment_id>/refund")
def refund(payment_id: int) -> dict[str, Any]:
    body = _body()
    amount, reason = body.get("amount_cents"), body.get("reason")
    if amount is not None and type(amount) is not int:
        raise BadRequest("amount_cents must be a number.", field="amount_cents")
    if not isinstance(reason, str) or not reason.strip():
        raise BadRequest("A refund needs a reason.", field="reason")
    if amount is not None and amount < 1:
        raise Unprocessable("amount_cents must be positive.", field="amount_cents")
    return service.refund(payment_id, amount, reason.strip())


def _body() -> dict[str, Any]:
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body
