"""The map: services with what they hold and what runs between them. Without script, the service picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ....diagrams.drawing import svg
from ....diagrams.layout import layered
from ....diagrams.shape import measured
from ...groupings import Grouping, density, is_dense, pairs
from ..sections import Section, Shown, markup

_ROOM = 1100.0
_MOST = 80


class Map:
    """A picture, and what crosses as a table."""

    name, title, rank, script = "map", "Map", 20, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section:
        """The picture of the first grouping; script switches to the others."""
        from markupsafe import Markup

        first = groupings[0]
        drawn = svg(first.picture, layered(*measured(first.picture), _ROOM)).decode("utf-8")
        inline = re.sub(r">\n *<", "><", drawn[drawn.index("<svg") :])
        context = {
            "picture": Markup(inline),
            "shown": self.shown(result, first),
            "dense": round(100 * density(first)) if is_dense(first) else 0,
        }
        return Section(markup("views/map.html.jinja", context))

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown:
        """What crosses, by pair of services."""
        found = pairs(grouping)
        rows = [
            (
                (f"{pair.origin}>{pair.owner}", pair.origin),
                pair.owner,
                f"{pair.total:,}",
                ", ".join(f"{kind} {number:,}" for kind, number in pair.kinds),
            )
            for pair in found[:_MOST]
        ]
        caption = f"{grouping.title}: {len(grouping.cut):,} edges cross" if found else "Nothing crosses."
        more = f"{len(found) - _MOST:,} more pairs" if len(found) > _MOST else ""
        return Shown(rows, {"caption": caption, "more": more})


view = Map()
