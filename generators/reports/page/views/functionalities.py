"""Functionalities: each entry point with what it reaches, and how often it would cross the network."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.model.results import ReviewResult
from ...groupings import Grouping, Reached, reached
from ..sections import Cell, Section, Shown, markup

_MOST = 80


class Functionalities:
    """Those that cross most first."""

    name, title, rank, script = "functionalities", "Functionalities", 50, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without entry points."""
        number = len(result.functionalities)
        if not number:
            return None
        context = {"shown": self.shown(result, groupings[0]), "more": max(0, number - _MOST)}
        return Section(markup("views/functionalities.html.jinja", context), f"{number:,}")

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown:
        """A row an entry point."""
        return Shown([_row(each) for each in reached(result, grouping)[:_MOST]], {"of": grouping.title})


def _row(each: Reached) -> tuple[Cell, ...]:
    kind, _, name = each.entry.partition(":")
    figures = (each.functions, each.tables, each.hops)
    return ((each.entry, name), kind, *(f"{figure:,}" for figure in figures), ", ".join(each.services))


view = Functionalities()
