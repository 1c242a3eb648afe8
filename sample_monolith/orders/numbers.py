"""Order numbers as customers see them, such as MA-000042-2: the last digit catches typing errors."""

import re

PREFIX = "MA"


def order_number(order_id: int) -> str:
    return f"{PREFIX}-{order_id:06d}-{_check_digit(order_id)}"


def order_id(number: str) -> int | None:
    """The id behind an order number, or None for a number that the shop never gave out."""
    match = re.fullmatch(rf"{PREFIX}-(\d{{6,12}})-(\d)", number.upper(), re.ASCII)
    if match is None or _check_digit(int(match[1])) != int(match[2]):
        return None
    return int(match[1])


def _check_digit(value: int) -> int:
    return sum(weight * int(digit) for weight, digit in enumerate(reversed(str(value)), start=1)) % 10
