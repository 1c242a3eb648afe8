"""What customers think of products."""

from typing import Any

from sqlalchemy import func, select

from .. import db, events
from ..db import session
from ..errors import Conflict, Forbidden
from ..paging import Page
from ..users.models import User
from .models import Product, Review

RATING = "SELECT AVG(stars) AS stars, COUNT(*) AS reviews FROM reviews WHERE product_id = :product_id"

BOUGHT = (
    "SELECT COUNT(*) FROM orders o JOIN order_lines l ON l.order_id = o.id"
    " WHERE o.user_id = :user_id AND l.product_id = :product_id AND o.status NOT IN ('pending', 'cancelled')"
)


def rating(product_id: int) -> tuple[float, int]:
    """Average stars and the number of reviews; 0 stars without any."""
    found = db.row(RATING, product_id=product_id) or {}
    return round(float(found.get("stars") or 0), 1), found.get("reviews", 0)


def of_product(product_id: int, page: Page) -> tuple[list[Review], int]:
    query = select(Review).where(Review.product_id == product_id).order_by(Review.id.desc())
    total = session().scalar(select(func.count(Review.id)).where(Review.product_id == product_id)) or 0
    return list(session().scalars(query.limit(page.size).offset(page.offset))), total


def add(product: Product, user: User, stars: int, body: str) -> Review:
    """One review for each customer, and only of what they have paid for."""
    if not db.scalar(BOUGHT, user_id=user.id, product_id=product.id):
        raise Forbidden("Only customers who bought this product can review it.", sku=product.sku)
    query = select(Review.id).where(Review.product_id == product.id, Review.user_id == user.id)
    if session().scalar(query) is not None:
        raise Conflict("You have reviewed this product already.", sku=product.sku)
    review = Review(product_id=product.id, user_id=user.id, stars=stars, body=body)
    session().add(review)
    session().flush()
    events.emit("review_added", product_id=product.id, user_id=user.id, stars=stars)
    return review


def as_json(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "product_id": review.product_id,
        "author": review.user.name,
        "stars": review.stars,
        "body": review.body,
        "created_at": review.created_at,
    }
