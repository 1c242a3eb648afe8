"""Pages of the back office, for the browsers of the staff."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .. import db, settings
from ..errors import Forbidden, Unauthorized
from ..users import service as users
from ..users import sessions
from ..users.auth import current_user, optional_user
from . import backoffice

blueprint = Blueprint("back_office", __name__)


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Sends everybody else to the form; an error as JSON would help no one here."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if (user := optional_user()) and user.is_staff:
            return view(*args, **kwargs)
        return redirect(url_for("back_office.login"), 303)

    return guarded


@blueprint.get("/login")
def login() -> str:
    return _page("login")


@blueprint.post("/login")
def sign_in() -> tuple[str, int] | Response:
    try:
        user = users.sign_in(request.form.get("email", ""), request.form.get("password", ""))
        if not user.is_staff:
            raise Forbidden("This is for the staff of the shop.")
    except (Unauthorized, Forbidden) as error:
        return _page("login", error=error.message), error.status
    sessions.begin(user.id)
    return redirect(url_for("back_office.dashboard"), 303)


@blueprint.get("/logout")
def logout() -> Response:
    sessions.end()
    return redirect(url_for("back_office.login"), 303)


@blueprint.get("/")
@signed_in
def dashboard() -> str:
    return _page("dashboard", **backoffice.dashboard())


@blueprint.get("/orders")
@signed_in
def orders() -> str:
    status = request.args.get("status", "")
    return _page("orders", orders=backoffice.orders(status), status=status)


@blueprint.get("/customers")
@signed_in
def customers() -> str:
    words = request.args.get("q", "")
    return _page("customers", customers=backoffice.customers(words), words=words)


@blueprint.get("/products")
@signed_in
def products() -> str:
    words = request.args.get("q", "")
    return _page("products", products=backoffice.products(words), words=words)


@blueprint.post("/products/<int:product_id>/price")
@signed_in
def price(product_id: int) -> Response:
    session, sent = sessions.current(), request.form.get("csrf", "")
    if session is None or not hmac.compare_digest(session["csrf"].encode(), sent.encode()):
        raise Forbidden("The form is too old. Load the page again.")
    backoffice.set_price(product_id, request.form.get("price_cents", 0, type=int), current_user().id)
    db.commit()
    return redirect(url_for("back_office.products", q=request.form.get("q", "")), 303)


def _page(name: str, **values: Any) -> str:
    session = sessions.current() or {}
    values |= {"shop": settings.SHOP_NAME, "user": optional_user(), "csrf": session.get("csrf", "")}
    return render_template(f"admin/{name}.html", **values)
