"""The report that reviewers open first: one HTML file that needs no network and reads without script.

Each view is one file in `views/`: a section of plain tables and headings. The graph travels along in
columns (`packing.py`); script adds the map, the matrix, search and filters on top of it. Everything that
stands in the page passes through Jinja's escaping, data and script in characters that end no element, and a
policy forbids all else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ....analyzer.model.results import ReviewResult
from ....analyzer.plugins import plugins
from ...diagrams.draw import draw
from ...diagrams.legend import STYLE
from ...diagrams.picture import Picture
from ..groupings import Grouping, density, groupings, is_dense
from .container import packed
from .packing import Packing
from .placing import places
from .sections import TEMPLATES, Following, View, markup, script
from .shortened import shortened

_PARTS = (
    "data",
    "units",
    "state",
    "panel",
    "layout",
    "pens",
    "map",
    "reach",
    "matrix",
    "trace",
    "reaching",
    "following",
    "controls",
    "start",
)


def navigation() -> tuple[View, ...]:
    """All views in the order of the navigation, those of third parties included."""
    found: tuple[View, ...] = plugins("generators.reports.page.views", "view")
    return tuple(sorted(found, key=lambda view: (view.rank, view.name)))


class Page:
    """The report as one HTML file."""

    name = "html"
    accepts = ReviewResult

    def render(self, result: ReviewResult) -> bytes:
        """The whole file; the same bytes for the same result."""
        known = groupings(result)
        sections: list[dict[str, Any]] = []
        rest: list[str] = []
        code = [script(f"script/{part}") for part in _PARTS]
        for view in _ordered(known[0]):
            section = view.render(result, known)
            if section is not None:
                body = _markup(shortened(section.body, rest))
                sections.append(
                    {"name": view.name, "title": view.title, "body": body, "badge": section.badge}
                )
                code.append(view.script)
        text = '"use strict";(() => {\n' + "\n".join(part for part in code if part) + "\nstart();\n})();\n"
        boot = f'"use strict";(() => {{\n{script("boot")}\n}})();\n'
        style = (TEMPLATES / "style.css").read_text("utf-8")
        context = {
            "project": result.project,
            "sections": sections,
            "groupings": [(grouping.key, grouping.title) for grouping in known],
            "style": _markup(style),
            "boot": _markup(boot),
            "data": _markup(packed({**_data(result, known), "script": text, "rest": rest})),
            "script_digests": [_digest(boot), _digest(text)],
            "style_digests": [_digest(style), _digest(STYLE)],  # the second stands in pictures
        }
        return markup("page.html.jinja", context).encode("utf-8")


def _data(result: ReviewResult, known: Sequence[Grouping]) -> dict[str, Any]:
    data = Packing(result, known).columns()
    for grouping, column in zip(known, data["groupings"], strict=True):
        column.update(places(grouping.picture, _base(result, grouping)))
        column["dense"] = round(100 * density(grouping)) if is_dense(grouping) else 0
        column["views"] = {} if grouping is known[0] else _views(result, grouping)
    return {**data, "project": result.project, "link": result.link}


def _ordered(first: Grouping) -> list[View]:
    """The views as they are shown: where most services are linked, the matrix stands before the map."""
    views = list(navigation())
    by_name = {view.name: number for number, view in enumerate(views)}
    one, other = by_name["map"], by_name["matrix"]
    if is_dense(first):
        views[one], views[other] = views[other], views[one]
    return views


def _views(result: ReviewResult, grouping: Grouping) -> dict[str, Any]:
    """What stands in the views in place of what they tell of the first grouping."""
    followers = {view.name: view for view in navigation() if isinstance(view, Following)}
    return {name: asdict(view.shown(result, grouping)) for name, view in followers.items()}


def _base(result: ReviewResult, grouping: Grouping) -> Picture | None:
    """The same services before a change: what was there stays where it was."""
    if result.difference is None or not grouping.boundary.services:
        return None
    return draw(result.difference.before, grouping.boundary, "service", result.project)


def _markup(text: str) -> Any:
    """Our own style, script and packed data, which stand in elements that end at their end tag alone."""
    from markupsafe import Markup

    return Markup(text)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


report = Page()
