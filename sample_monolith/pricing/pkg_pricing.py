"""The routines of the PL/SQL package pkg_pricing, for databases without PL/SQL."""

from .. import clock, db
from ..errors import NotFound, Unprocessable
from . import coupons, engine

CLOSE = "UPDATE promotions SET ends_at = :now WHERE id = :id AND ends_at > :now"


def price_for(p_product_id: int, p_user_id: int | None) -> int:
    return engine.price_of(p_product_id, p_user_id)


def coupon_discount(p_code: str, p_subtotal_cents: int) -> int:
    """What a code takes off; nothing for a code that cannot be used."""
    try:
        return coupons.discount(coupons.find(p_code), p_subtotal_cents)
    except (NotFound, Unprocessable):
        return 0


def close_promotion(p_promotion_id: int) -> int:
    """Ends a promotion now: 1, or 0 when it had ended or never was."""
    return db.execute(CLOSE, id=p_promotion_id, now=clock.now())
