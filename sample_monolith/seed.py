"""What a new shop starts with: the assortment, a few people, and two months of business."""

import csv
from collections import Counter
from typing import Any, NamedTuple

from . import clock, db, settings
from .catalogue.models import Category, Product
from .notifications import texts
from .orders.numbers import order_number
from .pricing import engine
from .reports import sales
from .shipping import rates
from .users.auth import hash_password
from .users.models import Address, User

# The list as the back office imports it, too.
PRODUCTS = db.PACKAGE / "products.csv"

CATEGORIES = {
    "cases": "Cases",
    "chargers": "Chargers & power banks",
    "cables": "Cables",
    "audio": "Audio",
    "mounts": "Mounts & stands",
    "wearables": "Watches & straps",
}

STAFF = ("staff@mobia.example", "Marta Silva", "staff-password")

# email, name, street, postcode, city, country, platform of the phone
CUSTOMERS = [
    ("ines.castro@example.org", "Inês Castro", "Rua das Flores 12", "4050-265", "Porto", "PT", "ios"),
    ("jonas.weber@example.org", "Jonas Weber", "Lindenallee 7", "50968", "Köln", "DE", "android"),
    ("mira.novak@example.org", "Mira Novak", "Trubarjeva 3", "1000", "Ljubljana", "SI", "android"),
]
CUSTOMER_PASSWORD = "customer-password"

# SKUs of an order, one unit each unless repeated; the orders of the last months go through them in turn
BASKETS = [
    ["CASE-CLR-15", "GLASS-15"],
    ["EAR-BUD-2", "CBL-CC-1", "CHG-USBC-30"],
    ["PWR-10K", "CBL-CC-1", "CBL-CC-1"],
    ["CASE-RUG-16", "GLASS-16", "MNT-CAR-1"],
    ["CHG-USBC-65", "CBL-CC-2", "CBL-CC-3"],
    ["SPK-MINI"],
    ["WTC-FIT-1", "WTC-BAND-S"],
    ["CASE-LEA-16", "GLASS-16", "CHG-QI-15"],
    ["MNT-BIKE-1", "PWR-MAG-5K"],
    ["EAR-OVER-1", "ADP-JACK"],
    ["CBL-CA-1", "CBL-HDMI-2", "MNT-DESK-1"],
]
ORDERS = 44
DAYS_BETWEEN = 1.4

# Where an order stands after so many days
STATUSES = {"delivered": 6, "shipped": 4, "paid": 2, "pending": 0}
SENT = ("shipped", "delivered")

# customer, sku, stars, what they say
REVIEWS = [
    (0, "CASE-CLR-15", 5, "You do not see it, which is the point."),
    (1, "EAR-BUD-2", 4, "Very good on trains. The box scratches easily."),
    (2, "PWR-10K", 5, "Three days in the Julian Alps with one charge."),
    (0, "CASE-RUG-16", 4, "Fell off the bike, the phone did not notice."),
    (1, "CHG-USBC-65", 5, "Replaced three other chargers."),
    (2, "SPK-MINI", 3, "Loud, but no bass at all."),
    (0, "WTC-FIT-1", 4, "The battery really lasts ten days."),
    (1, "CASE-LEA-16", 2, "The magnet is too weak."),
    (1, "CBL-HDMI-2", 5, "Plug it in and it works."),
]

# country, then (most grams, price in cents, days)
RATES = {
    "PT": [(500, 390, 2), (2000, 590, 2), (10000, 1090, 3), (31500, 1990, 4)],
    "DE": [(500, 490, 3), (2000, 690, 3), (10000, 1290, 4), (31500, 2290, 5)],
    "SI": [(500, 590, 4), (2000, 790, 4), (10000, 1490, 5), (31500, 2590, 6)],
    "FR": [(500, 490, 3), (2000, 690, 3), (10000, 1290, 4), (31500, 2290, 5)],
    "US": [(500, 1490, 7), (2000, 2490, 7), (10000, 4990, 9), (31500, 8990, 12)],
}

# code, percent off, cents off, from a subtotal of, days until it expires
COUPONS = [("WELCOME10", 10, 0, 0, 3650), ("FIVER", 0, 500, 2000, 3650), ("EXPIRED", 20, 0, 0, -30)]

# name, category, percent off, days until it starts and ends
PROMOTIONS = [
    ("Weeks of sound", "audio", 10, -60, 3650),
    ("Summer on the bike", "mounts", 15, -120, -90),
]


STOCK_ITEM = (
    "INSERT INTO stock_items (product_id, on_hand, reserved) VALUES (:product_id, :on_hand, :reserved)"
)


class People(NamedTuple):
    staff: User
    customers: list[User]
    addresses: list[Address]


def run() -> None:
    """Fills an empty database and commits."""
    people = _people()
    products = _products()
    _conditions(products)
    stock = _business(people, products)
    _warehouse(people.staff, products, stock)
    _chatter(people, products)
    db.commit()


def _people() -> People:
    email, name, password = STAFF
    staff = User(email=email, name=name, password_hash=hash_password(password), is_staff=1)
    customers, addresses = [], []
    for email, name, line1, postcode, city, country, _ in CUSTOMERS:
        user = User(email=email, name=name, password_hash=hash_password(CUSTOMER_PASSWORD))
        address = Address(user=user, label="Home", line1=line1, city=city, postcode=postcode, country=country)
        address.is_default = 1
        customers.append(user)
        addresses.append(address)
    db.session().add_all([staff, *customers, *addresses])
    db.session().flush()
    return People(staff, customers, addresses)


def _products() -> dict[str, Product]:
    """The products by SKU; `stock` of the list comes later, with the warehouse."""
    categories = {slug: Category(slug=slug, name=name) for slug, name in CATEGORIES.items()}
    long_ago = {"created_at": clock.in_days(-90), "updated_at": clock.in_days(-90)}
    products = {}
    for line in _lines():
        texts_ = {name: line[name] for name in ("sku", "name", "description")}
        numbers = {name: int(line[name]) for name in ("price_cents", "weight_grams")}
        products[line["sku"]] = Product(
            category=categories[line["category"]], **texts_, **numbers, **long_ago
        )
    db.session().add_all(products.values())
    db.session().flush()
    return products


def _conditions(products: dict[str, Product]) -> None:
    """Promotions, coupons and what parcels cost."""
    category_ids = {product.category.slug: product.category_id for product in products.values()}
    for name, slug, percent, starts, ends in PROMOTIONS:
        times = {"starts_at": clock.in_days(starts), "ends_at": clock.in_days(ends)}
        _insert("promotions", name=name, category_id=category_ids[slug], percent_off=percent, **times)
    for code, percent, cents, least, days in COUPONS:
        amounts = {"percent_off": percent, "amount_off_cents": cents, "min_total_cents": least}
        _insert("coupons", code=code, expires_at=clock.in_days(days), **amounts)
    for country, steps in RATES.items():
        for grams, cents, days in steps:
            _insert("shipping_rates", country=country, max_grams=grams, price_cents=cents, days=days)


def _business(people: People, products: dict[str, Product]) -> list[dict[str, Any]]:
    """The orders of the last months with all that belongs to them; their movements of stock."""
    movements: list[dict[str, Any]] = []
    points: Counter[int] = Counter()
    prices = {sku: engine.price_of(product.id, None) for sku, product in products.items()}
    for number in range(ORDERS):
        buyer = number % len(CUSTOMERS)
        basket = Counter(BASKETS[number % len(BASKETS)])
        days = (ORDERS - number) * DAYS_BETWEEN
        order = _order(people.addresses[buyer], days, basket, prices, products)
        if order["status"] != "pending":
            _payment(order)
            _shipment(order, days)
            points[buyer] += order["total_cents"] // 100 * settings.POINTS_PER_EURO
        for sku, quantity in basket.items():
            common = {"product_id": products[sku].id, "order_id": order["id"], "quantity": quantity}
            movements.append({**common, "kind": "reserve", "created_at": order["placed_at"]})
            if order["status"] in SENT:
                movements.append({**common, "kind": "ship", "created_at": clock.in_days(3 - days)})
    for buyer, earned in points.items():
        people.customers[buyer].loyalty_points = earned
    db.session().flush()
    for day in range(int(ORDERS * DAYS_BETWEEN) + 2):
        sales.refresh(clock.in_days(-day)[:10])
    return movements


def _order(
    address: Address, days: float, basket: Counter[str], prices: dict[str, int], products: dict[str, Product]
) -> dict[str, Any]:
    subtotal = sum(quantity * prices[sku] for sku, quantity in basket.items())
    shipping = rates.price(
        address.country, sum(quantity * products[sku].weight_grams for sku, quantity in basket.items())
    )
    order: dict[str, Any] = {
        "user_id": address.user_id,
        "address_id": address.id,
        "status": next(status for status, after in STATUSES.items() if days > after),
        "subtotal_cents": subtotal,
        "shipping_cents": shipping,
        "total_cents": subtotal + shipping,
        "currency": settings.CURRENCY,
        "placed_at": clock.in_days(-days),
    }
    order["id"] = _insert("orders", **order)
    for sku, quantity in basket.items():
        what = {"product_id": products[sku].id, "quantity": quantity, "unit_price_cents": prices[sku]}
        _insert("order_lines", order_id=order["id"], **what)
    _event(order, "placed", order["placed_at"])
    return order


def _payment(order: dict[str, Any]) -> None:
    paid = {"amount_cents": order["total_cents"], "currency": order["currency"], "card_last4": "0077"}
    about = {"order_id": order["id"], "user_id": order["user_id"], "created_at": order["placed_at"]}
    _insert("payments", **about, **paid, status="captured", gateway_reference=f"cap_{order['id']:016d}")
    _event(order, "paid", order["placed_at"])
    total = f"{order['total_cents'] / 100:,.2f} {order['currency']}"
    _message(order, "order_paid", {"total": total}, order["placed_at"])


def _shipment(order: dict[str, Any], days: float) -> None:
    """Parcels leave on the third day and take two more."""
    sent, delivered = order["status"] in SENT, order["status"] == "delivered"
    parcel = {
        "carrier": "Europost",
        "tracking_code": f"MB{order['id']:010d}EU",
        "status": order["status"] if sent else "prepared",
        "shipped_at": clock.in_days(3 - days) if sent else None,
        "delivered_at": clock.in_days(5 - days) if delivered else None,
    }
    _insert("shipments", order_id=order["id"], created_at=order["placed_at"], **parcel)
    if sent:
        _event(order, "shipped", clock.in_days(3 - days))
        _message(order, "order_shipped", parcel, clock.in_days(3 - days))
    if delivered:
        _event(order, "delivered", clock.in_days(5 - days))


def _event(order: dict[str, Any], kind: str, at: str) -> None:
    about = {"order_id": order["id"], "user_id": order["user_id"]}
    _insert("order_events", **about, kind=kind, created_at=at)


def _message(order: dict[str, Any], kind: str, facts: dict[str, Any], at: str) -> None:
    title, body = texts.render(kind, **facts, number=order_number(order["id"]))
    read_at = at if order["status"] == "delivered" else None
    about = {"user_id": order["user_id"], "order_id": order["id"], "kind": kind}
    _insert("notifications", **about, title=title, body=body, created_at=at, read_at=read_at)


def _warehouse(staff: User, products: dict[str, Product], movements: list[dict[str, Any]]) -> None:
    """What lies on the shelves after all these orders, and how it came to that."""
    reserved: Counter[int] = Counter()
    shipped: Counter[int] = Counter()
    for movement in movements:
        is_shipped = movement["kind"] == "ship"
        shipped[movement["product_id"]] += movement["quantity"] * is_shipped
        reserved[movement["product_id"]] += movement["quantity"] * (-1 if is_shipped else 1)
    for line in _lines():
        product_id, on_hand = products[line["sku"]].id, int(line["stock"])
        item = {"on_hand": on_hand, "reserved": reserved[product_id]}
        db.execute(STOCK_ITEM, product_id=product_id, **item)
        if came := on_hand + shipped[product_id]:
            about = {"product_id": product_id, "created_by": staff.id, "created_at": clock.in_days(-90)}
            _insert("stock_movements", **about, kind="receive", quantity=came)
    for movement in movements:
        _insert("stock_movements", **movement)


def _chatter(people: People, products: dict[str, Product]) -> None:
    """What customers said and looked at, and the phones they did it with."""
    for position, (buyer, sku, stars, words) in enumerate(REVIEWS):
        about = {"product_id": products[sku].id, "user_id": people.customers[buyer].id}
        _insert("reviews", **about, stars=stars, body=words, created_at=clock.in_days(position - 20))
    for position, product in enumerate(products.values()):
        viewer, viewed_at = people.customers[position % len(CUSTOMERS)], clock.in_days(position / 10 - 5)
        _insert("product_views", user_id=viewer.id, product_id=product.id, viewed_at=viewed_at)
    for user, (*_, platform) in zip(people.customers, CUSTOMERS, strict=True):
        token = f"{platform}-{user.id:06d}"
        _insert("devices", user_id=user.id, platform=platform, push_token=token, created_at=user.created_at)


def _lines() -> list[dict[str, str]]:
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _insert(table: str, **values: Any) -> int:
    """Adds a row; its id."""
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    row_id: int = db.scalar(f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING id", **values)
    return row_id
