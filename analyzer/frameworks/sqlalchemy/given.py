"""What is done to rows of a class by giving them, it or a query to a session, or to what runs queries."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .types import COLUMN, JOINED, OF_COLUMNS

QUERY = ("Query", "Select", "BaseQuery", OF_COLUMNS)
_SESSION = re.compile(r"(?:.*\.)?\w*[sS]ession\w*(?:\(\))*(?:\[\])?\Z|(?:.*\.)?(?:db|s|tx|conn|connection)\Z")
_ADDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "add": (("writes", "insert"),),
    "add_all": (("writes", "insert"),),
    "merge": (("reads", ""), ("writes", "upsert")),
    "delete": (("writes", "delete"),),
    "bulk_save_objects": (("writes", "upsert"),),
    "bulk_insert_mappings": (("writes", "insert"),),
    "bulk_update_mappings": (("writes", "update"),),
    "refresh": (("reads", ""),),
    "query": (("reads", ""),),
    "get": (("reads", ""),),
    "get_one": (("reads", ""),),
}
"""What methods of sessions do with instances and classes that they are given."""
_SELECTS = frozenset({"sqlalchemy", "sqlalchemy.future", "sqlalchemy.sql", "sqlmodel"})
READ, JOIN, AGGREGATE = (("reads", ""),), (("joins", ""),), (("reads", "aggregate"),)
AGGREGATES = frozenset({"count", "sum", "avg"})
"""Functions of databases that go over all rows for one value; an index tells the least and the largest."""
CHANGE = (("writes", "update"),)
_RUNS = {"Insert": ("writes", "insert"), "Update": ("writes", "update"), "Delete": ("writes", "delete")}


def is_session(owner: str) -> bool:
    """Whether code is a session, or a connection."""
    return bool(_SESSION.match(owner)) or owner.endswith("SQLAlchemy.session")


def kinds_of(kind: str, method: str, session: bool, known: bool, owner: str) -> tuple[tuple[str, str], ...]:
    """The accesses, each with its way, of a call of `owner.method` that is given something of a `kind`."""
    if kind == "instance" and (method == "populate_obj" or (method, owner) == ("setattr", "<builtin>")):
        return CHANGE  # a form puts its fields there; an attribute by a name that is not told
    if kind in ("instance", "class", COLUMN):
        if method in AGGREGATES and owner.rpartition(".")[2] == "func":
            return AGGREGATE
        if kind == COLUMN:
            return READ if (session and method == "query") or owner in _SELECTS else ()
        if kind == "class" and (method == "select_from" or (method == "select" and owner in _SELECTS)):
            return READ
        return _ADDS.get(method, ()) if session else ()
    last = kind.rpartition(".")[2]
    if last in _RUNS:
        return (_RUNS[last],) if session or not known else ()
    if kind == JOINED:
        return JOIN
    if kind.endswith(QUERY) and not owner.endswith(QUERY):
        return READ
    return ()
