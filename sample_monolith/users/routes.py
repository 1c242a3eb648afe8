from typing import Any

from flask import Blueprint

from .. import db
from ..errors import Unprocessable
from ..validation import body, integer, text
from . import auth, service
from .auth import current_user, login_required, staff_required

SHORTEST_PASSWORD = 8

blueprint = Blueprint("users", __name__)


@blueprint.post("")
def register() -> tuple[dict[str, Any], int]:
    """A new account, signed in at once."""
    data = body()
    email, name = text(data, "email", longest=200), text(data, "name", longest=120)
    password = text(data, "password", longest=200)
    if "@" not in email.strip("@"):
        raise Unprocessable("email is not an address.", field="email")
    if len(password) < SHORTEST_PASSWORD:
        raise Unprocessable(f"password needs {SHORTEST_PASSWORD} characters or more.", field="password")
    user = service.register(email, name, password)
    token = auth.issue_token(user)
    db.commit()
    return {"user": service.as_json(user), "token": token}, 201


@blueprint.post("/token")
def sign_in() -> tuple[dict[str, Any], int]:
    data = body()
    user = service.sign_in(text(data, "email"), text(data, "password"))
    token = auth.issue_token(user)
    db.commit()
    return {"user": service.as_json(user), "token": token}, 201


@blueprint.delete("/token")
@login_required
def sign_out() -> dict[str, Any]:
    auth.revoke_token(auth.bearer())
    db.commit()
    return {"status": "signed_out"}


@blueprint.get("/me")
@login_required
def me() -> dict[str, Any]:
    return service.as_json(current_user())


@blueprint.patch("/me")
@login_required
def change_me() -> dict[str, Any]:
    user = current_user()
    service.rename(user, text(body(), "name", longest=120))
    db.commit()
    return service.as_json(user)


@blueprint.get("/me/addresses")
@login_required
def addresses() -> dict[str, Any]:
    return {"items": [service.address_json(address) for address in service.addresses(current_user().id)]}


@blueprint.post("/me/addresses")
@login_required
def add_address() -> tuple[dict[str, Any], int]:
    data = body()
    fields: dict[str, Any] = {name: text(data, name, longest=120) for name in ("line1", "city", "postcode")}
    country = text(data, "country").upper()
    if len(country) != 2 or not country.isalpha():
        raise Unprocessable("country must be a code of two letters, such as PT.", field="country")
    fields |= {
        "label": text(data, "label", "", longest=40) or "Home",
        "country": country,
        "is_default": integer(data, "is_default", 0, high=1),
    }
    address = service.add_address(current_user(), fields)
    db.commit()
    return service.address_json(address), 201


@blueprint.delete("/me/addresses/<int:address_id>")
@login_required
def remove_address(address_id: int) -> dict[str, Any]:
    user = current_user()
    service.remove_address(user, address_id)
    db.commit()
    return {"items": [service.address_json(address) for address in service.addresses(user.id)]}


@blueprint.get("/<int:user_id>")
@staff_required
def show(user_id: int) -> dict[str, Any]:
    return service.as_json(service.get(user_id))
