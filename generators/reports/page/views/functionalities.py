"""Functionalities: each entry point with what it reaches, and how often it would cross the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .....analyzer.graph.access import ACCESS_KINDS, in_database
from .....analyzer.model.boundary import SHARED
from .....analyzer.model.functionality import Functionality
from .....analyzer.model.results import ReviewResult
from ..groupings import Grouping
from ..sections import Section, markup

_MOST = 200


class Functionalities:
    """Those that cross most first."""

    name, title, rank, script = "functionalities", "Functionalities", 50, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without entry points."""
        rows = [_row(functionality, groupings[0]) for functionality in result.functionalities]
        if not rows:
            return None
        rows.sort(key=lambda row: (-row["hops"], -row["functions"], row["kind"], row["name"]))
        context = {"rows": rows[:_MOST], "more": len(rows) - min(_MOST, len(rows)), "grouping": groupings[0]}
        return Section(markup("views/functionalities.html.jinja", context), f"{len(rows):,}")


def _row(functionality: Functionality, grouping: Grouping) -> dict[str, Any]:
    """`hops`: how many of its steps cross into another service than the shared kernel."""
    of = grouping.membership.of
    hops = functions = 0
    tables: set[str] = set()
    services = {of(functionality.entry)}
    for step in functionality.steps:
        origin, owner = of(step.caller), of(step.id)
        services.add(owner)
        hops += bool(origin and owner and origin != owner and owner != SHARED)
        if step.kind in ACCESS_KINDS and in_database(step.id):
            tables.add(step.id)
        elif step.id.startswith("function:"):
            functions += 1
    return {
        "kind": functionality.entry.partition(":")[0],
        "name": functionality.entry.partition(":")[2],
        "functions": functions,
        "tables": len(tables),
        "services": sorted(name for name in services if name and name != SHARED),
        "hops": hops,
    }


view = Functionalities()
