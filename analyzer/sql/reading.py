"""SQL text to statements: split, rewrite, parse, read; whatever fails leaves its reason, never an
exception.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from . import combined, names, search_path, words
from .attempts import Reading, leading_word
from .guess import looks_like_sql
from .placeholders import rewrite
from .rows import without_rows
from .sequences import sequence_uses
from .split import split
from .statements import (
    ENGLISH,
    NOT_UNDERSTOOD,
    NUL_IN_NAME,
    TOO_DEEP,
    TOO_LONG,
    Statement,
)

MAX_STATEMENT = 1_000_000
_SHORT = 1_000
_NUL = re.compile(
    r"""'(?:[^'\\]+|''|\\.?)*+(?:'|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)
    |(?P<name>\w\0+\w|"[^"\0]*+\0|`[^`\0]*+\0|\[[^\]\n\0']*+\0)|"[^"]*+"?|`[^`]*+`?|\[[^\]\n']*+\]?""",
    re.DOTALL | re.VERBOSE,
)
"""A NUL inside a word or a quoted name: no database has such a name, so what it stands for is unknown. Quoted
data and comments are passed over; elsewhere a NUL is a blank."""
_CAPITALS = re.compile(r"\W*[A-Z]{2,}\s")


def read_sql(text: str, dialect: str = "auto") -> tuple[Statement, ...]:
    """Return the statements of a script or a single text, with the tables that they touch and what they
    define.

    `dialect` is a name such as `postgres` or `oracle`; `auto` guesses by statement. Lines count from 1 in
    `text`. Nothing is raised: what cannot be understood has a `problem`.
    """
    given = text
    text = text.replace("\0", " ").replace("\ufeff", " ")
    found: list[Statement] = []
    position, line = 0, 1
    schemas: tuple[str, ...] = ()
    for start, end in split(text):
        line += text.count("\n", position, start)
        position = start
        if "\0" in given[start:end] and _in_name(given[start:end]):
            found.append(Statement(line, (), (), NUL_IN_NAME, leading_word(text[start:end])))
            continue
        schemas = search_path.after(text[start : min(end, start + _SHORT)], schemas)
        told = without_rows(text[start:end])
        statement = _read(told, dialect) if len(told) <= MAX_STATEMENT else _head_only(told[:2000])
        moved = combined.moved(statement, line - 1)
        found.append(replace(moved, schemas=schemas) if schemas else moved)
    return combined.without_temporary(found)


def read_string(text: str, dialect: str = "auto", *, sure: bool = False) -> tuple[Statement, ...]:
    """Return the statements of a string of a program, or nothing where the string is no SQL.

    A string that looks like SQL, is not surely SQL and cannot be parsed was English after all when its verb
    is not in capitals. One that is surely run and begins in capitals (`HANDLER t READ FIRST`) is not lost
    where its structure is unknown: it names no table, and has a problem where it is more than `SELECT 1`.
    """
    shaped = looks_like_sql(text, sure=sure)
    if not shaped and (not sure or _CAPITALS.match(text) is None):
        return ()
    found = read_sql(text, dialect)
    if any(statement.problem == ENGLISH for statement in found):
        return ()
    if not shaped:
        told = (each for each in found if combined.says(each))
        return tuple(Statement(each.line, (), (), each.problem or NOT_UNDERSTOOD, each.kind) for each in told)
    capitals = re.match(r"\W*[A-Z]+\b", text) is not None
    if not sure and not capitals and any(combined.failed(statement) for statement in found):
        return ()
    return found


@lru_cache(maxsize=20_000)
def _read(text: str, dialect: str) -> Statement:
    """Read one statement; lines count from 1 inside it."""
    try:
        found = Reading(text, dialect).run()
    except RecursionError:
        found = Statement(1, (), (), TOO_DEEP, leading_word(text))
    if any(names.is_catalog(use.table, use.columns) for use in found.uses):
        found = replace(found, uses=tuple(u for u in found.uses if not names.is_catalog(u.table, u.columns)))
    used = sequence_uses(text, lambda at: text.count("\n", 0, at) + 1)
    tables = {use.table for use in found.uses}  # `a.nextval` may be a column
    used = tuple(use for use in used if use.table not in tables)
    return replace(found, sequences=used) if used else found


def _head_only(text: str) -> Statement:
    uses, _ = words.read(rewrite(text).text, lambda at: text.count("\n", 0, at) + 1)
    return Statement(1, uses, (), TOO_LONG, leading_word(text))


def _in_name(text: str) -> bool:
    """Stands a NUL inside a name of this statement?"""
    return any(found["name"] for found in _NUL.finditer(text))
