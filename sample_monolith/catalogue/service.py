"""Products and categories."""

from typing import Any

from sqlalchemy import func, select

from .. import cache, clock, db, events
from ..db import session
from ..errors import Conflict, NotFound, Unprocessable
from ..inventory import stock
from ..orders.models import Order, OrderLine
from ..pricing import engine
from ..users.models import User
from . import images, reviews
from .models import Category, Product

SOLD = ("paid", "shipped", "delivered")
NEW_STOCK_ITEM = "INSERT INTO stock_items (product_id) VALUES (:product_id)"


def get(product_id: int) -> Product:
    product = session().get(Product, product_id)
    if product is None:
        raise NotFound(f"There is no product {product_id}.")
    return product


def by_sku(sku: str) -> Product:
    product = session().scalars(select(Product).where(Product.sku == sku)).first()
    if product is None:
        raise NotFound(f"There is no product {sku}.")
    return product


def category(slug: str) -> Category:
    found = session().scalars(select(Category).where(Category.slug == slug)).first()
    if found is None:
        raise Unprocessable(f"There is no category {slug}.", field="category")
    return found


def categories() -> list[dict[str, Any]]:
    query = (
        select(Category.slug, Category.name, func.count(Product.id).label("products"))
        .join(Product, (Product.category_id == Category.id) & (Product.active == 1), isouter=True)
        .group_by(Category.id, Category.slug, Category.name)
        .order_by(Category.name)
    )
    return [dict(row) for row in session().execute(query).mappings()]


def newest(limit: int) -> list[Product]:
    query = select(Product).where(Product.active == 1).order_by(Product.created_at.desc(), Product.id.desc())
    return list(session().scalars(query.limit(limit)))


def best_sellers(limit: int) -> list[tuple[Product, int]]:
    """The products of which most units were paid, with these units."""
    sold = func.sum(OrderLine.quantity).label("sold")
    query = (
        select(OrderLine.product_id, sold)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(Order.status.in_(SOLD), Product.active == 1)
        .group_by(OrderLine.product_id)
        .order_by(sold.desc(), OrderLine.product_id.desc())
        .limit(limit)
    )
    return [(get(product_id), int(units)) for product_id, units in session().execute(query)]


def as_json(product: Product, user: User | None) -> dict[str, Any]:
    """A product as the app lists it, at the price of whoever asks."""
    stars, count = reviews.rating(product.id)
    return {
        "id": product.id,
        "sku": product.sku,
        "name": product.name,
        "category": product.category.slug,
        "price_cents": engine.price_of(product.id, user.id if user else None),
        "list_price_cents": product.price_cents,
        "stars": stars,
        "reviews": count,
        "stock": stock.available(product.id),
        "image": images.first(product.id),
    }


def details(product: Product, user: User | None) -> dict[str, Any]:
    """What the app's page of one product shows."""
    return {
        **as_json(product, user),
        "description": product.description,
        "weight_grams": product.weight_grams,
        "active": product.active,
        "images": [images.as_json(image) for image in product.images],
    }


def product_card(product_id: int) -> dict[str, Any]:
    """The little that carousels and lists of the app need of a product; it may be a minute old."""
    key = f"product:{product_id}"
    card: dict[str, Any] | None = cache.get_json(key)
    if card is None:
        product = get(product_id)
        card = {
            "id": product.id,
            "sku": product.sku,
            "name": product.name,
            "image": images.first(product.id),
            "list_price_cents": product.price_cents,
        }
        cache.set_json(key, card)
    return card


def create(fields: dict[str, Any], quantity: int, user_id: int) -> Product:
    """A new product with its place in the warehouse, and what lies there from the start."""
    if session().scalar(select(Product.id).where(Product.sku == fields["sku"])) is not None:
        raise Conflict(f"The SKU {fields['sku']} is taken.", field="sku")
    product = Product(**fields)
    session().add(product)
    session().flush()
    db.execute(NEW_STOCK_ITEM, product_id=product.id)
    if quantity:
        stock.receive(product.id, quantity, user_id)
    return product


def update(product: Product, fields: dict[str, Any], user_id: int | None = None) -> None:
    """Changes fields of a product. Its card in the cache goes; the next reader makes a new one."""
    for name, value in fields.items():
        setattr(product, name, value)
    product.updated_at = clock.now()
    session().flush()
    cache.delete(f"product:{product.id}")
    detail = ", ".join(f"{name}={value}" for name, value in fields.items() if name != "description")
    events.emit("product_changed", product_id=product.id, user_id=user_id, detail=detail)


def set_active(product_id: int, active: bool, user_id: int | None = None) -> Product:
    """Products that were ordered once cannot be deleted; they are taken out of the shop window instead."""
    product = get(product_id)
    update(product, {"active": int(active)}, user_id)
    return product
