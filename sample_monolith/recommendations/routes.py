from typing import Any

from flask import Blueprint, request

from .. import db
from ..paging import Page
from ..users.auth import current_user, login_required, optional_user, staff_required
from ..validation import body, integer
from . import model, service, tasks

blueprint = Blueprint("recommendations", __name__)


@blueprint.get("")
@login_required
def for_user() -> dict[str, Any]:
    limit = Page.from_args(request.args, 8).size
    offers = service.for_user(current_user().id, limit)
    return {"items": offers, "trained_at": model.current().trained_at}


@blueprint.get("/products/<int:product_id>")
def for_product(product_id: int) -> dict[str, Any]:
    user, limit = optional_user(), Page.from_args(request.args, 4).size
    return {"items": service.for_product(product_id, limit, user.id if user else None)}


@blueprint.post("/views")
@login_required
def record_view() -> tuple[dict[str, Any], int]:
    product_id = integer(body(), "product_id", low=1)
    service.record_view(current_user().id, product_id)
    db.commit()
    return {"product_id": product_id}, 201


@blueprint.get("/recent")
@login_required
def recent() -> dict[str, Any]:
    return {"items": service.recent(current_user().id, Page.from_args(request.args, 8).size)}


@blueprint.post("/learn")
@staff_required
def learn() -> tuple[dict[str, Any], int]:
    """Trains the model now, instead of at the next full hour."""
    tasks.learn.delay()
    return {"status": "accepted"}, 202
