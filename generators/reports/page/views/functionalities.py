"""Functionalities: each entry point with what it reaches, and how often it would cross the network."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ...groupings import Grouping, reached
from ..sections import Section, markup

_MOST = 200


class Functionalities:
    """Those that cross most first."""

    name, title, rank, script = "functionalities", "Functionalities", 50, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without entry points."""
        rows = reached(result, groupings[0])
        if not rows:
            return None
        context = {"rows": rows[:_MOST], "more": len(rows) - min(_MOST, len(rows)), "grouping": groupings[0]}
        return Section(markup("views/functionalities.html.jinja", context), f"{len(rows):,}")


view = Functionalities()
