"""Pages for browsers: the shop window and the products in it."""

from flask import Blueprint, Response, render_template, request, send_from_directory

from .. import settings
from ..inventory import stock
from ..paging import Page
from ..pricing import engine
from ..users.auth import optional_user
from . import reviews, service
from .search import window

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> str:
    order, words = request.args.get("order", "name"), request.args.get("q", "")
    category, user = request.args.get("category", ""), optional_user()
    shown = window(order, words, category)
    available = stock.available_many([product["id"] for product in shown])
    for product in shown:
        product["stock"] = available.get(product["id"], 0)
        product["now_cents"] = engine.price_of(product["id"], user.id if user else None)
        product["card"] = service.product_card(product["id"])
    return render_template(
        "catalogue/index.html",
        categories=service.categories(),
        category=category,
        words=words,
        order=order,
        products=shown,
        best_sellers=service.best_sellers(3),
    )


@blueprint.get("/p/<sku>")
def product(sku: str) -> str:
    found, user = service.by_sku(sku), optional_user()
    latest, _ = reviews.of_product(found.id, Page(1, 5))
    return render_template(
        "catalogue/product.html", product=found, shown=service.details(found, user), reviews=latest
    )


@blueprint.get("/uploads/<path:name>")
def upload(name: str) -> Response:
    return send_from_directory(settings.uploads(), name, max_age=7 * 24 * 3600)
