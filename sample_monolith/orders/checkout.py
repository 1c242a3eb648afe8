"""From a cart to an order: everything that has to happen together, or not at all."""

from .. import clock, db, events, settings
from ..cart import service as carts
from ..cart.models import CartItem
from ..catalogue import service as catalogue
from ..db import session
from ..errors import Conflict, Unprocessable
from ..inventory import stock
from ..payments import service as payments
from ..pricing import coupons, engine
from ..shipping import rates
from ..users import service as users
from ..users.models import Address, User
from .manager import manager
from .models import Order, OrderLine

# Locks the cart before it is read: a second tap on the button waits, and finds it empty.
CLAIM_CART = "UPDATE carts SET updated_at = :now WHERE user_id = :user_id"


def place(user: User, address_id: int | None = None, card_number: str | None = None) -> Order:
    """Turns the cart of a user into an order; with a card it is paid at once.

    A declined card raises PaymentDeclined but leaves the order pending if the caller commits: it can be paid
    later. Anything else that goes wrong leaves nothing behind.
    """
    if card_number is not None:
        payments.check_card(card_number)
    db.execute(CLAIM_CART, user_id=user.id, now=clock.now())
    cart = carts.cart_of(user.id)
    if not cart.items:
        raise Unprocessable("The cart is empty.", field="cart")

    # All orders take their goods in the same order, so that two of them never wait for each other.
    items = sorted(cart.items, key=lambda item: item.product_id)
    order = _write(user, _address(user, address_id), items, cart.coupon_code)
    manager.note(order.id, "placed", user.id, f"{sum(item.quantity for item in items)} units")
    for item in items:
        stock.reserve(item.product_id, item.quantity, order.id, user.id)
    if order.coupon_id is not None:
        coupons.use(order.coupon_id, user.id, order.id)
    carts.clear(user.id)
    if suspicions := manager.suspicions(order):
        manager.note(order.id, "suspicious", None, ", ".join(suspicions))
    events.emit("order_placed", order_id=order.id, user_id=user.id)
    if card_number is not None:
        payments.charge(order.id, order.total_cents, card_number, user.id)
        session().refresh(order)
    return order


def _write(user: User, address: Address, items: list[CartItem], coupon_code: str | None) -> Order:
    """The order itself, at the prices of this moment."""
    quote = engine.quote([(item.product_id, item.quantity) for item in items], user.id, coupon_code)
    shipping = rates.price(address.country, _grams(items))
    order = Order(
        id=int(db.call("pkg_orders.next_document_number")),
        user_id=user.id,
        address_id=address.id,
        coupon_id=quote.coupon_id,
        subtotal_cents=quote.subtotal_cents,
        discount_cents=quote.discount_cents,
        shipping_cents=shipping,
        total_cents=quote.total_cents + shipping,
        currency=settings.CURRENCY,
        lines=[OrderLine(**line._asdict()) for line in quote.lines],
    )
    session().add(order)
    session().flush()
    return order


def _grams(items: list[CartItem]) -> int:
    """What the parcel weighs. What has left the shop window meanwhile is not sold any more."""
    grams = 0
    for item in items:
        product = catalogue.get(item.product_id)
        if not product.active:
            raise Conflict(f"{product.name} is no longer sold.", sku=product.sku)
        grams += item.quantity * product.weight_grams
    return grams


def _address(user: User, address_id: int | None) -> Address:
    if address_id is not None:
        return users.address_of(user.id, address_id)
    address = users.default_address(user.id)
    if address is None:
        raise Unprocessable("Tell us first where the parcel shall go.", field="address_id")
    return address
