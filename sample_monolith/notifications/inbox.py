"""The inbox of a user, the channels they want, and their devices."""

from typing import Any

from .. import clock, db
from ..errors import NotFound
from ..paging import Page

# The order's status stands next to a message, so that old ones do not alarm anybody.
LIST = (
    "SELECT n.id, n.order_id, n.kind, n.title, n.body, n.created_at, n.read_at, o.status AS order_status"
    " FROM notifications n LEFT JOIN orders o ON o.id = n.order_id"
)

MARK = "UPDATE notifications SET read_at = COALESCE(read_at, :now) WHERE user_id = :user_id"

SAVE_SETTINGS = (
    "INSERT INTO notification_settings (user_id, email, push) VALUES (:user_id, :email, :push)"
    " ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, push = excluded.push"
)

# A phone that changes hands keeps its token: the messages must go to its new owner only.
ADD_DEVICE = (
    "INSERT INTO devices (user_id, platform, push_token, created_at)"
    " VALUES (:user_id, :platform, :push_token, :created_at)"
    " ON CONFLICT (push_token) DO UPDATE SET user_id = excluded.user_id, platform = excluded.platform"
    " RETURNING id, platform, push_token, created_at"
)


def messages(user_id: int, page: Page, unread_only: bool) -> tuple[list[dict[str, Any]], int]:
    where = " WHERE n.user_id = :user_id"
    if unread_only:
        where += " AND n.read_at IS NULL"
    newest_first = f"{LIST}{where} ORDER BY n.id DESC LIMIT :limit OFFSET :offset"
    items = db.rows(newest_first, user_id=user_id, limit=page.size, offset=page.offset)
    return items, db.scalar(f"SELECT COUNT(*) FROM notifications n{where}", user_id=user_id)


def unread(user_id: int) -> int:
    sql = "SELECT COUNT(*) FROM notifications WHERE user_id = :user_id AND read_at IS NULL"
    return int(db.scalar(sql, user_id=user_id))


def mark_read(user_id: int, notification_id: int) -> None:
    if not db.execute(f"{MARK} AND id = :id", user_id=user_id, id=notification_id, now=clock.now()):
        raise NotFound(f"There is no notification {notification_id}.")


def mark_all_read(user_id: int) -> int:
    """The number of messages that were unread until now."""
    return db.execute(f"{MARK} AND read_at IS NULL", user_id=user_id, now=clock.now())


def settings_of(user_id: int) -> dict[str, Any]:
    """The channels of a user, all on until they say otherwise, and the devices."""
    kept = db.row("SELECT email, push FROM notification_settings WHERE user_id = :user_id", user_id=user_id)
    devices = db.rows(
        "SELECT id, platform, created_at FROM devices WHERE user_id = :user_id ORDER BY id", user_id=user_id
    )
    return {**(kept or {"email": 1, "push": 1}), "devices": devices}


def save_settings(user_id: int, email: int, push: int) -> None:
    db.execute(SAVE_SETTINGS, user_id=user_id, email=email, push=push)


def add_device(user_id: int, platform: str, push_token: str) -> dict[str, Any]:
    values = {"user_id": user_id, "platform": platform, "push_token": push_token}
    return db.rows(ADD_DEVICE, **values, created_at=clock.now())[0]


def remove_device(user_id: int, device_id: int) -> None:
    sql = "DELETE FROM devices WHERE id = :id AND user_id = :user_id"
    if not db.execute(sql, id=device_id, user_id=user_id):
        raise NotFound(f"There is no device {device_id}.")
