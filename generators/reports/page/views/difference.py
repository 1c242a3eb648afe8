"""What a change adds to the cut and takes from it: new edges first, each with its place."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ...difference_text import verdict
from ...groupings import Grouping
from ..sections import Section, markup

_PAIRS, _EDGES, _NAMES = 60, 20, 30


class DifferenceView:
    """None unless two revisions are compared."""

    name, title, rank, script = "difference", "Difference", 15, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """By pair of services, those that nothing crossed before first."""
        found = result.difference
        if found is None:
            return None
        context = {
            "found": found,
            "verdict": verdict(found),
            "pairs": found.pairs[:_PAIRS],
            "more": max(0, len(found.pairs) - _PAIRS),
            "most": _EDGES,
            "names": _NAMES,
        }
        return Section(markup("views/difference.html.jinja", context), f"+{len(found.added):,}")


view = DifferenceView()
