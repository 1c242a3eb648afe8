"""What `propose --seed` takes."""

from __future__ import annotations

import pytest

from carveout.analyzer.model.errors import UsageError
from carveout.cli.asking import read_seeds


def test_seeds_name_a_service_and_what_it_starts_from() -> None:
    """Several seeds stand in one text; a text without a service or seeds is a mistake."""
    assert list(read_seeds(["pay=table:payment, module:shop.pay", "stock=route:GET /stock"])) == [
        ("pay", "table:payment"),
        ("pay", "module:shop.pay"),
        ("stock", "route:GET /stock"),
    ]
    for text in ("table:payment", "pay=", "=table:payment", "pay=, "):
        with pytest.raises(UsageError, match="names no service with seeds"):
            list(read_seeds([text]))
