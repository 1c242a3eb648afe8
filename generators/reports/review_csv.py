"""What crosses, and who uses which table, as CSV for a spreadsheet.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (CSV injection).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from io import StringIO

from ...analyzer.model.results import ReviewResult
from .groupings import groupings
from .plain import clean


class CutCsv:
    """One row an edge that crosses, of the agreed services, else of the first proposal."""

    name = "cut-csv"
    accepts = ReviewResult

    def render(self, result: ReviewResult) -> bytes:
        """UTF-8, comma-separated, with a head."""
        rows = []
        for edge in groupings(result)[0].cut:
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


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV bytes of rows of texts."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


def _cell(text: str) -> str:
    shown = clean(text)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@", "\t", "\r")) else shown


class TablesCsv:
    """One row a table and service (or package) that uses it: how many functions read and write it."""

    name = "tables-csv"
    accepts = ReviewResult

    def render(self, result: ReviewResult) -> bytes:
        """UTF-8, comma-separated, with a head."""
        rows = []
        for each in result.tables.tables:
            readers = Counter(use.home for use in each.uses if "R" in use.how)
            writers = Counter(use.home for use in each.uses if use.writes)
            for home in each.users or ("",):
                numbers = (str(readers[home]), str(writers[home]))
                rows.append((each.name, each.owner, each.sharing, home, *numbers))
        return table(("table", "owner", "sharing", "user", "reading functions", "writing functions"), rows)


report = CutCsv()
