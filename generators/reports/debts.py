"""Counts of debt by service and rule, for every report that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analyzer.model.findings import Debt
from ...analyzer.model.results import BaselineResult
from .plain import WIDTH, crop, wrap
from .relationships import arrow


def paid(debts: Sequence[Debt], most: int, where: str) -> Iterator[str]:
    """The first of these entries, in lines for a terminal, and `where` all are."""
    for debt in debts[:most]:
        first, *rest = wrap("", f"{debt.rule}: {arrow(debt)}", 2)
        yield from (crop(line, WIDTH) for line in (first, *("  " + line for line in rest)))
    if len(debts) > most:
        yield f"  and {len(debts) - most:,} more{where}"


def tally(result: BaselineResult) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """(service, rule) -> accepted, of these still there, paid off, and new; sorted."""
    found: dict[tuple[str, str], list[int]] = {}
    for debt in result.accepted:
        found.setdefault((debt.origin, debt.rule), [0, 0, 0])[0] += 1
    for debt in result.stale:
        found[debt.origin, debt.rule][1] += 1
    for violation in result.violations:
        if not violation.baseline:
            found.setdefault((violation.origin, violation.rule), [0, 0, 0])[2] += 1
    return {
        key: (accepted, accepted - gone, gone, new) for key, (accepted, gone, new) in sorted(found.items())
    }
