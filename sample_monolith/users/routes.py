from typing import Any

from flask import Blueprint, request

from ..errors import BadRequest, Unprocessable
from . import service
from .models import User

blueprint = Blueprint("users", __name__)


@blueprint.post("")
def register() -> tuple[dict[str, Any], int]:
    body = request.get_json()
    email, name = (body.get("email"), body.get("name")) if isinstance(body, dict) else (None, None)
    if not isinstance(email, str) or not isinstance(name, str):
        raise BadRequest("email and name are needed.")
    if "@" not in email or not name.strip():
        raise Unprocessable("email or name is not valid.")
    return _user(service.register(email, name)), 201


@blueprint.get("/<int:user_id>")
def show(user_id: int) -> dict[str, Any]:
    return _user(service.get(user_id))


def _user(user: User) -> dict[str, Any]:
    return {"id": user.id, "email": user.email, "name": user.name, "created_at": user.created_at}
