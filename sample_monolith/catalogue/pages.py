"""The shop window: pages for browsers."""

from flask import Blueprint, render_template, request

from .. import settings
from ..paging import Page
from . import service

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> str:
    page = Page.from_args(request.args, size=12)
    category, words = request.args.get("category", ""), request.args.get("q", "")
    products, total = service.search(page, category, words, "name")
    return render_template(
        "catalogue/index.html",
        shop=settings.SHOP_NAME,
        categories=service.categories(),
        category=category,
        words=words,
        products=products,
        total=total,
        best_sellers=service.best_sellers(3),
    )
