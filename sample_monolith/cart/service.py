"""The cart of a customer: it is kept until they order, on whatever device they filled it."""

from typing import Any

from sqlalchemy import func, select

from .. import cache, clock, db, settings
from ..catalogue import images
from ..catalogue import service as catalogue
from ..db import session
from ..errors import Conflict, NotFound, Unprocessable
from ..inventory import stock
from ..pricing import coupons, engine
from ..shipping import rates
from ..users import service as users
from ..users.models import User
from .models import Cart, CartItem

MAX_QUANTITY = 1000

# Makes the cart, or locks it: two quick taps on one button wait for each other.
OPEN = (
    "INSERT INTO carts (user_id, updated_at) VALUES (:user_id, :now)"
    " ON CONFLICT (user_id) DO UPDATE SET updated_at = excluded.updated_at"
)


def cart_of(user_id: int) -> Cart:
    """The cart of a user, made when there is none."""
    cart = session().scalars(select(Cart).where(Cart.user_id == user_id)).first()
    return cart or _open(user_id)


def add(user_id: int, product_id: int, quantity: int) -> None:
    """Adds units of a product. Whether there are enough is seen when they are ordered."""
    product, cart = catalogue.get(product_id), _open(user_id)
    if not product.active:
        raise Conflict(f"{product.name} is no longer sold.", sku=product.sku)
    item = _item(cart, product_id)
    if item is None:
        item = CartItem(product_id=product_id, quantity=0)
        cart.items.append(item)
    item.quantity += quantity
    if item.quantity > MAX_QUANTITY:
        raise Unprocessable(f"Nobody needs more than {MAX_QUANTITY} of one thing.", field="quantity")
    session().flush()


def set_quantity(user_id: int, product_id: int, quantity: int) -> None:
    """Sets the units of a product that is in the cart; with 0 it goes."""
    cart = _open(user_id)
    item = _item(cart, product_id)
    if item is None:
        raise NotFound(f"There is no product {product_id} in the cart.")
    if quantity:
        item.quantity = quantity
    else:
        cart.items.remove(item)
    session().flush()


def remove(user_id: int, product_id: int) -> None:
    set_quantity(user_id, product_id, 0)


def clear(user_id: int) -> None:
    """Empties the cart after an order; its coupon goes with it."""
    cart = cart_of(user_id)
    cart.items.clear()
    cart.coupon_code = None
    session().flush()


def count(user_id: int) -> int:
    """The units in the cart: the number on its symbol."""
    query = select(func.sum(CartItem.quantity)).join(Cart, Cart.id == CartItem.cart_id)
    return int(session().scalar(query.where(Cart.user_id == user_id)) or 0)


def apply_coupon(user_id: int, code: str | None) -> None:
    """Keeps a coupon for the order, or none. Raises what `coupons.find` raises for a bad code."""
    _open(user_id).coupon_code = coupons.find(code)["code"] if code else None
    session().flush()


def summary(user: User) -> dict[str, Any]:
    """The cart as the app shows it, at the prices of this moment."""
    cart, items, subtotal, grams = cart_of(user.id), [], 0, 0
    for item in cart.items:
        known, price = _product(item.product_id), engine.price_of(item.product_id, user.id)
        grams += item.quantity * known.pop("weight_grams")
        subtotal += item.quantity * price
        shown = {"quantity": item.quantity, "unit_price_cents": price}
        items.append({**known, **shown, "stock": stock.available(item.product_id)})
    discount, shipping = _discount(cart.coupon_code, subtotal), _shipping(user.id, grams) if items else 0
    sums = {"subtotal_cents": subtotal, "discount_cents": discount, "shipping_cents": shipping}
    sums |= {"total_cents": subtotal - discount + (shipping or 0), "currency": settings.CURRENCY}
    return {"items": items, "coupon_code": cart.coupon_code, **sums}


def _open(user_id: int) -> Cart:
    db.execute(OPEN, user_id=user_id, now=clock.now())
    query = select(Cart).where(Cart.user_id == user_id).execution_options(populate_existing=True)
    return session().scalars(query).one()


def _item(cart: Cart, product_id: int) -> CartItem | None:
    return next((item for item in cart.items if item.product_id == product_id), None)


def _product(product_id: int) -> dict[str, Any]:
    """What the cart shows of a product besides its price. The app asks often, so it is kept a while."""
    key = f"cart:product:{product_id}"
    known: dict[str, Any] | None = cache.get_json(key)
    if known is None:
        product = catalogue.get(product_id)
        known = {"product_id": product.id, "sku": product.sku, "name": product.name}
        known |= {"image": images.first(product.id), "weight_grams": product.weight_grams}
        cache.set_json(key, known)
    return known


def _discount(code: str | None, subtotal: int) -> int:
    try:
        return coupons.discount(coupons.find(code), subtotal) if code else 0
    except (NotFound, Unprocessable):
        return 0  # it has run out since it was applied


def _shipping(user_id: int, grams: int) -> int | None:
    """The price of sending it all to the default address; None while nobody can tell."""
    try:
        address = users.default_address(user_id)
        return rates.price(address.country, grams) if address else None
    except Unprocessable:
        return None
