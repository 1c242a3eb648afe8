"""Screens of the client, the routes that they show, and how many services each would wait for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .....analyzer.model.boundary import Screen
from .....analyzer.model.results import ReviewResult
from ...groupings import Grouping
from ..sections import Section, markup


class Screens:
    """What `[screens]` of the boundary file names."""

    name, title, rank, script = "screens", "Screens", 55, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without screens."""
        if result.agreed is None or not result.agreed.screens:
            return None
        rows = [_row(screen, groupings[0]) for screen in result.agreed.screens]
        return Section(markup("views/screens.html.jinja", {"rows": rows}), str(len(rows)))


def _row(screen: Screen, grouping: Grouping) -> dict[str, Any]:
    routes = [(route, grouping.membership.of(f"route:{route}") or "") for route in screen.routes]
    return {
        "name": screen.name,
        "routes": routes,
        "services": sorted({owner for _, owner in routes if owner}),
    }


view = Screens()
