from typing import Any

from sqlalchemy import CursorResult, func, or_, select, update

from ..db import session
from ..errors import Conflict, NotFound
from ..orders.models import Order, OrderLine
from ..paging import Page
from .models import Category, Product

SORT_ORDERS = {
    "name": (Product.name, Product.id),
    "price": (Product.price_cents, Product.id),
    "-price": (Product.price_cents.desc(), Product.id),
}


def categories() -> list[dict[str, Any]]:
    query = (
        select(Category.slug, Category.name, func.count(Product.id).label("products"))
        .join(Product, isouter=True)
        .group_by(Category.id)
        .order_by(Category.name)
    )
    return [dict(row) for row in session().execute(query).mappings()]


def search(page: Page, category: str, words: str, sort: str) -> tuple[list[Product], int]:
    query = select(Product).join(Product.category)
    if category:
        query = query.where(Category.slug == category)
    if words:
        query = query.where(or_(Product.name.icontains(words), Product.description.icontains(words)))
    total = session().scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(*SORT_ORDERS[sort]).limit(page.size).offset(page.offset)
    return list(session().scalars(ordered)), total


def get(product_id: int) -> Product:
    product = session().get(Product, product_id)
    if product is None:
        raise NotFound(f"There is no product {product_id}.")
    return product


def best_sellers(limit: int) -> list[tuple[Product, int]]:
    """The products of which most units were paid, with these units."""
    sold = func.sum(OrderLine.quantity).label("sold")
    query = (
        select(Product, sold)
        .join(OrderLine, OrderLine.product_id == Product.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.status == "paid")
        .group_by(Product.id)
        .order_by(sold.desc(), Product.name)
        .limit(limit)
    )
    return [(product, units) for product, units in session().execute(query)]


def reserve(product_id: int, quantity: int) -> Product:
    """Take units from stock within the caller's transaction."""
    product = get(product_id)
    taken = session().execute(
        update(Product)
        .where(Product.id == product_id, Product.stock >= quantity)
        .values(stock=Product.stock - quantity)
        .execution_options(synchronize_session="fetch")
    )
    assert isinstance(taken, CursorResult)
    if taken.rowcount == 0:
        raise Conflict(f"{product.name} is out of stock.", sku=product.sku, stock=product.stock)
    return product
