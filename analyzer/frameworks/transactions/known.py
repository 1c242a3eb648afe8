"""What libraries call the parts of a transaction, as they stand in code."""

from __future__ import annotations

import re

_DJANGO = re.compile(r"(?:django\.db\.)?transaction\.(?:atomic|commit_on_success|commit_manually)\Z")
_HOLDER = re.compile(
    r"session|engine|database|conn(?:ection)?s?\Z"
    r"|(?:^|_)(?:db|tx|txn|trans|transaction|uow|unit_of_work|cursor|cur|con)\Z",
    re.IGNORECASE,
)
_CONNECTION = re.compile(r"(?:^|_)(?:conn|connection|con|db|database)\Z", re.IGNORECASE)
_CONNECT = re.compile(
    r"(?:sqlite3|psycopg2?|pymysql|MySQLdb|oracledb|cx_Oracle|pyodbc)(?:\.dbapi2)?\.connect\Z"
)
_OPENS = {
    "begin": "begin", "transaction": "begin", "in_transaction": "begin", "begin_nested": "savepoint",
    "savepoint": "savepoint", "atomic": "atomic",
}  # fmt: skip
_USUAL = re.compile(
    r"(?:get|open|new|make|with)_(?:cursor|session|transaction|unit_of_work)"
    r"|(?:session|transaction|cursor)_(?:scope|context)|unit_of_work|in_transaction|run_in_transaction"
)
"""How libraries call what gives a session or cursor to work with, and commits once that was left."""
_COMMIT = re.compile(r"\s*(?:COMMIT|END)(?:\s+(?:WORK|TRANSACTION|TRAN))?\s*;?\s*\Z", re.IGNORECASE)
_BEGIN = re.compile(
    r"\s*(?:BEGIN|START)(?:\s+(?:WORK|TRANSACTION|TRAN|IMMEDIATE|EXCLUSIVE|DEFERRED))*\s*;?\s*\Z",
    re.IGNORECASE,
)


def _last(code: str) -> str:
    """`session` of `self.db.session()`."""
    while code.endswith(")") and "(" in code:
        code = code[: code.rindex("(")]
    return code.lstrip("?").rpartition(".")[2]


def holds(*codes: str) -> bool:
    """Whether code, in one of its spellings, names a session, a connection or the like."""
    return any(_HOLDER.search(_last(code)) is not None for code in codes)


def opens_called(function: str, *holders: str) -> str:
    """How `with function():` opens a transaction, where names alone say so, else "".

    `atomic` and `savepoint` join a transaction that is open already; `begin` and `connection` do not.
    `holders` are the spellings of what the function is a method of.
    """
    if _DJANGO.search(function):
        return "atomic"
    if _CONNECT.search(function):
        return "connection"
    if not holders:
        return "begin" if function.rpartition(".")[2] == "in_transaction" else ""
    return _OPENS.get(function.rpartition(".")[2], "") if holds(*holders) else ""


def opens(code: str) -> str:
    """How `with code:` opens a transaction: connections commit at the end."""
    return "connection" if _CONNECTION.search(_last(code)) else ""


def usual(function: str, *holders: str) -> bool:
    """Whether `with function():` by its name opens a transaction, if a library nobody told us of has it."""
    return bool(holders) and holds(*holders) and _USUAL.fullmatch(function.rpartition(".")[2]) is not None


def sql_word(text: str) -> str:
    """`commit` or `begin` where a statement is no more than that, else ""."""
    return "commit" if _COMMIT.match(text) else "begin" if _BEGIN.match(text) else ""
