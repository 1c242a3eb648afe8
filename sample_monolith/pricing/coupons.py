"""Coupons: codes that take something off the total of an order."""

from typing import Any

from .. import clock, db
from ..errors import Conflict, NotFound, Unprocessable

FIND = (
    "SELECT c.id, c.code, c.percent_off, c.amount_off_cents, c.min_total_cents, c.max_uses, c.expires_at,"
    " (SELECT COUNT(*) FROM coupon_uses u WHERE u.coupon_id = c.id) AS uses"
    " FROM coupons c WHERE c.code = :code"
)

# Counts and writes in one statement, so that the last use of a coupon is not given to two orders.
USE = (
    "INSERT INTO coupon_uses (coupon_id, user_id, order_id, used_at)"
    " SELECT c.id, :user_id, :order_id, CAST(:used_at AS VARCHAR(19)) FROM coupons c"
    " WHERE c.id = :coupon_id"
    " AND (SELECT COUNT(*) FROM coupon_uses u WHERE u.coupon_id = c.id) < c.max_uses"
)

RELEASE = "DELETE FROM coupon_uses WHERE order_id = :order_id"


def find(code: str) -> dict[str, Any]:
    """The coupon of a code. Raises NotFound, and Unprocessable when it cannot be used any more."""
    coupon = db.row(FIND, code=code.strip().upper())
    if coupon is None:
        raise NotFound(f"There is no coupon {code}.", field="coupon")
    if coupon["expires_at"] <= clock.now():
        raise Unprocessable(f"The coupon {coupon['code']} has expired.", field="coupon")
    if coupon["uses"] >= coupon["max_uses"]:
        raise Unprocessable(f"The coupon {coupon['code']} is used up.", field="coupon")
    return coupon


def discount(coupon: dict[str, Any], subtotal_cents: int) -> int:
    """What the coupon takes off: its percentage and its amount, at most everything."""
    if subtotal_cents < coupon["min_total_cents"]:
        return 0
    off = subtotal_cents * coupon["percent_off"] // 100 + coupon["amount_off_cents"]
    return min(off, subtotal_cents)


def use(coupon_id: int, user_id: int, order_id: int) -> None:
    used = db.execute(USE, coupon_id=coupon_id, user_id=user_id, order_id=order_id, used_at=clock.now())
    if not used:
        raise Conflict("The coupon is used up.", coupon_id=coupon_id)


def release(order_id: int) -> None:
    """A cancelled order gives its coupon back."""
    db.execute(RELEASE, order_id=order_id)
