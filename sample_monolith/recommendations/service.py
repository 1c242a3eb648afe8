"""What a customer may like, from what they bought, put into the cart and looked at."""

from typing import Any

from .. import clock, db
from ..catalogue import service as catalogue
from ..pricing import engine
from . import model

DAYS = 30
WEIGHTS = {"bought": 1.0, "cart": 2.0, "seen": 0.5}

# Everything we know of a taste; one product can come from several places.
TASTE = (
    "SELECT p.sku, 'bought' AS how FROM products p JOIN order_lines l ON l.product_id = p.id"
    " JOIN orders o ON o.id = l.order_id WHERE o.user_id = :user_id AND o.status <> 'cancelled'"
    " UNION SELECT p.sku, 'cart' FROM products p JOIN cart_items i ON i.product_id = p.id"
    " JOIN carts c ON c.id = i.cart_id WHERE c.user_id = :user_id"
    " UNION SELECT p.sku, 'seen' FROM products p JOIN product_views v ON v.product_id = p.id"
    " WHERE v.user_id = :user_id AND v.viewed_at >= :since"
)

SKUS_OF_ORDER = (
    "SELECT p.sku FROM order_lines l JOIN products p ON p.id = l.product_id"
    " WHERE l.order_id = :order_id ORDER BY p.sku"
)

IN_STOCK = " JOIN stock_available s ON s.product_id = p.id WHERE p.active = 1 AND s.available > 0"

POPULAR = (
    "SELECT p.id, p.sku, p.category_id, COALESCE(SUM(d.units), 0) AS units FROM products p"
    f" LEFT JOIN daily_sales d ON d.product_id = p.id AND d.day >= :since{IN_STOCK}"
    " GROUP BY p.id, p.sku, p.category_id"
)

RECENT = (
    "SELECT v.product_id, MAX(v.viewed_at) AS viewed_at FROM product_views v"
    " JOIN products p ON p.id = v.product_id WHERE v.user_id = :user_id AND p.active = 1"
    " GROUP BY v.product_id ORDER BY MAX(v.id) DESC LIMIT :limit"
)

INSERT_VIEW = (
    "INSERT INTO product_views (user_id, product_id, viewed_at) VALUES (:user_id, :product_id, :viewed_at)"
)

# What is bought need not be offered again as "recently viewed".
FORGET_VIEWS = (
    "DELETE FROM product_views WHERE user_id = :user_id"
    " AND product_id IN (SELECT product_id FROM order_lines WHERE order_id = :order_id)"
)


def for_user(user_id: int, limit: int) -> list[dict[str, Any]]:
    """Products for the start page of a customer; for a new customer what others buy."""
    taste: dict[str, float] = {}
    for row in db.rows(TASTE, user_id=user_id, since=clock.in_days(-DAYS)):
        taste[row["sku"]] = taste.get(row["sku"], 0.0) + WEIGHTS[row["how"]]
    return _offers(taste, limit, user_id)


def for_product(product_id: int, limit: int, user_id: int | None = None) -> list[dict[str, Any]]:
    """Products that are bought together with one, then popular ones of its category."""
    product = catalogue.get(product_id)
    return _offers({product.sku: 1.0}, limit, user_id, product.category_id)


def recent(user_id: int, limit: int) -> list[dict[str, Any]]:
    """What a customer looked at last."""
    views = db.rows(RECENT, user_id=user_id, limit=limit)
    return [{**catalogue.product_card(view["product_id"]), "viewed_at": view["viewed_at"]} for view in views]


def record_view(user_id: int, product_id: int) -> None:
    catalogue.get(product_id)
    db.execute(INSERT_VIEW, user_id=user_id, product_id=product_id, viewed_at=clock.now())


def forget_views(user_id: int, order_id: int) -> None:
    db.execute(FORGET_VIEWS, user_id=user_id, order_id=order_id)


def learn_purchase(order_id: int) -> None:
    """A paid order counts at once, in this process; the hourly training makes it last."""
    skus = [row["sku"] for row in db.rows(SKUS_OF_ORDER, order_id=order_id)]
    model.current().learn(skus)


def _offers(
    basket: dict[str, float], limit: int, user_id: int | None, category_id: int | None = None
) -> list[dict[str, Any]]:
    """What goes with a basket and is in stock, filled up with best sellers."""
    scored = [sku for sku, _ in model.current().score(basket)]
    matching = _in_stock(scored) if scored else {}
    chosen = {matching[sku]: "bought_together" for sku in scored if sku in matching}
    if len(chosen) < limit:
        for product in _popular(limit + len(basket) + len(chosen), category_id):
            if product["sku"] not in basket:
                chosen.setdefault(product["id"], "popular")
    cards = []
    for product_id, reason in list(chosen.items())[:limit]:
        price = engine.price_of(product_id, user_id)
        cards.append({**catalogue.product_card(product_id), "price_cents": price, "reason": reason})
    return cards


def _in_stock(skus: list[str]) -> dict[str, int]:
    names = {f"sku{position}": sku for position, sku in enumerate(skus)}
    marks = ", ".join(f":{name}" for name in names)
    found = db.rows(f"SELECT p.id, p.sku FROM products p{IN_STOCK} AND p.sku IN ({marks})", **names)
    return {row["sku"]: row["id"] for row in found}


def _popular(limit: int, category_id: int | None) -> list[dict[str, Any]]:
    """The best sellers of the last weeks; with a category, its products come first."""
    order = "units DESC, p.id"
    values: dict[str, Any] = {"since": clock.in_days(-DAYS)[:10], "limit": limit}
    if category_id is not None:
        order = f"CASE WHEN p.category_id = :category_id THEN 0 ELSE 1 END, {order}"
        values["category_id"] = category_id
    return db.rows(f"{POPULAR} ORDER BY {order} LIMIT :limit", **values)
