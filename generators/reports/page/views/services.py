"""Services: what leaves with each and what it must be untied from, which tells where to begin."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ...candidates import Candidate, candidates
from ...groupings import Grouping
from ..sections import Cell, Section, Shown, markup

_USERS = 8


class Services:
    """Those with a life of their own first, of these the cheapest for their size."""

    name, title, rank, script = "services", "Services", 35, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without services."""
        shown = self.shown(result, groupings[0])
        if not shown.rows:
            return None
        return Section(markup("views/services.html.jinja", {"shown": shown}), f"{len(shown.rows):,}")

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown:
        """A row a service, and the one to look at first."""
        rows = candidates(result.graph, grouping)
        stands_out = len(rows) > 1 and rows[0].serves == 2
        lead = f"First to look at: {rows[0].name}. {rows[0].why()}." if stands_out else ""
        return Shown([_row(row) for row in rows], {"lead": lead, "of": grouping.title})


def _row(row: Candidate) -> tuple[Cell, ...]:
    figures = (row.modules, row.entries, row.tables, row.exposed, row.into, row.out, row.database, row.keys)
    more = f" and {len(row.users) - _USERS} more" if len(row.users) > _USERS else ""
    users = ", ".join(row.users[:_USERS]) + more
    return ((row.name, row.name), f"{row.price:.1f}", *(f"{figure:,}" for figure in figures), users)


view = Services()
