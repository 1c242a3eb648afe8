"""What the project is, how much of it was understood, what is decided, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .....analyzer.graph.functionality import ENTRY_KINDS
from .....analyzer.model.results import ReviewResult
from ....diagrams.scope import own_modules
from ...groupings import PACKAGES, Grouping, is_dense, tables_of
from ..sections import Section, markup

_SPOTS = 8


class Overview:
    """Figures, coverage, verdicts."""

    name, title, rank, script = "overview", "Overview", 10, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section:
        """Always something."""
        graph = result.graph
        functions = sum(bool(node.path) for node in graph.nodes("function"))
        kinds = Counter(each.entry.partition(":")[0] for each in result.functionalities)
        tables = tables_of(result, groupings[0]).tables
        spots = Counter(spot.kind for spot in graph.blind_spots)
        context = {
            "project": result.project,
            "modules": len(own_modules(graph)),
            "coverage": graph.coverage,
            "functions": functions,
            "entries": [(kind, kinds[kind]) for kind in ENTRY_KINDS if kinds[kind]],
            "tables": tables,
            "spots": sorted(spots.items(), key=lambda pair: (-pair[1], pair[0]))[:_SPOTS],
            "blind": len(graph.blind_spots),
            "sharing": Counter(table.sharing for table in tables),
            "grouping": groupings[0],
            "dense": is_dense(groupings[0]),
            "groups": "packages" if groupings[0].key == PACKAGES else "services",
            "result": result,
            "unread": graph.diagnostics,
        }
        return Section(markup("views/overview.html.jinja", context))


view = Overview()
