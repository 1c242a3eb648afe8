"""Rows as CSV for a spreadsheet: a cell that it would take for a formula gets an apostrophe in front."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from .plain import clean


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
