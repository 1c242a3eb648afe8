"""What a product costs a customer at this moment, and what a basket comes to.

Prices are never kept: promotions begin and end by the clock, and loyalty points change with every order.
"""

from typing import NamedTuple

from .. import db, settings
from . import coupons, promotions

LOYALTY_POINTS = 500
LOYALTY_PERCENT = 2

POINTS = "SELECT loyalty_points FROM users WHERE id = :user_id"


class QuoteLine(NamedTuple):
    product_id: int
    quantity: int
    unit_price_cents: int


class Quote(NamedTuple):
    """A priced basket, before shipping. The discount is the coupon's alone: promotions are in the lines."""

    lines: list[QuoteLine]
    subtotal_cents: int
    discount_cents: int
    coupon_id: int | None

    @property
    def total_cents(self) -> int:
        return self.subtotal_cents - self.discount_cents


def price_of(product_id: int, user_id: int | None) -> int:
    """The price of one unit; for a visitor without an account `user_id` is None."""
    from ..catalogue import service as catalogue

    product = catalogue.get(product_id)
    percents = promotions.percents(product.id, product.category_id)
    price: int = discount(product.price_cents, percents)
    points = db.scalar(POINTS, user_id=user_id) if user_id else None
    return _less(price, LOYALTY_PERCENT) if (points or 0) >= LOYALTY_POINTS else price


def quote(items: list[tuple[int, int]], user_id: int | None, coupon_code: str | None = None) -> Quote:
    """Prices (product, quantity) pairs. Raises what `coupons.find` raises for a code that cannot be used."""
    lines = [QuoteLine(product_id, quantity, price_of(product_id, user_id)) for product_id, quantity in items]
    subtotal = sum(line.quantity * line.unit_price_cents for line in lines)
    if not coupon_code:
        return Quote(lines, subtotal, 0, None)
    coupon = coupons.find(coupon_code)
    return Quote(lines, subtotal, coupons.discount(coupon, subtotal), coupon["id"])


def _stacked(price_cents: int, percents: list[int]) -> int:
    """Promotions add up, each on what the one before has left: 10 % and 10 % make 19 %."""
    for percent in percents:
        price_cents = _less(price_cents, percent)
    return price_cents


def _best(price_cents: int, percents: list[int]) -> int:
    """The rules until 2023: only the best promotion counts."""
    return _less(price_cents, max(percents, default=0))


discount = _stacked if settings.STACKED_DISCOUNTS else _best


def _less(price_cents: int, percent: int) -> int:
    """Rounded in favour of the shop, as TRUNC in pkg_pricing does."""
    return price_cents - price_cents * percent // 100
