"""Reports of the back office; their SQL is in `queries/`."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, text

from ..db import session

QUERIES = Path(__file__).parent / "queries"


@cache
def query(name: str) -> TextClause:
    return text((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))


def sales_by_category(since: str) -> list[dict[str, Any]]:
    """What was sold and what of it was given back."""
    rows = session().execute(query("sales_by_category"), {"since": since})
    return [dict(row) for row in rows.mappings()]


def unpaid_orders(since: str) -> list[dict[str, Any]]:
    """Orders that wait for money, and how often a card was declined for them."""
    rows = session().execute(query("unpaid_orders"), {"since": since})
    return [dict(row) for row in rows.mappings()]
