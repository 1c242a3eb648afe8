"""A catalogue, a few customers and their first orders, for a new shop."""

from .catalogue.models import Category, Product
from .db import session
from .orders import service as orders
from .users.models import User

CATEGORIES = {
    "cases": "Cases",
    "chargers": "Chargers & power banks",
    "cables": "Cables",
    "audio": "Audio",
}

# category, sku, name, price in cents, stock, description
PRODUCTS = [
    ("cases", "CASE-CLR-15", "Clear case 15", 1490, 1200, "Slim and clear, with raised edges."),
    ("cases", "CASE-LEA-15", "Leather folio 15", 3990, 800, "Full-grain leather with two card slots."),
    ("cases", "CASE-RUG-15", "Rugged case 15", 2790, 900, "Survives a fall from two metres."),
    ("cases", "GLASS-15", "Screen protector 15", 1290, 3000, "Tempered glass, two in a pack."),
    ("chargers", "CHG-USBC-30", "USB-C charger 30 W", 2490, 1500, "Folding plug, charges a tablet too."),
    ("chargers", "CHG-QI-15", "Wireless charging pad", 2990, 700, "15 W, stays cool under a case."),
    ("chargers", "PWR-10K", "Power bank 10,000 mAh", 3490, 650, "Two full charges in a jacket pocket."),
    ("chargers", "CHG-CAR-45", "Car charger 45 W", 1990, 0, "One USB-C and one USB-A port."),
    ("cables", "CBL-CC-1", "USB-C cable 1 m", 990, 5000, "Braided, 60 W."),
    ("cables", "CBL-CC-2", "USB-C cable 2 m", 1290, 4000, "Braided, 100 W."),
    ("audio", "EAR-BUD-2", "Wireless earbuds 2", 7990, 600, "Noise cancelling, 28 hours with the box."),
    ("audio", "SPK-MINI", "Mini speaker", 4490, 450, "Waterproof, plays for 12 hours."),
]

CUSTOMERS = [
    ("ines.castro@example.org", "Inês Castro"),
    ("jonas.weber@example.org", "Jonas Weber"),
    ("mira.novak@example.org", "Mira Novak"),
]

# customer, lines (sku, quantity), card or None for an order that still waits for its payment
ORDERS: list[tuple[str, list[tuple[str, int]], str | None]] = [
    ("ines.castro@example.org", [("CASE-CLR-15", 1), ("GLASS-15", 2)], "4000000000000077"),
    ("ines.castro@example.org", [("CBL-CC-2", 3)], "4000000000000077"),
    ("jonas.weber@example.org", [("EAR-BUD-2", 1), ("CBL-CC-1", 1)], "5200000000000007"),
    ("mira.novak@example.org", [("PWR-10K", 1), ("CBL-CC-1", 2)], None),
]


def run() -> None:
    users = {email: User(email=email, name=name) for email, name in CUSTOMERS}
    categories = {slug: Category(slug=slug, name=name) for slug, name in CATEGORIES.items()}
    products = {
        sku: Product(
            category=categories[slug], sku=sku, name=name, price_cents=price, stock=stock, description=text
        )
        for slug, sku, name, price, stock, text in PRODUCTS
    }
    session().add_all([*users.values(), *products.values()])
    session().commit()
    for email, lines, card in ORDERS:
        orders.place(users[email].id, {products[sku].id: quantity for sku, quantity in lines}, card)
