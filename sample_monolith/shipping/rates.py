"""What it costs to send a parcel."""

from typing import Any

from .. import cache, db
from ..errors import Unprocessable

RATES = "SELECT max_grams, price_cents, days FROM shipping_rates WHERE country = :country ORDER BY max_grams"


def price(country: str, grams: int) -> int:
    """What an order costs to send. What is too heavy for one parcel goes in several."""
    rates = _rates(country)
    heaviest = rates[-1]
    full, rest = divmod(grams, heaviest["max_grams"])
    cents = full * heaviest["price_cents"]
    if rest or not full:
        cents += next(rate["price_cents"] for rate in rates if rate["max_grams"] >= rest)
    return int(cents)


def options(country: str, grams: int) -> list[dict[str, Any]]:
    """The parcels that such a weight fits into, the smallest first; none when it needs several."""
    return [rate for rate in _rates(country) if rate["max_grams"] >= grams]


def _rates(country: str) -> list[dict[str, Any]]:
    """The rates of a country. They change once a year, so they may well be a minute old."""
    key = f"rates:{country}"
    rates: list[dict[str, Any]] | None = cache.get_json(key)
    if rates is None:
        rates = db.rows(RATES, country=country)
        if not rates:
            raise Unprocessable(f"We do not ship to {country}.", field="country")
        cache.set_json(key, rates)
    return rates
