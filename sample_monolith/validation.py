"""Fields of JSON bodies."""

from typing import Any

from flask import request

from .errors import BadRequest, Unprocessable

_MISSING = object()


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises BadRequest for anything else."""
    data = request.get_json()
    if not isinstance(data, dict):
        raise BadRequest("The body must be a JSON object.")
    return data


def text(data: dict[str, Any], name: str, default: Any = _MISSING, longest: int = 2000) -> str:
    value = data.get(name, default)
    if value is _MISSING or not isinstance(value, str):
        raise BadRequest(f"{name} must be text.", field=name)
    value = value.strip()
    if default is _MISSING and not value:
        raise BadRequest(f"{name} must not be empty.", field=name)
    if len(value) > longest:
        raise Unprocessable(f"{name} is longer than {longest} characters.", field=name)
    return value


def integer(
    data: dict[str, Any], name: str, default: Any = _MISSING, *, low: int = 0, high: int = 10**9
) -> int:
    value = data.get(name, default)
    if type(value) is not int:
        raise BadRequest(f"{name} must be a number.", field=name)
    if not low <= value <= high:
        raise Unprocessable(f"{name} must be between {low} and {high}.", field=name)
    return value
