"""Counts of debt by service and rule, for every report that shows them."""

from __future__ import annotations

from ...analyzer.model.results import BaselineResult


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
