"""What the staff does that the app cannot: prices in bulk, imports, doubled accounts."""

import csv
import io
from typing import Any

from .. import clock, db
from ..catalogue import service as catalogue
from ..errors import BadRequest, Conflict, Unprocessable
from ..inventory import stock
from ..orders import numbers
from ..users import service as users
from . import audit, nightly

BY_STATUS = "SELECT status, COUNT(*) AS orders, SUM(total_cents) AS cents FROM orders GROUP BY status"

ORDERS = (
    "SELECT o.id, u.name, u.email, a.country, o.status, o.total_cents, v.paid_cents, s.tracking_code"
    " FROM orders o"
    " JOIN users u ON u.id = o.user_id"
    " JOIN addresses a ON a.id = o.address_id"
    " JOIN order_payments v ON v.order_id = o.id"
    " LEFT JOIN shipments s ON s.order_id = o.id"
)
PRODUCTS = (
    "SELECT p.id, p.sku, p.name, p.price_cents, p.active, c.slug AS category, s.available, r.reviews,"
    " CAST(r.stars AS REAL) AS stars"
    " FROM products p"
    " JOIN categories c ON c.id = p.category_id"
    " JOIN product_ratings r ON r.product_id = p.id"
    " LEFT JOIN stock_available s ON s.product_id = p.id"
    " WHERE LOWER(p.name) LIKE :words OR LOWER(p.sku) LIKE :words ORDER BY p.sku"
)
REPRICE = (
    "UPDATE products SET price_cents = (price_cents * (100 + :percent) + 50) / 100, updated_at = :now"
    " WHERE active = 1"
)
CATEGORY = "SELECT id FROM categories WHERE slug = :slug"
SAVE_PRODUCT = (
    "INSERT INTO products"
    " (category_id, sku, name, description, price_cents, weight_grams, created_at, updated_at)"
    " VALUES (:category_id, :sku, :name, :description, :price_cents, :weight_grams, :now, :now)"
    " ON CONFLICT (sku) DO UPDATE SET category_id = excluded.category_id, name = excluded.name,"
    " description = excluded.description, price_cents = excluded.price_cents,"
    " weight_grams = excluded.weight_grams, updated_at = excluded.updated_at"
    " RETURNING id"
)
# For products that have a place already the warehouse knows better than a list of products.
SAVE_STOCK = (
    "INSERT INTO stock_items (product_id, on_hand) VALUES (:product_id, :on_hand)"
    " ON CONFLICT (product_id) DO NOTHING"
)
COLUMNS = {"sku", "name", "category", "description", "price_cents", "weight_grams", "stock"}

# The tables whose rows belong to a customer; what somebody did as staff stays where it is.
OWNED = "addresses orders reviews coupon_uses payments devices notifications product_views".split()

# Of these a user has one at most, or one for each product: the account that stays keeps its own.
DROPPED = (
    "DELETE FROM reviews WHERE user_id = :old AND product_id IN"
    " (SELECT r.product_id FROM reviews r WHERE r.user_id = :new)",
    "DELETE FROM cart_items WHERE cart_id IN (SELECT c.id FROM carts c WHERE c.user_id = :old)",
    "DELETE FROM carts WHERE user_id = :old",
    "DELETE FROM notification_settings WHERE user_id = :old",
    "DELETE FROM api_tokens WHERE user_id = :old",
    "UPDATE addresses SET is_default = 0 WHERE user_id = :old",
)
CLOSE_ACCOUNT = "UPDATE users SET email = :email, password_hash = '!', loyalty_points = 0 WHERE id = :id"


def dashboard() -> dict[str, Any]:
    by_status = db.rows(f"{BY_STATUS} ORDER BY status")
    return {"by_status": by_status, "low": stock.low(), "jobs": nightly.jobs(5)}


def orders(status: str, limit: int = 50) -> list[dict[str, Any]]:
    where, values = (" WHERE o.status = :status", {"status": status}) if status else ("", {})
    found = db.rows(f"{ORDERS}{where} ORDER BY o.id DESC LIMIT {limit}", **values)
    return [{**order, "number": numbers.order_number(order["id"])} for order in found]


def products(words: str) -> list[dict[str, Any]]:
    return db.rows(PRODUCTS, words=f"%{words.lower()}%")


def customers(words: str, limit: int = 50) -> list[dict[str, Any]]:
    """Customers by a part of their name or address; a colon would be taken for a placeholder."""
    words = words.lower().replace(":", " ")
    sql = (
        "SELECT u.id, u.name, u.email, u.loyalty_points, COUNT(o.id) AS orders,"
        " COALESCE(SUM(o.total_cents), 0) AS spent_cents"
        " FROM users u LEFT JOIN orders o ON o.user_id = u.id AND o.status <> 'cancelled'"
        " WHERE LOWER(u.name) LIKE '%" + words + "%' OR LOWER(u.email) LIKE '%" + words + "%'"
        " GROUP BY u.id, u.name, u.email, u.loyalty_points"
    )
    return db.rows(f"{sql} ORDER BY u.name, u.id LIMIT {limit}")


def search(words: str) -> dict[str, Any]:
    """Everything that the one search field of the staff's app may mean."""
    found = db.rows(f"{ORDERS} WHERE o.id = :id", id=numbers.order_id(words) or 0)
    return {"customers": customers(words, 20), "products": products(words)[:20], "orders": found}


def set_price(product_id: int, cents: int, user_id: int) -> None:
    if cents < 1:
        raise Unprocessable("A price is at least one cent.", field="price_cents")
    catalogue.update(catalogue.get(product_id), {"price_cents": cents}, user_id)


def reprice(percent: int, category: str, skus: list[str], user_id: int) -> int:
    """Changes list prices by so many percent, rounded to a cent; the number of products."""
    if not category and not skus:
        raise BadRequest("Name a category or products.", field="category")
    sql, values = REPRICE, {"percent": percent, "now": clock.now()}
    if category:
        sql += f" AND category_id = ({CATEGORY})"
        values["slug"] = category
    if skus:
        sql += f" AND sku IN ({', '.join(f':sku{position}' for position in range(len(skus)))})"
        values |= {f"sku{position}": sku for position, sku in enumerate(skus)}
    changed = db.rows(f"{sql} RETURNING id", **values)
    for row in changed:
        audit.write(user_id, "reprice", "product", row["id"], f"{percent:+} %")
    return len(changed)


def import_products(text: str, user_id: int) -> dict[str, int]:
    """Adds and changes products from CSV text with a heading. One bad line, and nothing is imported."""
    reader = csv.DictReader(io.StringIO(text))
    if missing := COLUMNS - set(reader.fieldnames or ()):
        raise BadRequest(f"Columns are missing: {', '.join(sorted(missing))}.")
    counts = {"added": 0, "changed": 0}
    for line in reader:
        counts[_import(line, reader.line_num)] += 1
    audit.write(user_id, "import", "product", 0, f"{counts['added']} added, {counts['changed']} changed")
    return counts


def _import(line: dict[str, str], number: int) -> str:
    values: dict[str, Any] = {name: line[name] for name in ("sku", "name", "description")}
    try:
        values |= {name: int(line[name]) for name in ("price_cents", "weight_grams")}
        on_hand = int(line["stock"])
    except (TypeError, ValueError):
        raise Unprocessable(f"Line {number}: price, weight and stock are numbers.", line=number) from None
    values["category_id"] = db.scalar(CATEGORY, slug=line["category"])
    if not all(values[name] for name in values if name != "description") or on_hand < 0:
        raise Unprocessable(f"Line {number}: a value is missing or unknown.", line=number)
    product_id = db.scalar(SAVE_PRODUCT, **values, now=clock.now())
    return "added" if db.execute(SAVE_STOCK, product_id=product_id, on_hand=on_hand) else "changed"


def merge_customers(old_id: int, new_id: int, user_id: int) -> dict[str, int]:
    """Gives everything that one account owns to another one and closes it; the rows by table."""
    old, new = users.get(old_id), users.get(new_id)
    if old_id == new_id or old.is_staff or new.is_staff:
        raise Conflict("Only two accounts of customers can be merged.")
    points, email = old.loyalty_points, old.email
    moved = {}
    for sql in DROPPED:
        db.execute(sql, old=old_id, new=new_id)
    for table in OWNED:
        sql = f"UPDATE {table} SET user_id = :new WHERE user_id = :old"
        moved[table] = db.execute(sql, old=old_id, new=new_id)
    users.add_points(new_id, points)
    db.execute(CLOSE_ACCOUNT, id=old_id, email=f"merged-{old_id}@{email.rpartition('@')[2]}")
    audit.write(user_id, "merge", "user", new_id, f"{email} into {new.email}")
    return moved
