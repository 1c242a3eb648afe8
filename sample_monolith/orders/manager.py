"""Everything that happens to orders after checkout.

Nothing here commits: an order, its goods, its money and its messages change together with the request.
"""

import csv
import io
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from flask import render_template
from sqlalchemy import func, select

from .. import clock, db, events, settings
from ..cart import service as carts
from ..db import session
from ..errors import Conflict, NotFound, Unprocessable
from ..inventory import stock
from ..paging import Page
from ..payments import service as payments
from ..shipping import shipments
from ..users import service as users
from ..users.models import User
from . import numbers
from .models import Order, OrderEvent, OrderLine

# Prices include the VAT of the country that a parcel goes to; exports are free of it.
VAT_PERCENT = {"PT": 23, "SI": 22, "FR": 20, "DE": 19}

LARGE_FIRST_ORDER_CENTS = 50_000
MANY_UNITS = 50
DECLINED_CARDS_A_DAY = 3

# Only the staff reads these entries of a timeline.
INTERNAL = ("suspicious", "price_corrected")

HOLD = "UPDATE orders SET status = status WHERE id = :order_id"
MOVE = "UPDATE orders SET status = :status WHERE id = :order_id"
SIGN_EVENT = "UPDATE order_events SET user_id = :user_id WHERE order_id = :order_id AND kind = :kind"

RESTOCK = "UPDATE stock_items SET on_hand = on_hand + :quantity WHERE product_id = :product_id"
MOVEMENT = (
    "INSERT INTO stock_movements (product_id, order_id, created_by, kind, quantity, created_at)"
    " VALUES (:product_id, :order_id, :user_id, 'receive', :quantity, :now)"
)
RETURNED = (
    "SELECT m.product_id, SUM(m.quantity) AS quantity FROM stock_movements m"
    " WHERE m.order_id = :order_id AND m.kind = 'receive' GROUP BY m.product_id"
)
SHELF = (
    "SELECT l.product_id, COALESCE(s.on_hand, 0) AS on_hand FROM order_lines l"
    " LEFT JOIN stock_items s ON s.product_id = l.product_id WHERE l.order_id = :order_id"
)

# Points that were spent on a better price already do not become debts.
TAKE_POINTS = (
    "UPDATE users SET loyalty_points ="
    " CASE WHEN loyalty_points > :points THEN loyalty_points - :points ELSE 0 END WHERE id = :user_id"
)
CUSTOMER = (
    "SELECT u.id, u.name, u.email, u.loyalty_points, u.created_at, COUNT(o.id) AS orders,"
    " COALESCE(SUM(v.paid_cents), 0) AS paid_cents, MAX(o.placed_at) AS last_order_at"
    " FROM users u"
    " LEFT JOIN orders o ON o.user_id = u.id AND o.status <> 'cancelled'"
    " LEFT JOIN order_payments v ON v.order_id = o.id"
    " WHERE u.id = :user_id GROUP BY u.id, u.name, u.email, u.loyalty_points, u.created_at"
)
EARLIER = (
    "SELECT COUNT(*) AS orders, COUNT(CASE WHEN a.country = :country THEN 1 END) AS there"
    " FROM orders o JOIN addresses a ON a.id = o.address_id"
    " WHERE o.user_id = :user_id AND o.id < :order_id AND o.status <> 'cancelled'"
)
DECLINED = (
    "SELECT COUNT(*) FROM payments p"
    " WHERE p.user_id = :user_id AND p.status = 'declined' AND p.created_at >= :since"
)

BY_STATUS = (
    "SELECT o.status, COUNT(*) AS orders, SUM(o.total_cents) AS total_cents FROM orders o"
    " WHERE o.placed_at >= :since GROUP BY o.status ORDER BY o.status"
)
EXPORTED = (
    "placed_at status email country subtotal_cents discount_cents shipping_cents total_cents paid_cents"
    " tracking_code"
).split()
EXPORT = (
    "SELECT o.id, o.placed_at, o.status, u.email, a.country, o.subtotal_cents, o.discount_cents,"
    " o.shipping_cents, o.total_cents, v.paid_cents, s.tracking_code"
    " FROM orders o"
    " JOIN users u ON u.id = o.user_id"
    " JOIN addresses a ON a.id = o.address_id"
    " JOIN order_payments v ON v.order_id = o.id"
    " LEFT JOIN shipments s ON s.order_id = o.id"
    " WHERE 1 = 1"
)


class OrderManager:
    """What the shop knows to do with orders. It remembers nothing between two calls."""

    # ------------------------------------------------------------ finding

    def get(self, order_id: int) -> Order:
        order = session().get(Order, order_id)
        if order is None:
            raise NotFound(f"There is no order {numbers.order_number(order_id)}.")
        return order

    def find(self, number: str) -> Order:
        """The order of a number, whoever asks."""
        order_id = numbers.order_id(number)
        if order_id is None:
            raise NotFound(f"There is no order {number}.")
        return self.get(order_id)

    def of_user(self, number: str, user: User) -> Order:
        """An order that the user may see: the own ones, and all of them for the staff."""
        order = self.find(number)
        if order.user_id != user.id and not user.is_staff:
            raise NotFound(f"There is no order {number}.")
        return order

    def history(
        self, page: Page, user_id: int | None, status: str | None
    ) -> tuple[list[dict[str, Any]], int]:
        """One page of the orders, the newest first, and how many there are."""
        wanted = {Order.user_id: user_id, Order.status: status}
        conditions = [column == value for column, value in wanted.items() if value is not None]
        query = select(Order).where(*conditions).order_by(Order.id.desc())
        total = session().scalar(select(func.count(Order.id)).where(*conditions)) or 0
        found = session().scalars(query.limit(page.size).offset(page.offset)).all()
        return [self.as_json(order) for order in found], total

    def customer(self, user_id: int) -> dict[str, Any]:
        """Who ordered, and how good a customer that is."""
        found = db.row(CUSTOMER, user_id=user_id)
        if found is None:
            raise NotFound(f"There is no customer {user_id}.")
        return {**found, "paid_cents": int(found["paid_cents"])}

    def as_json(self, order: Order) -> dict[str, Any]:
        return {
            "id": order.id,
            "number": order.number,
            "user_id": order.user_id,
            "status": order.status,
            **self.totals(order),
            "currency": order.currency,
            "placed_at": order.placed_at,
            "lines": [self.line_json(line) for line in order.lines],
        }

    def line_json(self, line: OrderLine) -> dict[str, Any]:
        return {
            "product_id": line.product_id,
            "name": line.product.name,
            "quantity": line.quantity,
            "unit_price_cents": line.unit_price_cents,
        }

    # ------------------------------------------------------------ timeline

    def note(self, order_id: int, kind: str, user_id: int | None, detail: str = "") -> None:
        """Writes an entry into the timeline of an order."""
        session().add(OrderEvent(order_id=order_id, user_id=user_id, kind=kind, detail=detail))
        session().flush()

    def timeline(self, order: Order, user: User) -> list[dict[str, Any]]:
        """What happened to an order. Who did it, and what we thought of it, is for the staff only."""
        entries = []
        for event in order.events:
            if event.kind in INTERNAL and not user.is_staff:
                continue
            entry = {"kind": event.kind, "detail": event.detail, "created_at": event.created_at}
            if user.is_staff:
                entry["user_name"] = users.get(event.user_id).name if event.user_id else None
            entries.append(entry)
        return entries

    # ------------------------------------------------------------ the way of an order

    def mark_paid(self, order_id: int, user_id: int, card_last4: str) -> None:
        """The status is set by the payments, which have to be the only ones to do so at that moment."""
        self.note(order_id, "paid", user_id, f"card ending {card_last4}")

    def mark_shipped(self, order: Order, user_id: int) -> None:
        """The parcel leaves the house."""
        self._move(order, "shipped", "paid")
        shipment = shipments.mark(order.id, "shipped")
        stock.ship(order.id)
        self.note(order.id, "shipped", user_id, shipment["tracking_code"])
        events.emit("order_shipped", order_id=order.id, user_id=order.user_id)

    def mark_delivered(self, order: Order, user_id: int) -> None:
        self._move(order, "delivered", "shipped")
        shipment = shipments.mark(order.id, "delivered")
        self.note(order.id, "delivered", user_id, shipment["tracking_code"])

    def cancel(self, order: Order, user_id: int | None, reason: str) -> None:
        """Before the parcel has left: goods, coupon and money go back to where they came from."""
        cancelled = db.call("pkg_orders.cancel_order", p_order_id=order.id, p_reason=reason)
        session().refresh(order)
        if not int(cancelled):
            raise self._conflict(order, "cancelled")
        db.execute(SIGN_EVENT, order_id=order.id, user_id=user_id, kind="cancelled")
        self.refund(order, None, reason, user_id)
        events.emit("order_cancelled", order_id=order.id, user_id=user_id, reason=reason)

    def expire_pending(self, days: int) -> int:
        """Cancels what nobody has paid for so many days; the number of orders. Part of the nightly job."""
        expired, since = 0, clock.in_days(-days)
        query = select(Order).where(Order.status == "pending", Order.placed_at < since).order_by(Order.id)
        for order in session().scalars(query).all():
            with suppress(Conflict):  # paid at this very moment after all
                self.cancel(order, None, f"not paid for {days} days")
                expired += 1
        return expired

    def reorder(self, order: Order, user: User) -> dict[str, Any]:
        """Puts the goods of an order into the cart again, as far as there are any."""
        missing = self.missing(order.lines)
        for line in order.lines:
            if line.product_id not in missing:
                carts.add(user.id, line.product_id, line.quantity)
        skipped = [line.product.sku for line in order.lines if line.product_id in missing]
        return {**carts.summary(user), "skipped": skipped}

    def change_address(self, order: Order, address_id: int) -> None:
        """Sends an order elsewhere, as long as the parcel is here and costs the same."""
        address = users.address_of(order.user_id, address_id)
        self._hold(order, "sent elsewhere", "pending", "paid")
        if address.country != order.address.country:
            raise Conflict(f"The parcel would cost something else to {address.country}.", field="address_id")
        order.address = address
        self.note(order.id, "address_changed", order.user_id, ", ".join(self.address_lines(order)[1:]))

    # ------------------------------------------------------------ goods that come back

    def take_back(
        self, order: Order, quantities: dict[int, int] | None, reason: str, user_id: int
    ) -> list[int]:
        """Goods return to the shelf and their money to the card: some of them, or all that are left.

        With the last of them the rest of the money goes back, too, including what the parcel cost. Gives the
        ids of the products that came back.
        """
        self._hold(order, "returned", "shipped", "delivered")
        left = self.returnable(order)
        wanted = left if quantities is None else quantities
        for product_id, quantity in sorted(wanted.items()):
            if quantity > left.get(product_id, 0):
                message = f"Only {left.get(product_id, 0)} of product {product_id} can be returned."
                raise Unprocessable(message, field="lines", product_id=product_id)
            self.restock(order, product_id, quantity, user_id)
        self.note(order.id, "returned", user_id, reason)
        complete = wanted == left
        if complete:
            shipments.mark(order.id, "returned")
        self.refund(order, None if complete else self.worth(order, wanted), reason, user_id)
        return sorted(wanted)

    def returnable(self, order: Order) -> dict[int, int]:
        """Units by product that the customer still has."""
        returned = {row["product_id"]: int(row["quantity"]) for row in db.rows(RETURNED, order_id=order.id)}
        left = {line.product_id: line.quantity - returned.get(line.product_id, 0) for line in order.lines}
        return {product_id: quantity for product_id, quantity in left.items() if quantity}

    def restock(self, order: Order, product_id: int, quantity: int, user_id: int) -> None:
        db.execute(RESTOCK, product_id=product_id, quantity=quantity)
        about = {"product_id": product_id, "order_id": order.id, "user_id": user_id}
        db.execute(MOVEMENT, **about, quantity=quantity, now=clock.now())

    def missing(self, lines: Iterable[OrderLine]) -> set[int]:
        """Ids of the products that are not there in the quantities of the lines, or not sold any more."""
        lines = list(lines)
        available = stock.available_many([line.product_id for line in lines])
        return {
            line.product_id
            for line in lines
            if not line.product.active or available.get(line.product_id, 0) < line.quantity
        }

    def on_shelf(self, order: Order) -> dict[int, int]:
        """What lies in the warehouse of the products of an order, reserved or not."""
        return {row["product_id"]: row["on_hand"] for row in db.rows(SHELF, order_id=order.id)}

    # ------------------------------------------------------------ money

    def totals(self, order: Order) -> dict[str, int]:
        return {
            "subtotal_cents": order.subtotal_cents,
            "discount_cents": order.discount_cents,
            "shipping_cents": order.shipping_cents,
            "total_cents": order.total_cents,
        }

    def balance(self, order: Order) -> int:
        """What the customer has not paid yet. What went back is not owed again."""
        return order.total_cents - payments.captured(order.id) if order.status == "pending" else 0

    def vat(self, order: Order) -> tuple[int, int]:
        """The percentage of VAT, and the cents of it in the total."""
        percent = VAT_PERCENT.get(order.address.country, 0)
        return percent, order.total_cents * percent // (100 + percent)

    def worth(self, order: Order, quantities: dict[int, int]) -> int:
        """What some of the goods were paid with: a coupon took its part off each of them."""
        prices = {line.product_id: line.unit_price_cents for line in order.lines}
        gross = sum(quantity * prices[product_id] for product_id, quantity in quantities.items())
        return gross * (order.subtotal_cents - order.discount_cents) // order.subtotal_cents

    def refund(self, order: Order, cents: int | None, reason: str, user_id: int | None) -> None:
        """Gives money back, with None all of it; never more than there is."""
        for payment in payments.of_order(order.id):
            amount = payment.left_cents if cents is None else min(cents, payment.left_cents)
            if amount:
                payments.refund(payment.id, amount, reason, user_id)
        session().refresh(order)

    def money_went_back(self, order_id: int, cents: int, user_id: int | None) -> None:
        """The payments tell of a refund: points go, and goods that nobody pays for are not held any more."""
        order = self.get(order_id)
        session().refresh(order)
        self.take_points(order.user_id, self.points_for(cents))
        self.note(order_id, "refunded", user_id, f"{cents} cents")
        if order.status == "refunded":
            stock.release(order_id)

    def points_for(self, cents: int) -> int:
        return cents // 100 * settings.POINTS_PER_EURO

    def take_points(self, user_id: int, points: int) -> None:
        db.execute(TAKE_POINTS, user_id=user_id, points=points)

    def correct_price(self, order: Order, product_id: int, cents: int, user_id: int) -> None:
        """A wrong price in an order that is not paid yet; what the coupon took off stays."""
        self._hold(order, "corrected", "pending")
        line = next((line for line in order.lines if line.product_id == product_id), None)
        if line is None:
            raise NotFound(f"There is no product {product_id} in order {order.number}.")
        detail = f"{line.product.sku}: {line.unit_price_cents} to {cents} cents"
        line.unit_price_cents = cents
        order.subtotal_cents = sum(line.quantity * line.unit_price_cents for line in order.lines)
        order.discount_cents = min(order.discount_cents, order.subtotal_cents)
        session().flush()
        order.total_cents = int(db.call("pkg_orders.order_total", p_order_id=order.id))
        self.note(order.id, "price_corrected", user_id, detail)

    # ------------------------------------------------------------ documents

    def address_lines(self, order: Order) -> list[str]:
        address = order.address
        return [order.user.name, address.line1, f"{address.postcode} {address.city}", address.country]

    def receipt(self, order: Order) -> str:
        return self._document("receipt", order, payments=payments.of_order(order.id))

    def invoice(self, order: Order) -> str:
        percent, vat = self.vat(order)
        facts = {"vat_percent": percent, "vat_cents": vat, "balance_cents": self.balance(order)}
        return self._document("invoice", order, address=self.address_lines(order), **facts)

    def packing_slip(self, order: Order) -> str:
        """For the packing table: what goes into the parcel, and whether to look twice."""
        shelf, parcel = self.on_shelf(order), shipments.of_order(order.id)
        facts = {"address": self.address_lines(order), "suspicions": self.suspicions(order)}
        return self._document("packing_slip", order, shelf=shelf, parcel=parcel, **facts)

    def _document(self, name: str, order: Order, **facts: Any) -> str:
        return render_template(f"orders/{name}.html", shop=settings.SHOP_NAME, order=order, **facts)

    # ------------------------------------------------------------ what the staff wants to know

    def check(self, order: Order) -> dict[str, Any]:
        """What to look at when a customer calls about an order."""
        return {
            "number": order.number,
            "customer": self.customer(order.user_id),
            "balance_cents": self.balance(order),
            "suspicions": self.suspicions(order),
            "returnable": sum(self.returnable(order).values()) if order.status != "pending" else 0,
            "sold_out": sorted(self.missing(order.lines)),
        }

    def suspicions(self, order: Order) -> list[str]:
        """Why an order may be a fraud: what we have been taken in by so far."""
        found = []
        asked = {"user_id": order.user_id, "order_id": order.id, "country": order.address.country}
        earlier = db.rows(EARLIER, **asked)[0]
        if not earlier["orders"] and order.total_cents > LARGE_FIRST_ORDER_CENTS:
            found.append("large first order")
        if earlier["orders"] and not earlier["there"]:
            found.append("first order to this country")
        if any(line.quantity >= MANY_UNITS for line in order.lines):
            found.append("many units of one product")
        declined = db.scalar(DECLINED, user_id=order.user_id, since=clock.in_days(-1))
        if declined >= DECLINED_CARDS_A_DAY:
            found.append(f"{declined} declined cards in a day")
        return found

    def statistics(self, since: str) -> dict[str, Any]:
        """The numbers for the meeting on Monday."""
        by_status = db.rows(BY_STATUS, since=since)
        orders = sum(row["orders"] for row in by_status)
        total = sum(int(row["total_cents"]) for row in by_status)
        return {
            "orders": orders,
            "average_cents": total // orders if orders else 0,
            "by_status": {row["status"]: row["orders"] for row in by_status},
        }

    def export_csv(self, since: str | None, until: str | None, status: str | None) -> str:
        """Orders for the bookkeeping, the oldest first; days are inclusive."""
        sql, values = EXPORT, {"since": since, "until": until, "status": status}
        if since:
            sql += " AND o.placed_at >= :since"
        if until:
            sql += " AND SUBSTR(o.placed_at, 1, 10) <= :until"
        if status:
            sql += " AND o.status = :status"
        found = db.rows(f"{sql} ORDER BY o.id", **values)
        output = io.StringIO()
        writer = csv.writer(output, delimiter=";", lineterminator="\n")
        writer.writerow(["number", *EXPORTED])
        for row in found:
            writer.writerow([numbers.order_number(row["id"]), *(row[name] for name in EXPORTED)])
        return output.getvalue()

    # ------------------------------------------------------------ one change at a time

    def _move(self, order: Order, status: str, expected: str) -> None:
        """Brings an order from one status into the next. Raises Conflict when it is elsewhere."""
        moved = db.execute(
            f"{MOVE} AND status = :expected", order_id=order.id, status=status, expected=expected
        )
        session().refresh(order)
        if not moved:
            raise self._conflict(order, status)

    def _hold(self, order: Order, doing: str, *statuses: str) -> None:
        """Locks an order for the rest of the transaction, if it is in one of the statuses."""
        listed = ", ".join(f"'{status}'" for status in statuses)
        held = db.execute(f"{HOLD} AND status IN ({listed})", order_id=order.id)
        session().refresh(order)
        if not held:
            raise self._conflict(order, doing)

    def _conflict(self, order: Order, doing: str) -> Conflict:
        message = f"Order {order.number} is {order.status} and cannot be {doing}."
        return Conflict(message, status=order.status)


manager = OrderManager()
