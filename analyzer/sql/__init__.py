"""SQL text: which tables a statement reads, joins and writes, and what it defines.

`looks_like_sql` is cheap and refuses English; `read_sql` reads a script or a statement; `read_string` does
both for the strings of a program. sqlglot stays in here, and is imported when the first statement is read.
"""

from __future__ import annotations

from .guess import looks_like_sql
from .reading import read_sql, read_string
from .split import split
from .statements import Definition, ForeignKey, Statement, TableUse

__all__ = [
    "Definition",
    "ForeignKey",
    "Statement",
    "TableUse",
    "looks_like_sql",
    "read_sql",
    "read_string",
    "split",
]
