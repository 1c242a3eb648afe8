from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request

from .. import clock, db
from ..catalogue import service as catalogue
from ..errors import BadRequest, NotFound
from ..users.auth import optional_user, staff_required
from ..validation import body, integer, text
from . import coupons, engine, promotions

blueprint = Blueprint("pricing", __name__)


@blueprint.get("/quote")
def quote() -> dict[str, Any]:
    """What so many units would cost whoever asks: signed in, loyalty counts."""
    user = optional_user()
    asked = {name: request.args.get(name, type=int) for name in ("product_id", "quantity")}
    items = [(integer(asked, "product_id", low=1), integer(asked, "quantity", low=1, high=1000))]
    priced = engine.quote(items, user.id if user else None, request.args.get("coupon"))
    lines = [line._asdict() for line in priced.lines]
    return {**priced._asdict(), "lines": lines, "total_cents": priced.total_cents}


@blueprint.get("/promotions")
def list_promotions() -> dict[str, Any]:
    return {"items": promotions.running()}


@blueprint.post("/promotions")
@staff_required
def create_promotion() -> tuple[dict[str, Any], int]:
    data = body()
    category, sku = text(data, "category", ""), text(data, "sku", "")
    fields = {
        "name": text(data, "name", longest=80),
        "category_id": catalogue.category(category).id if category else None,
        "product_id": catalogue.by_sku(sku).id if sku else None,
        "percent_off": integer(data, "percent_off", low=1, high=90),
        "starts_at": _time(data, "starts_at", clock.now()),
        "ends_at": _time(data, "ends_at", clock.in_days(7)),
    }
    created = promotions.create(fields)
    db.commit()
    return created, 201


@blueprint.delete("/promotions/<int:promotion_id>")
@staff_required
def close_promotion(promotion_id: int) -> dict[str, Any]:
    """Ends a promotion; orders that were placed under it keep their prices."""
    if not int(db.call("pkg_pricing.close_promotion", p_promotion_id=promotion_id)):
        raise NotFound(f"There is no promotion {promotion_id} that runs.")
    closed = promotions.find(promotion_id)
    db.commit()
    return closed


@blueprint.get("/coupons/<code>")
def coupon(code: str) -> dict[str, Any]:
    return {name: value for name, value in coupons.find(code).items() if name not in ("uses", "max_uses")}


def _time(data: dict[str, Any], name: str, default: str) -> str:
    """A day or a time of the body, as the shop writes times."""
    try:
        time = datetime.fromisoformat(text(data, name, default))
        return (time.astimezone(UTC) if time.tzinfo else time).strftime(clock.FORMAT)
    except ValueError:
        raise BadRequest(f"{name} must be a time such as 2024-05-31T18:00:00.", field=name) from None
