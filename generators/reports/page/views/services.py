"""Services: what leaves with each and what it must be untied from, which tells where to begin."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ...candidates import candidates
from ...groupings import Grouping
from ..sections import Section, markup


class Services:
    """Those with a life of their own first, of these the cheapest for their size."""

    name, title, rank, script = "services", "Services", 35, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without services."""
        first = groupings[0]
        rows = candidates(result.graph, first)
        if not rows:
            return None
        lead = rows[0] if rows[0].serves == 2 and len(rows) > 1 else None
        context = {"rows": rows, "lead": lead, "grouping": first}
        return Section(markup("views/services.html.jinja", context), f"{len(rows):,}")


view = Services()
