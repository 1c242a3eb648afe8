"""Services in the order of extraction: what each costs at its turn, and why the first one is first."""

from __future__ import annotations

from collections.abc import Sequence

from .....analyzer.graph.order import order
from .....analyzer.model.assessment import Candidate
from .....analyzer.model.results import ReviewResult
from ...assessment_plan import MODEL
from ...assessment_text import why_first
from ...groupings import Grouping
from ..sections import Cell, Section, Shown, markup

_USERS = 6


class Services:
    """The ranking of `carveout assess`, for each grouping."""

    name, title, rank, script = "services", "Services", 35, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without services."""
        shown = self.shown(result, groupings[0])
        if not shown.rows:
            return None
        context = {"shown": shown, "model": f"{MODEL[:1].upper()}{MODEL[1:]}"}
        return Section(markup("views/services.html.jinja", context), f"{len(shown.rows):,}")

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown:
        """A row a service, and the reasons for the first."""
        rows = order(result.graph, grouping.boundary, grouping.cut)
        lead = f"Carve out first: {rows[0].name}. {_sentences(why_first(rows[0]))}" if len(rows) > 1 else ""
        cells = [_row(number, row, number == len(rows)) for number, row in enumerate(rows, 1)]
        return Shown(cells, {"lead": lead, "of": grouping.title})


def _row(number: int, row: Candidate, stays: bool) -> tuple[Cell, ...]:
    figures = (row.entries, row.modules, row.tables, row.calls_in + row.calls_out, row.shared_tables)
    return (
        (row.name, row.name),
        str(number),
        *(f"{figure:,}" for figure in (*figures, row.transactions)),
        "stays" if stays else f"{row.effort[0]}\u2013{row.effort[1]}",
        "" if stays else row.risk,
        _few(row.used_by),
        _few(row.depends_on),
    )


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _USERS} more" if len(names) > _USERS else ""
    return ", ".join(names[:_USERS]) + more


def _sentences(reasons: Sequence[str]) -> str:
    return " ".join(f"{reason[:1].upper()}{reason[1:]}." for reason in reasons)


view = Services()
