"""Which database a driver connects to, as a text that service and tests agree on."""

from __future__ import annotations

from typing import Any


def key_of(args: Any, kwargs: Any) -> str:
    """Told by what the driver is told; passwords are left out."""
    told = {name: value for name, value in kwargs.items() if "pass" not in name and _is_plain(value)}
    return repr(([each for each in args if _is_plain(each)], sorted(told.items())))


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool, type(None)))
