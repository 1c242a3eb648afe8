"""What a service costs to carry out, step by step: an assumption that is written down, not a measurement.

Days of one person, each told as a range from 0.7 to 1.8 times:

    seam      0.5 for each function that others call + 1 for each class that others derive from
    service   3 for a process of its own (start, configuration, deployment, log)
              + 0.5 for each function that it calls of others + 1 for each class that it derives from
    routes    1
    data      1 for each table touched across its border + 3 for each transaction that writes on both sides
    clean     1

A class cannot have its base in another process: it is composed anew, or the base moves to the shared kernel.
What crosses to a service that is out already was paid for there. Hazards that must be solved first are named
beside it: what they take, nobody can tell from code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

SERVICE, ROUTES, CLEAN, FUNCTION, CLASS, TABLE, TRANSACTION = 3.0, 1.0, 1.0, 0.5, 1.0, 1.0, 3.0
LOW, HIGH = 0.7, 1.8


class Border(NamedTuple):
    """What is counted: functions called into a service and out of it, tables and transactions across, and
    classes of it that others derive from and the other way round."""

    calls_in: int
    calls_out: int
    tables: int
    transactions: int
    bases_in: int = 0
    bases_out: int = 0


def days(border: Border) -> Mapping[str, float]:
    """Step of the ladder -> days, in the order of the ladder."""
    return {
        "seam": FUNCTION * border.calls_in + CLASS * border.bases_in,
        "service": SERVICE + FUNCTION * border.calls_out + CLASS * border.bases_out,
        "routes": ROUTES,
        "data": TABLE * border.tables + TRANSACTION * border.transactions,
        "clean": CLEAN,
    }


def spread(number: float) -> tuple[int, int]:
    """The range in which so many days may lie."""
    return round(number * LOW), round(number * HIGH)


def effort(border: Border) -> tuple[int, int]:
    """The range for the whole ladder."""
    return spread(sum(days(border).values()))
