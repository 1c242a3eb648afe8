"""Who is told of a change, and who is asked beforehand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.findings import Recommendation

Detect = Callable[..., list[Recommendation]]

SHOP = """
    from blinker import Signal

    paid = Signal()
    can_pay = Signal()

    def pay(cursor, order):
        BODY
"""
WRITE = "cursor.execute('UPDATE orders SET paid = 1')"


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        (f"{WRITE}\n        paid.send(order)", True),
        (f"paid.send(order)\n        {WRITE}", False),
        (f"{WRITE}; return paid.send(order)", False),
        (f"{WRITE}; can_pay.send(order)", False),
        ("paid.send(order)", True),
    ],
)
def test_a_change_is_told_after_it_and_nobody_waits_for_answers(
    detect: Detect, body: str, is_found: bool
) -> None:
    """Before the change, by a name that asks, or for its answers: a question."""
    assert bool(detect("pub_sub", {"shop.py": SHOP.replace("BODY", body)})) == is_found
