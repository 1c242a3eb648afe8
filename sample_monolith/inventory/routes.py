from typing import Any

from flask import Blueprint, request

from .. import db
from ..admin import audit
from ..paging import Page
from ..users.auth import current_user, staff_required
from ..validation import body, integer, text
from . import counts, stock

blueprint = Blueprint("inventory", __name__)


@blueprint.get("/<int:product_id>")
def show(product_id: int) -> dict[str, Any]:
    """What the app shows next to the button; how much lies in the warehouse is not for everybody."""
    item = stock.item(product_id)
    return {name: item[name] for name in ("product_id", "sku", "available")}


@blueprint.get("/low")
@staff_required
def low() -> dict[str, Any]:
    """What to buy, for people in `items` and for the supplier's ordering system in `reorder`."""
    return {"items": stock.low(), "reorder": db.call("pkg_inventory.reorder_list") or ""}


@blueprint.post("/<int:product_id>/receive")
@staff_required
def receive(product_id: int) -> tuple[dict[str, Any], int]:
    data, sku = body(), stock.item(product_id)["sku"]
    quantity, note = integer(data, "quantity", low=1, high=100_000), text(data, "note", "", longest=200)
    stock.receive(product_id, quantity, current_user().id)
    audit.write(current_user().id, "receive", "product", product_id, f"{quantity} of {sku} {note}".strip())
    received = stock.item(product_id)
    db.commit()
    return received, 201


@blueprint.get("/<int:product_id>/movements")
@staff_required
def movements(product_id: int) -> dict[str, Any]:
    page, item = Page.from_args(request.args), stock.item(product_id)
    return {**item, **page.envelope(*stock.movements(product_id, page, request.args.get("kind")))}


@blueprint.post("/count")
@staff_required
def count() -> dict[str, Any]:
    """Takes a count sheet, as the CSV file itself."""
    taken = counts.take(request.get_data(as_text=True), current_user().id)
    db.commit()
    return taken
