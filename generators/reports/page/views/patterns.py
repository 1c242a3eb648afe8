"""Patterns that apply and what stands against scaling, each with its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from .....analyzer.model.findings import Finding
from .....analyzer.model.results import ReviewResult
from ...groupings import Grouping
from ..sections import Section, markup

_EACH, _PLACES = 40, 4


class Patterns:
    """A table a pattern, and one a capability."""

    name, title, rank, script = "patterns", "Patterns", 64, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None where nothing was assessed."""
        assessed = result.assessment
        if assessed is None:
            return None
        patterns = _grouped(assessed.recommendations, "pattern")
        context = {
            "patterns": patterns,
            "capabilities": _grouped(assessed.weaknesses, "capability"),
            "by": assessed.strategy,
            "each": _EACH,
            "places": _PLACES,
        }
        return Section(markup("views/patterns.html.jinja", context), f"{len(assessed.recommendations):,}")


def _grouped(findings: Iterable[Finding], by: str) -> list[dict[str, Any]]:
    """The findings by their pattern or capability; what holds for all of a kind is told once."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        found[getattr(each, by)].append(each)
    return [
        {"name": name.replace("_", " "), "slug": name, "findings": all_of, "first": all_of[0]}
        for name, all_of in sorted(found.items())
    ]


view = Patterns()
