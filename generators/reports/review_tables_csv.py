"""Who uses which table as CSV; see `review_csv.py`."""

from __future__ import annotations

from .review_csv import TablesCsv

report = TablesCsv()
