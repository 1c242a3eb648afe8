"""What the boundary file of a project should say about reading it, guessed from what lies there."""

from __future__ import annotations

import re
from pathlib import Path

from ..model.boundary import Project
from ..model.errors import IncompleteError
from .sources import SUFFIXES, find_sources

_LISTS = ("pyproject.toml", "requirements*.txt", "requirements/*.txt", "setup.cfg", "setup.py", "Pipfile")
_DRIVERS = {
    "postgres": ("psycopg", "psycopg2", "psycopg2-binary", "asyncpg", "pg8000"),
    "mysql": ("mysqlclient", "pymysql", "mysql-connector-python", "aiomysql"),
    "oracle": ("cx_oracle", "cx-oracle", "oracledb"),
    "tsql": ("pyodbc", "pymssql", "mssql-django"),
}


def guess(root: Path) -> Project:
    """The SQL dialect, when the project asks for the driver of exactly one database.

    Import roots are left to the analysis, which finds them. Raises UsageError when `root` is not a
    folder that can be listed, IncompleteError when there is nothing to analyse in it.
    """
    if not find_sources(root).files:
        raise IncompleteError(
            f"nothing to analyse here: no {' or '.join(SUFFIXES)} file was found",
            help="give the folder that holds the code: carveout init PATH",
        )
    text = "\n".join(_text(path) for pattern in _LISTS for path in sorted(root.glob(pattern))).lower()
    words = set(re.findall(r"[a-z][a-z0-9_-]*", text))
    found = [dialect for dialect, drivers in _DRIVERS.items() if not words.isdisjoint(drivers)]
    return Project(dialect=found[0] if len(found) == 1 else "auto")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
