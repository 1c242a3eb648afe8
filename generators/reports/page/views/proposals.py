"""Proposals side by side: what each would make of the project, by the same measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .....analyzer.model.measures import MEASURES
from .....analyzer.model.results import ReviewResult
from ....diagrams.scope import own_modules
from ...groupings import Grouping
from ...proposals_text import figure
from ..sections import Section, markup


class Proposals:
    """Metrics, services and the heaviest ties of each."""

    name, title, rank, script = "proposals", "Proposals", 60, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None where there is nothing to say either."""
        if not result.proposals and not result.nothing:
            return None
        known_metrics = {name for proposal in result.proposals for name in proposal.metrics}
        measures = [each for each in MEASURES if each.name in known_metrics and each.name != "services"]
        modules = own_modules(result.graph)
        known = {grouping.key: grouping for grouping in groupings}
        columns = []
        for number, proposal in enumerate(result.proposals, 1):
            grouping = known[f"proposal-{number}"]
            sizes = Counter(grouping.membership.of(node.id) for node in modules)
            columns.append(
                {
                    "number": number,
                    "key": grouping.key,
                    "proposal": proposal,
                    "services": [(service, sizes[service.name]) for service in proposal.boundary.services],
                    "cut": len(proposal.cut),
                    "reasons": list(dict.fromkeys((*proposal.reasons, *proposal.boundary.notes))),
                }
            )
        context = {"measures": measures, "figure": figure, "columns": columns, "nothing": result.nothing}
        return Section(markup("views/proposals.html.jinja", context), str(len(columns) or ""))


view = Proposals()
