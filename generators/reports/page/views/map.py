"""The map: services with what they hold and what runs between them. Without script, the service picture."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ....diagrams.drawing import svg
from ....diagrams.layout import layered
from ....diagrams.shape import measured
from ...groupings import Grouping, density, pairs
from ..sections import Section, markup

_ROOM = 1100.0
_DENSE = 0.4
"""Where more of the pairs are linked, no map is readable."""


class Map:
    """A picture, and the services as a table."""

    name, title, rank, script = "map", "Map", 20, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section:
        """The picture of the first grouping; script switches to the others."""
        from markupsafe import Markup

        first = groupings[0]
        drawn = svg(first.picture, layered(*measured(first.picture), _ROOM)).decode("utf-8")
        inline = drawn[drawn.index("<svg") :]
        context = {
            "picture": Markup(inline),
            "grouping": first,
            "pairs": pairs(first),
            "dense": density(first) if density(first) > _DENSE else 0,
        }
        return Section(markup("views/map.html.jinja", context))


view = Map()
