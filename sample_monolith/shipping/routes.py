import hmac
import os
from typing import Any

from flask import Blueprint, request

from .. import db
from ..errors import BadRequest, Forbidden, NotFound, Unprocessable
from ..orders import numbers
from ..paging import Page
from ..users.auth import current_user, login_required, optional_user, staff_required
from ..validation import body, integer, text
from . import carrier, rates, shipments

blueprint = Blueprint("shipping", __name__)


@blueprint.get("/rates")
def list_rates() -> dict[str, Any]:
    country = request.args.get("country", "").upper()
    if not country:
        raise BadRequest("country must not be empty.", field="country")
    asked = {"grams": request.args.get("grams", type=int)} if "grams" in request.args else {}
    grams = integer(asked, "grams", 500, low=1, high=1_000_000)
    price, options = rates.price(country, grams), rates.options(country, grams)
    return {"country": country, "grams": grams, "price_cents": price, "options": options}


@blueprint.get("/orders/<number>")
@login_required
def of_order(number: str) -> dict[str, Any]:
    user, order_id = current_user(), numbers.order_id(number) or 0
    owner = db.scalar("SELECT user_id FROM orders WHERE id = :order_id", order_id=order_id)
    if owner is None or (owner != user.id and not user.is_staff):
        raise NotFound(f"There is no order {number}.")
    shipment = shipments.of_order(order_id)
    if shipment is None:
        raise NotFound(f"Order {number} has no parcel yet.")
    return {"number": numbers.order_number(order_id), **shipment}


@blueprint.get("/track/<code>")
def track(code: str) -> dict[str, Any]:
    return carrier.track(code.strip().upper())


@blueprint.get("/queue")
@staff_required
def queue() -> dict[str, Any]:
    page = Page.from_args(request.args)
    return page.envelope(*shipments.queue(page))


@blueprint.post("/webhook")
def webhook() -> dict[str, Any]:
    """The carrier tells where a parcel is. Until it has a secret, the staff types in what it says."""
    secret, sent = os.environ.get("SHOP_CARRIER_SECRET", ""), request.headers.get("X-Carrier-Secret", "")
    user = optional_user()
    if not (secret and hmac.compare_digest(secret.encode(), sent.encode())) and not (user and user.is_staff):
        raise Forbidden("Only the carrier may do this.")
    data = body()
    code, status = text(data, "tracking_code", longest=40).upper(), text(data, "status")
    if status not in shipments.BEFORE:
        raise Unprocessable(f"status must be one of {', '.join(shipments.BEFORE)}.", field="status")
    shipment = shipments.follow(code, status)
    db.commit()
    return shipment
