"""Makes answers wrong, to see whether the tests would notice: of the same kind, and another value."""

from __future__ import annotations

import json
from typing import Any


def wrong(status: int, body: bytes) -> tuple[int, bytes]:
    """The answer of a service made wrong; one that holds nothing becomes a failure, an exception stays."""
    if status != 200:
        return status, body
    result = json.loads(body)["result"]
    if result is None:
        return 500, b""
    return status, json.dumps({"result": _other(result)}, allow_nan=False).encode()


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return value + "~"
    if isinstance(value, list):
        return [_other(value[0]), *value[1:]] if value else value
    if isinstance(value, dict):
        return {key: _other(each) if key != "$" else each for key, each in value.items()}
    return value
