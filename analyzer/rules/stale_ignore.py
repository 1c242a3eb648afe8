"""An ignore still covers something, and has not ended.

What it does
    An `[[ignore]]` that covers no violation is stale: what it excused is gone, or its names are no
    longer those of the code. One whose `until` has passed has ended: what it covered counts again.
    Both are warnings unless `[rules]` says otherwise. Ignores of rules that are off are left alone.

Why it matters
    An exception that covers nothing today covers tomorrow's mistake, and nobody will see it. And a
    list of exceptions that is not kept is no longer believed.

Example
    carveout.toml:

        [[ignore]]
        rule = "table-read"
        source = "shop.reports.monthly"
        target = "table:payment"
        reason = "moves in step 4"
        until = 2026-03-01

    CO903 the ignore of table-read ended on 2026-03-01

How to fix it
    Take a stale one out. Fix what one that has ended covered, or agree on a later date.

Options
    [rules]
    stale-ignore = "error"       # or CO903: error, warning or off
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ..model.boundary import Boundary, CutEdge, Ignore, Level
from ..model.evidence import Evidence, Place
from ..model.findings import Violation
from ..model.graph import Graph
from ..project.config import FILE
from . import matches


class StaleIgnore:
    """Ignores that cover nothing, or have ended."""

    id = "stale-ignore"
    code = "CO903"
    group = "boundary-file"
    level: Level = "warning"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """Nothing: it takes what the other rules found."""
        return ()

    def review(
        self, boundary: Boundary, graph: Graph, covered: Mapping[Ignore, int], today: date | None
    ) -> Iterable[Violation]:
        """One violation per ignore."""
        for ignore in boundary.ignores:
            number = covered.get(ignore, 0)
            if today is not None and ignore.until is not None and ignore.until < today and number:
                again = "1 violation" if number == 1 else f"{number:,} violations"
                yield self._violation(
                    ignore,
                    f"the ignore of {ignore.rule} ended on {ignore.until}",
                    f"what it covered counts again ({again}); its reason was: {ignore.reason}",
                    "fix what it covered and take it out, or agree on a later date",
                )
            elif not number:
                yield self._violation(
                    ignore,
                    f"the ignore of {ignore.rule} covers nothing",
                    _why(ignore, graph),
                    "take it out, or correct its names",
                )

    def _violation(self, ignore: Ignore, title: str, why: str, help: str) -> Violation:
        place = ignore.place or Place(FILE)
        return Violation(
            id=self.code, rule=self.id, title=title, evidence=(Evidence(place),), why=why, help=help,
            source=f"ignore:{ignore.rule}", target=f"{ignore.source} -> {ignore.target}", origin="", owner="",
        )  # fmt: skip


def _why(ignore: Ignore, graph: Graph) -> str:
    """What is not there any more: a name, or the relationship between the two."""
    for pattern in (ignore.source, ignore.target):
        prefix = pattern.partition(":")[0]
        if prefix not in ("service", "ignore") and not any(matches(pattern, id) for id in graph.columns.ids):
            return f'nothing is called "{pattern}"'
    return f"no violation from {ignore.source} to {ignore.target} was found"


rule = StaleIgnore()
