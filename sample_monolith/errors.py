"""What can go wrong in the shop, and how it is told as JSON."""

from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException


class ShopError(Exception):
    status = 500
    code = "error"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class BadRequest(ShopError):
    """The request cannot be read: a field is missing or of the wrong type."""

    status = 400
    code = "bad_request"


class Unauthorized(ShopError):
    """Nobody is signed in."""

    status = 401
    code = "unauthorized"


class Forbidden(ShopError):
    """Who is signed in may not do this."""

    status = 403
    code = "forbidden"


class PaymentDeclined(ShopError):
    status = 402
    code = "payment_declined"


class NotFound(ShopError):
    status = 404
    code = "not_found"


class Conflict(ShopError):
    """The request is right but does not fit the present state."""

    status = 409
    code = "conflict"


class Unprocessable(ShopError):
    """The request can be read but its values make no sense."""

    status = 422
    code = "unprocessable"


def init_app(app: Flask) -> None:
    app.register_error_handler(ShopError, _shop_error)
    app.register_error_handler(HTTPException, _http_error)


def _shop_error(error: ShopError) -> tuple[dict[str, Any], int]:
    return _body(error.code, error.message, **error.details), error.status


def _http_error(error: HTTPException) -> tuple[dict[str, Any], int]:
    code = error.name.lower().replace(" ", "_")
    return _body(code, error.description or error.name), error.code or 500


def _body(code: str, message: str, **details: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **details}}
