"""What crosses, as CSV for a spreadsheet."""

from __future__ import annotations

from ...analyzer.model.results import ReviewResult
from .groupings import first_grouping
from .spreadsheet import table


class CutCsv:
    """One row an edge that crosses, of the agreed services, else of the first proposal."""

    name = "cut-csv"
    accepts = ReviewResult

    def render(self, result: ReviewResult) -> bytes:
        """UTF-8, comma-separated, with a head."""
        rows = []
        for edge in first_grouping(result).cut:
            place = edge.edge.evidence[0].place if edge.edge.evidence else None
            path, line = (place.path, str(place.line)) if place else ("", "")
            rows.append(
                (edge.origin, edge.owner, edge.edge.kind, edge.edge.confidence, edge.edge.source,
                 edge.edge.target, path, line, edge.consequence, edge.remedy)
            )  # fmt: skip
        head = (
            "from", "into", "kind", "confidence", "source", "target", "path", "line", "consequence", "remedy",
        )  # fmt: skip
        return table(head, rows)


report = CutCsv()
