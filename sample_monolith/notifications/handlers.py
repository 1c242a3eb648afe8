"""What happens elsewhere in the shop and is worth a message."""

from typing import Any

from .. import db, events
from . import sender, texts

REVIEW = (
    "SELECT r.stars, p.name AS product FROM reviews r JOIN products p ON p.id = r.product_id"
    " WHERE r.product_id = :product_id AND r.user_id = :user_id"
)


@events.on("order_placed")
def order_placed(order_id: int, **_: Any) -> None:
    sender.about_order("order_placed", order_id)


@events.on("order_cancelled")
def order_cancelled(order_id: int, **_: Any) -> None:
    sender.about_order("order_cancelled", order_id)


@events.on("order_shipped")
def order_shipped(order_id: int, **_: Any) -> None:
    sender.about_order("order_shipped", order_id)


@events.on("review_added")
def review_added(product_id: int, user_id: int, **_: Any) -> None:
    db.session().flush()
    review = db.row(REVIEW, product_id=product_id, user_id=user_id)
    if review is not None:
        sender.notify(user_id, "review_added", *texts.render("review_added", **review))
