from typing import Any

from flask import Blueprint, request

from .. import db
from ..errors import BadRequest
from ..paging import Page
from ..pricing import promotions
from ..users.auth import current_user, login_required, optional_user, staff_required
from ..validation import body, integer, text
from . import images, reviews, service
from .search import SORTS, search

blueprint = Blueprint("catalogue", __name__)

TEXTS = {"name": 120, "description": 2000}
REQUIRED = dict.fromkeys(("name", "price_cents", "category"))
NUMBERS = {"price_cents": (1, 10_000_000), "weight_grams": (1, 100_000), "active": (0, 1)}


@blueprint.get("/categories")
def categories() -> dict[str, Any]:
    return {"items": service.categories()}


@blueprint.get("/products")
def products() -> dict[str, Any]:
    page, user = Page.from_args(request.args), optional_user()
    sort = request.args.get("sort", "name")
    if sort not in SORTS:
        raise BadRequest(f"sort must be one of {', '.join(SORTS)}.", field="sort")
    category, words = request.args.get("category", ""), request.args.get("q", "")
    found, total = search(page, category, words, sort, request.args.get("sku", ""))
    return page.envelope([service.as_json(product, user) for product in found], total)


@blueprint.get("/products/<int:product_id>")
def product(product_id: int) -> dict[str, Any]:
    return service.details(service.get(product_id), optional_user())


@blueprint.post("/products")
@staff_required
def create() -> tuple[dict[str, Any], int]:
    data, user = body(), current_user()
    fields = {"sku": text(data, "sku", longest=40).upper(), **_fields({**REQUIRED, **data})}
    created = service.create(fields, integer(data, "stock", 0), user.id)
    db.commit()
    return service.details(created, user), 201


@blueprint.patch("/products/<int:product_id>")
@staff_required
def change(product_id: int) -> dict[str, Any]:
    found, user, fields = service.get(product_id), current_user(), _fields(body())
    if not fields:
        raise BadRequest("There is nothing to change.")
    service.update(found, fields, user.id)
    db.commit()
    return service.details(found, user)


@blueprint.get("/products/<int:product_id>/reviews")
def list_reviews(product_id: int) -> dict[str, Any]:
    page = Page.from_args(request.args)
    found, total = reviews.of_product(service.get(product_id).id, page)
    return page.envelope([reviews.as_json(review) for review in found], total)


@blueprint.post("/products/<int:product_id>/reviews")
@login_required
def add_review(product_id: int) -> tuple[dict[str, Any], int]:
    data = body()
    stars, words = integer(data, "stars", low=1, high=5), text(data, "body", "")
    added = reviews.add(service.get(product_id), current_user(), stars, words)
    db.commit()
    return reviews.as_json(added), 201


@blueprint.post("/products/<int:product_id>/images")
@staff_required
def add_image(product_id: int) -> tuple[dict[str, Any], int]:
    found = service.get(product_id)
    image = images.save(found.id, request.files.get("file"), current_user().id, request.form.get("alt", ""))
    db.commit()
    return images.as_json(image), 201


@blueprint.get("/best-sellers")
def best_sellers() -> dict[str, Any]:
    page, user = Page.from_args(request.args, size=5), optional_user()
    sold = service.best_sellers(page.size)
    return {"items": [{**service.as_json(product, user), "sold": units} for product, units in sold]}


@blueprint.get("/home")
def home() -> dict[str, Any]:
    """The first screen of the app in one answer, so that it opens with one request."""
    user = optional_user()
    return {
        "banner": next(iter(promotions.running()), None),
        "categories": service.categories(),
        "newest": [service.as_json(product, user) for product in service.newest(6)],
    }


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    """Columns of a product out of those that were sent."""
    fields: dict[str, Any] = {name: text(data, name, longest=TEXTS[name]) for name in TEXTS if name in data}
    for name, (low, high) in NUMBERS.items():
        if name in data:
            fields[name] = integer(data, name, low=low, high=high)
    if "category" in data:
        fields["category_id"] = service.category(text(data, "category")).id
    return fields
