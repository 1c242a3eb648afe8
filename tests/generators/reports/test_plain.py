"""Lines of plain text: names that no line could hold."""

from __future__ import annotations

from carveout.generators.reports.plain import fitted, wrap


def test_names_longer_than_a_line_keep_their_last_parts() -> None:
    """Short names, paths and sentences stay as they are; a comma behind a name stays behind it."""
    long = ".".join(["shop", *(f"package_{number}" for number in range(8)), "Orders.place"])
    text = f"{long}, shop.pay.charge asks shop/{'x' * 90}.py:3"
    told = fitted(text, 6)
    assert told.startswith("package_2.") and "Orders.place, shop.pay.charge asks" in told
    assert told.endswith(f"shop/{'x' * 90}.py:3")
    assert max(map(len, wrap("    -", fitted(f"{long} waits", 6), 6))) <= 80
    assert fitted("shop.pay.charge waits", 6) == "shop.pay.charge waits"
