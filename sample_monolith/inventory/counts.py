"""Stocktaking: what was counted on the shelves against what the books say."""

import csv
import io
from typing import Any

from .. import db
from ..admin import audit
from ..errors import BadRequest, Conflict, Unprocessable
from .pkg_inventory import record

COUNTED = (
    "SELECT p.id, p.price_cents, s.on_hand, s.reserved"
    " FROM products p JOIN stock_items s ON s.product_id = p.id WHERE p.sku = :sku"
)

# The shop sells on while people count: what was read a moment ago must still be there.
CORRECT = (
    "UPDATE stock_items SET on_hand = :counted"
    " WHERE product_id = :product_id AND on_hand = :on_hand AND reserved <= :counted"
)


def take(text: str, user_id: int) -> dict[str, Any]:
    """Corrects the books after a count: CSV with sku and counted. One bad line, and nothing is corrected."""
    counted = _read(text)
    found = [_correct(sku, number, user_id) for sku, number in counted.items()]
    corrections = [correction for correction in found if correction["difference"]]
    value = sum(correction["value_cents"] for correction in corrections)
    detail = f"{len(counted)} counted, {len(corrections)} wrong, {value} cents"
    audit.write(user_id, "count", "stock", 0, detail)
    return {"counted": len(counted), "corrections": corrections, "value_cents": value}


def _read(text: str) -> dict[str, int]:
    """The numbers by SKU. What lies on two shelves may be on two lines."""
    reader, counted = csv.DictReader(io.StringIO(text)), dict[str, int]()
    if not {"sku", "counted"} <= set(reader.fieldnames or ()):
        raise BadRequest("The first line must name the columns sku and counted.", field="csv")
    for line in reader:
        sku, number = (line["sku"] or "").strip().upper(), (line["counted"] or "").strip()
        if not sku or not number.isdecimal() or len(number) > 7:
            raise Unprocessable(f"Line {reader.line_num} is no SKU with a count.", line=reader.line_num)
        counted[sku] = counted.get(sku, 0) + int(number)
    return counted


def _correct(sku: str, counted: int, user_id: int) -> dict[str, Any]:
    """Sets a product to what was counted."""
    known = db.row(COUNTED, sku=sku)
    if known is None:
        raise Unprocessable(f"There is no product {sku} in the warehouse.", sku=sku)
    difference = counted - known["on_hand"]
    if difference:
        if not db.execute(CORRECT, product_id=known["id"], on_hand=known["on_hand"], counted=counted):
            message = f"{known['reserved']} of {sku} are reserved, or some have just moved. Count it again."
            raise Conflict(message, sku=sku, reserved=known["reserved"])
        record("correct", known["id"], difference, user_id=user_id)
    return {"sku": sku, "difference": difference, "value_cents": difference * known["price_cents"]}
