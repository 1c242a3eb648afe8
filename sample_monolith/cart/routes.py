from typing import Any

from flask import Blueprint

from .. import db
from ..users.auth import current_user, login_required
from ..validation import body, integer, text
from . import service

blueprint = Blueprint("cart", __name__)


@blueprint.get("")
@blueprint.get("/")
@login_required
def show() -> dict[str, Any]:
    return service.summary(current_user())


@blueprint.post("/items")
@login_required
def add() -> tuple[dict[str, Any], int]:
    data = body()
    product_id = integer(data, "product_id", low=1)
    service.add(current_user().id, product_id, integer(data, "quantity", 1, low=1, high=service.MAX_QUANTITY))
    return _changed(), 201


@blueprint.patch("/items/<int:product_id>")
@login_required
def change(product_id: int) -> dict[str, Any]:
    quantity = integer(body(), "quantity", high=service.MAX_QUANTITY)
    service.set_quantity(current_user().id, product_id, quantity)
    return _changed()


@blueprint.delete("/items/<int:product_id>")
@login_required
def remove(product_id: int) -> dict[str, Any]:
    service.remove(current_user().id, product_id)
    return _changed()


@blueprint.post("/coupon")
@login_required
def apply_coupon() -> dict[str, Any]:
    service.apply_coupon(current_user().id, text(body(), "code", longest=40))
    return _changed()


@blueprint.delete("/coupon")
@login_required
def drop_coupon() -> dict[str, Any]:
    service.apply_coupon(current_user().id, None)
    return _changed()


@blueprint.get("/count")
@login_required
def count() -> dict[str, int]:
    return {"count": service.count(current_user().id)}


def _changed() -> dict[str, Any]:
    """The cart after a change, which is kept with it."""
    summary = service.summary(current_user())
    db.commit()
    return summary
