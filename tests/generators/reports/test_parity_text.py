"""What a rung says in lines: where nothing crossed, nothing is proven, and that is said."""

from __future__ import annotations

import pytest

from carveout.analyzer.model.parity import Parity
from carveout.generators.reports.parity_text import report


@pytest.mark.parametrize(
    ("local", "requests", "expected"),
    [
        (("shop.pay.charge",), 0, "nothing, as each of these functions stays in this process"),
        ((), 0, "nothing, as no call crossed"),
        ((), 3, ""),
    ],
)
def test_what_nothing_crossed_proves_nothing(local: tuple[str, ...], requests: int, expected: str) -> None:
    result = Parity(
        "payments", "wire", requests, tests=4, crossings=(("shop.pay.charge", requests),), local=local
    )
    text = report.render(result).decode()
    assert "differs:   no test" in text
    assert expected in " ".join(text.split()) and ("proven:" in text) is bool(expected)
    assert max(map(len, text.splitlines())) <= 80
