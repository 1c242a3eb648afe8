"""Writes messages for customers and has them delivered."""

import logging

from .. import clock, db
from ..orders import numbers
from . import tasks, texts

log = logging.getLogger(__name__)

INSERT = (
    "INSERT INTO notifications (user_id, order_id, kind, title, body, created_at)"
    " VALUES (:user_id, :order_id, :kind, :title, :body, :created_at) RETURNING id"
)


def notify(user_id: int, kind: str, title: str, body: str, order_id: int | None = None) -> int:
    """Puts a message into the inbox of a user, and sends it by push and mail; its id."""
    db.session().flush()
    values = {"user_id": user_id, "order_id": order_id, "kind": kind, "title": title, "body": body}
    notification_id: int = db.scalar(INSERT, **values, created_at=clock.now())
    try:
        tasks.deliver.delay(notification_id)
    except Exception:
        # The message is in the inbox anyway, and no order may fail because the broker is away.
        log.debug("notification %s is not delivered", notification_id)
    return notification_id


def order_paid(order_id: int, user_id: int) -> None:
    about_order("order_paid", order_id, user_id)


def about_order(kind: str, order_id: int, user_id: int | None = None) -> None:
    """Tells the customer of an order, or somebody else, how the order stands."""
    db.session().flush()
    facts = db.row(db.query("notifications/order_facts"), order_id=order_id)
    if facts is None:
        return
    total = f"{facts['total_cents'] / 100:,.2f} {facts['currency']}"
    title, body = texts.render(kind, **facts, number=numbers.order_number(order_id), total=total)
    notify(user_id or facts["user_id"], kind, title, body, order_id)
