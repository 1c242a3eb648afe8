"""`[coupling]`: how much each kind of tie weighs for this project."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from ..model.ties import WEIGHTS
from .tables import Table, did_you_mean

MOST = 100.0


def weights(table: Table) -> Mapping[str, float]:
    """The weights that a file names, by kind of tie; mistakes are noted at their lines."""
    found: dict[str, float] = {}
    for name in table.keys():  # noqa: SIM118 - no mapping
        value = table.number(name)
        if name not in WEIGHTS:
            table.mistake(
                f'{table.title} names "{name}", which ties nothing', name, help=did_you_mean(name, WEIGHTS)
            )
        elif value is not None and (not isfinite(value) or not 0 <= value <= MOST):
            table.mistake(f"{name} in {table.title} is outside 0 to {MOST:g}", name, help=f"{name} = 1.0")
        elif value is not None:
            found[name] = value
    table.finish()
    return found
