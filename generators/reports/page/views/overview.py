"""What the project is, how much of it was understood, what is decided, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .....analyzer.graph.functionality import ENTRY_KINDS
from .....analyzer.graph.sizes import sizes
from .....analyzer.graph.unread import unread_libraries
from .....analyzer.model.results import ReviewResult
from ...blind_words import words_of
from ...groupings import PACKAGES, Grouping, is_dense, tables_of
from ...plain import count
from ...unseen import rank, told_once
from ..sections import Section, Shown, markup

_SPOTS = 10


class Overview:
    """Figures, coverage, verdicts; what hangs on the chosen services follows them."""

    name, title, rank, script = "overview", "Overview", 10, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section:
        """Always something."""
        graph = result.graph
        size = sizes(graph)
        kinds = Counter(each.entry.partition(":")[0] for each in result.functionalities)
        spots = Counter(spot.kind for spot in graph.blind_spots)
        shown = sorted(spots.items(), key=lambda pair: rank(pair[0]))  # as texts order them
        context = {
            "project": result.project,
            "modules": size["module"],
            "coverage": graph.coverage,
            "functions": size["function"],
            "entries": [(kind, kinds[kind]) for kind in ENTRY_KINDS if kinds[kind]],
            "tables": len(result.tables.tables),
            "spots": [(kind, number, words_of(kind)) for kind, number in shown[:_SPOTS]],
            "more_spots": (max(0, len(shown) - _SPOTS), sum(number for _, number in shown[_SPOTS:])),
            "blind": len(graph.blind_spots),
            "said": self.shown(result, groupings[0]).said,
            "result": result,
            "unread": [each for each in told_once(graph.diagnostics) if each.kind != "rewritten"],
            "libraries": list(map(str, unread_libraries(graph))),
        }
        return Section(markup("views/overview.html.jinja", context))

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown:
        """How much crosses, and how tables are shared."""
        groups = "packages" if grouping.key == PACKAGES else "services"
        number = len(grouping.boundary.services)
        sharing = Counter(table.sharing for table in tables_of(result, grouping).tables)
        dense = ", most pairs of which are linked" if is_dense(grouping) else ""
        return Shown(
            (),
            {
                "cross": f"{count(len(grouping.cut), 'edge')} cross{'es' * (len(grouping.cut) == 1)}",
                "between": f"between the {number:,} {groups} of {grouping.title}{dense}.",
                "shared": f"{sharing['written by several']:,} shared",
                "tables": f"tables are written by several {groups}; {sharing['read by others']:,} are "
                f"written by one and read by others, {sharing['exclusive']:,} belong to one alone.",
            },
        )


view = Overview()
