"""The routines of the PL/SQL package pkg_inventory, for databases without PL/SQL."""

from .. import clock, db, settings

# Looks and takes in one statement: of two orders for the last piece one changes a row.
RESERVE = (
    "UPDATE stock_items SET reserved = reserved + :quantity"
    " WHERE product_id = :product_id AND on_hand - reserved >= :quantity"
)
RELEASE = "UPDATE stock_items SET reserved = reserved - :quantity WHERE product_id = :product_id"
RECEIVE = (
    "INSERT INTO stock_items (product_id, on_hand) VALUES (:product_id, :quantity)"
    " ON CONFLICT (product_id) DO UPDATE SET on_hand = stock_items.on_hand + excluded.on_hand"
    " RETURNING on_hand"
)
MOVEMENT = (
    "INSERT INTO stock_movements (product_id, order_id, created_by, kind, quantity, created_at)"
    " VALUES (:product_id, :order_id, :created_by, :kind, :quantity, :created_at)"
)


def reserve_stock(p_product_id: int, p_quantity: int, p_order_id: int) -> int:
    """Sets goods aside for an order: 1, or 0 when there are not enough."""
    if not db.execute(RESERVE, product_id=p_product_id, quantity=p_quantity):
        return 0
    record("reserve", p_product_id, p_quantity, order_id=p_order_id)
    return 1


def release_stock(p_order_id: int) -> int:
    """Puts back what an order holds; the number of products. The second time there is nothing left."""
    held = db.rows(db.query("inventory/open_reservations"), order_id=p_order_id)
    for line in held:
        db.execute(RELEASE, **line)
        record("release", line["product_id"], line["quantity"], order_id=p_order_id)
    return len(held)


def receive_stock(p_product_id: int, p_quantity: int, p_user_id: int | None) -> int:
    """Takes in a delivery; what lies in the warehouse now."""
    db.session().flush()
    on_hand: int = db.scalar(RECEIVE, product_id=p_product_id, quantity=p_quantity)
    record("receive", p_product_id, p_quantity, user_id=p_user_id)
    return on_hand


def reorder_list() -> str:
    """What to buy, such as `CHG-CAR-45:0,SPK-MINI:4`: the ordering system of our supplier reads it."""
    low = db.rows(db.query("inventory/low_stock"), low=settings.LOW_STOCK)
    return ",".join(f"{product['sku']}:{product['available']}" for product in low)


def record(
    kind: str, product_id: int, quantity: int, *, order_id: int | None = None, user_id: int | None = None
) -> None:
    """Writes a movement. Quantities are positive, but for corrections, which may take away."""
    values = {"product_id": product_id, "order_id": order_id, "created_by": user_id}
    db.execute(MOVEMENT, **values, kind=kind, quantity=quantity, created_at=clock.now())
