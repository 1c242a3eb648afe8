"""Rows of dumps: what an INSERT of literals says does not hang on them, so that one reading does for all."""

from __future__ import annotations

import re

_LITERAL = (
    r"(?:(?:[benx]|_\w+\s)?'(?:[^'\\]+|''|\\.)*+'|\"(?:[^\"\\]+|\"\"|\\.)*+\"|[-+]?\.?\d[\w.+-]*"
    r"|null|true|false|default)"
)
_ROWS = re.compile(
    r"(?P<head>(?:insert|replace)\s[^()'\";]{1,400}(?:\([^()';]{1,20000}\)[^()'\";]{0,80})?\bvalues?)\s*"
    rf"(?:\(\s*(?:{_LITERAL}\s*,?\s*)*+\)\s*,?\s*)++\Z",
    re.IGNORECASE | re.DOTALL,
)


def without_rows(text: str) -> str:
    """The text with one short row in the place of all rows, where these are nothing but literals."""
    found = _ROWS.match(text) if text[:7].lower() in ("insert ", "replace") else None
    return f"{found['head']} (1)" if found is not None else text
