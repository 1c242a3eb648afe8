"""The matrix: services against services. The one picture that dense graphs leave readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .....analyzer.model.boundary import SHARED
from .....analyzer.model.results import ReviewResult
from ...groupings import Grouping
from ..sections import Section, markup

_MOST = 40


class Matrix:
    """Rows depend on columns."""

    name, title, rank, script = "matrix", "Matrix", 30, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section:
        """The first grouping; script switches to the others and goes inside."""
        first = groupings[0]
        counts = Counter((edge.origin, edge.owner) for edge in first.cut)
        weight: Counter[str] = Counter()
        for (origin, owner), number in counts.items():
            weight.update({origin: number, owner: number})
        names = sorted(service.name for service in first.boundary.services)
        if weight[SHARED]:
            names.append(SHARED)
        shown = sorted(sorted(names, key=lambda name: (-weight[name], name))[:_MOST])
        context = {"names": shown, "counts": counts, "hidden": len(names) - len(shown), "grouping": first}
        return Section(markup("views/matrix.html.jinja", context))


view = Matrix()
