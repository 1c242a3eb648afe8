"""Promotions: so many percent off a product or a whole category, for a time."""

from typing import Any

from .. import clock, db
from ..errors import NotFound, Unprocessable

RUNNING = " m.starts_at <= :now AND m.ends_at > :now"

PERCENTS = (
    "SELECT m.percent_off FROM promotions m"
    " WHERE (m.product_id = :product_id OR m.category_id = :category_id) AND"
    f"{RUNNING}"
    " ORDER BY m.percent_off DESC, m.id"
)

LIST = (
    "SELECT m.id, m.name, c.slug AS category, p.sku, m.percent_off, m.starts_at, m.ends_at"
    " FROM promotions m"
    " LEFT JOIN categories c ON c.id = m.category_id"
    " LEFT JOIN products p ON p.id = m.product_id"
)

INSERT = (
    "INSERT INTO promotions (name, category_id, product_id, percent_off, starts_at, ends_at)"
    " VALUES (:name, :category_id, :product_id, :percent_off, :starts_at, :ends_at)"
    " RETURNING id"
)


def percents(product_id: int, category_id: int) -> list[int]:
    """What the promotions that run now take off a product, the most first."""
    found = db.rows(PERCENTS, product_id=product_id, category_id=category_id, now=clock.now())
    return [row["percent_off"] for row in found]


def running(day: str | None = None) -> list[dict[str, Any]]:
    """The promotions that run now, or ran at noon of a day."""
    now = clock.now() if day is None else f"{day}T12:00:00"
    return db.rows(f"{LIST} WHERE{RUNNING} ORDER BY m.percent_off DESC, m.id", now=now)


def find(promotion_id: int) -> dict[str, Any]:
    found = db.row(f"{LIST} WHERE m.id = :id", id=promotion_id)
    if found is None:
        raise NotFound(f"There is no promotion {promotion_id}.")
    return found


def create(fields: dict[str, Any]) -> dict[str, Any]:
    """A promotion on either a category or a product."""
    if (fields["category_id"] is None) == (fields["product_id"] is None):
        raise Unprocessable("A promotion is for either a category or a product.", field="category")
    if fields["ends_at"] <= fields["starts_at"]:
        raise Unprocessable("A promotion cannot end before it starts.", field="ends_at")
    return find(db.scalar(INSERT, **fields))
