"""The plan: which service first and why, the order, the ladder of the first one, and the journey."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ...assessment_plan import HOLDS, MODEL, parts, signature
from ...assessment_text import why_first
from ...groupings import Grouping
from ..sections import Section, markup

_WALKS, _EACH = 20, 30


class Plan:
    """The order of extraction, then the plan of the service that goes first."""

    name, title, rank, script = "plan", "Plan", 62, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None where nothing was assessed, or there is nothing to carve out."""
        assessed = result.assessment
        if assessed is None or len(assessed.order) < 2:
            return None
        context = {
            "result": assessed,
            "first": assessed.order[0],
            "why": why_first(assessed.order[0]),
            "plan": assessed.plans[0],
            "parts": parts(assessed.plans[0]),
            "signatures": [(signature(each), each.place) for each in assessed.plans[0].interface.offered],
            "holds": HOLDS,
            "model": MODEL,
            "walks": assessed.walks[:_WALKS],
            "each": _EACH,
        }
        return Section(markup("views/plan.html.jinja", context))


view = Plan()
