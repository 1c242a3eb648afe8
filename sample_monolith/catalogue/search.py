"""Finding products: for the app's lists and for the shop window."""

from typing import Any

from sqlalchemy import func, or_, select, text

from .. import db
from ..db import session
from ..paging import Page
from .models import Category, Product

SORTS = ("name", "price", "-price")

WINDOW = (
    "SELECT p.id, p.sku, p.name, p.description, p.price_cents, c.slug AS category"
    " FROM products p"
    " JOIN categories c ON c.id = p.category_id"
    " WHERE p.active = 1"
)


def search(page: Page, category: str, words: str, sort: str, sku: str = "") -> tuple[list[Product], int]:
    """One page of the active products, and how many there are."""
    conditions = [Product.active == 1]
    if category:
        conditions.append(Product.category.has(Category.slug == category))
    if words:
        conditions.append(or_(Product.name.icontains(words), Product.description.icontains(words)))
    if sku:
        conditions.append(Product.sku == sku)
    total = session().scalar(select(func.count(Product.id)).where(*conditions)) or 0
    column, direction = sort.removeprefix("-"), "DESC" if sort.startswith("-") else "ASC"
    order = text(f"products.{column.replace('price', 'price_cents')} {direction}, products.id")
    query = select(Product).where(*conditions).order_by(order).limit(page.size).offset(page.offset)
    return list(session().scalars(query)), total


def window(order: str, words: str, category: str = "") -> list[dict[str, Any]]:
    """The products of the shop window. `order` is a column of products, with ASC or DESC when wanted."""
    sql, values = WINDOW, {}
    if category:
        sql += " AND c.slug = :category"
        values["category"] = category
    if words:
        sql += " AND (LOWER(p.name) LIKE :words OR LOWER(p.description) LIKE :words)"
        values["words"] = f"%{words.lower()}%"
    sql += f" ORDER BY p.{order} LIMIT 24"
    return db.rows(sql, **values)
