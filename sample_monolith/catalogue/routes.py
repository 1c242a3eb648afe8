from typing import Any

from flask import Blueprint, request

from ..errors import BadRequest
from ..paging import Page
from . import service
from .models import Product

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/categories")
def categories() -> dict[str, Any]:
    return {"items": service.categories()}


@blueprint.get("/products")
def products() -> dict[str, Any]:
    page = Page.from_args(request.args)
    sort = request.args.get("sort", "name")
    if sort not in service.SORT_ORDERS:
        raise BadRequest(f"sort must be one of {', '.join(service.SORT_ORDERS)}.", field="sort")
    category, words = request.args.get("category", ""), request.args.get("q", "")
    found, total = service.search(page, category, words, sort)
    return page.envelope([_product(product) for product in found], total)


@blueprint.get("/products/<int:product_id>")
def product(product_id: int) -> dict[str, Any]:
    found = service.get(product_id)
    return {**_product(found), "description": found.description}


@blueprint.get("/best-sellers")
def best_sellers() -> dict[str, Any]:
    page = Page.from_args(request.args, size=5)
    return {"items": [{**_product(found), "sold": sold} for found, sold in service.best_sellers(page.size)]}


def _product(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "sku": product.sku,
        "name": product.name,
        "category": product.category.slug,
        "price_cents": product.price_cents,
        "stock": product.stock,
    }
