from typing import Any

from flask import Blueprint, render_template, request

from .. import settings
from ..errors import BadRequest, Unprocessable
from ..paging import Page
from ..payments import service as payments
from . import reports, service
from .models import Order

MAX_QUANTITY = 100

blueprint = Blueprint("orders", __name__)


@blueprint.post("")
def place() -> tuple[dict[str, Any], int]:
    body = request.get_json()
    if not isinstance(body, dict) or type(body.get("user_id")) is not int:
        raise BadRequest("user_id must be a number.", field="user_id")
    card = body.get("card_number")
    if card is not None and not isinstance(card, str):
        raise BadRequest("card_number must be text.", field="card_number")
    return _order(service.place(body["user_id"], _quantities(body.get("lines")), card)), 201


@blueprint.get("")
def history() -> dict[str, Any]:
    page = Page.from_args(request.args)
    user_id = request.args.get("user_id")
    if user_id is not None and not user_id.isdecimal():
        raise BadRequest("user_id must be a number.", field="user_id")
    status = request.args.get("status")
    return page.envelope(*service.history(page, int(user_id) if user_id else None, status))


@blueprint.get("/<number>")
def show(number: str) -> dict[str, Any]:
    return _order(service.get(number))


@blueprint.get("/<number>/receipt")
def receipt(number: str) -> str:
    order = service.get(number)
    paid = payments.find(order_id=order.id)
    return render_template("orders/receipt.html", shop=settings.SHOP_NAME, order=order, payments=paid)


@blueprint.post("/<number>/cancel")
def cancel(number: str) -> dict[str, Any]:
    return _order(service.cancel(number))


@blueprint.get("/reports/sales")
def sales() -> dict[str, Any]:
    return {"items": reports.sales_by_category(request.args.get("since", ""))}


@blueprint.get("/reports/unpaid")
def unpaid() -> dict[str, Any]:
    return {"items": reports.unpaid_orders(request.args.get("since", ""))}


def _quantities(lines: Any) -> dict[int, int]:
    """Units of each product; a product may stand on several lines."""
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise BadRequest("lines must be a list of products with quantities.", field="lines")
    quantities: dict[int, int] = {}
    for line in lines:
        product_id, quantity = line.get("product_id"), line.get("quantity", 1)
        if type(product_id) is not int or type(quantity) is not int:
            raise BadRequest("product_id and quantity must be numbers.", field="lines")
        quantities[product_id] = quantities.get(product_id, 0) + quantity
        if quantity < 1 or quantities[product_id] > MAX_QUANTITY:
            raise Unprocessable(f"quantity must be between 1 and {MAX_QUANTITY}.", field="lines")
    if not quantities:
        raise Unprocessable("An order needs at least one line.", field="lines")
    return quantities


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.number,
        "user_id": order.user_id,
        "status": order.status,
        "total_cents": order.total_cents,
        "currency": order.currency,
        "created_at": order.created_at,
        "lines": [
            {
                "product_id": line.product_id,
                "name": line.product.name,
                "quantity": line.quantity,
                "unit_price_cents": line.unit_price_cents,
            }
            for line in order.lines
        ],
    }
