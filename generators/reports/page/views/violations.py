"""Violations of the agreed boundary: the new ones, the accepted debt, and how much of it is paid off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ...groupings import Grouping
from ..sections import Section, markup

_MOST = 100


class Violations:
    """New ones first, each with its places, its consequence and what to do."""

    name, title, rank, script = "violations", "Violations", 70, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without an agreed boundary."""
        check = result.check
        if check is None:
            return None
        new = [found for found in check.violations if not found.baseline]
        new_by = Counter((found.origin, found.rule) for found in new)
        old_by = Counter((found.origin, found.rule) for found in check.violations if found.baseline)
        paid_by = Counter((debt.origin, debt.rule) for debt in check.stale)
        rows = [
            (*key, new_by[key], old_by[key], paid_by[key]) for key in sorted({*new_by, *old_by, *paid_by})
        ]
        context = {
            "check": check,
            "rows": rows,
            "shown": check.violations[:_MOST],
            "more": len(check.violations) - min(_MOST, len(check.violations)),
            "new": len(new),
            "line": lambda place: check.sources.get((place.path, place.line), "").strip(),
        }
        return Section(markup("views/violations.html.jinja", context), f"{len(new):,}" if new else "")


view = Violations()
