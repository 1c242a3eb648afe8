"""Who uses which table, as CSV for a spreadsheet."""

from __future__ import annotations

from collections import Counter

from ...analyzer.model.results import ReviewResult
from .groupings import first_grouping, tables_of
from .spreadsheet import table


class TablesCsv:
    """One row a table and service (or package) that uses it: how many functions read and write it."""

    name = "tables-csv"
    accepts = ReviewResult

    def render(self, result: ReviewResult) -> bytes:
        """UTF-8, comma-separated, with a head."""
        rows = []
        for each in tables_of(result, first_grouping(result)).tables:
            readers = Counter(use.home for use in each.uses if "R" in use.how)
            writers = Counter(use.home for use in each.uses if use.writes)
            for home in each.users or ("",):
                numbers = (str(readers[home]), str(writers[home]))
                rows.append((each.name, each.owner, each.sharing, home, *numbers))
        return table(("table", "owner", "sharing", "user", "reading functions", "writing functions"), rows)


report = TablesCsv()
