"""SQL text to statements: split, rewrite, parse, read; whatever fails leaves its reason, never an
exception.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from . import commands, names, repairs, search_path, tables, words
from .guess import dialects, looks_like_sql
from .placeholders import HOLE, Rewritten, rewrite
from .routines import Routine, read_batch, read_routine
from .rows import without_rows
from .sequences import sequence_uses
from .split import split
from .statements import (
    DYNAMIC_CLAUSE,
    DYNAMIC_NAME,
    DYNAMIC_SQL,
    ENGLISH,
    NOT_UNDERSTOOD,
    NUL_IN_NAME,
    TOO_DEEP,
    TOO_LONG,
    Definition,
    Statement,
    TableUse,
)

MAX_STATEMENT = 1_000_000
_SHORT = 1_000
_INNER_START = re.compile(
    r"\n[ \t]*"
    r"(?=(?:insert\s+into|insert\s+overwrite|update|delete\s+from|select|merge\s+into|truncate\s+table)\s)",
    re.IGNORECASE,
)
_BRANCH = re.compile(
    r"(?<=\))[ \t](?=(?:insert\s+into|update|delete\s+from|select|merge\s+into|truncate\s+table)\s)",
    re.IGNORECASE,
)
"""`IF EXISTS (...) DELETE FROM t`: the parser takes DELETE for an alias."""
_BATCH = frozenset("begin commit exec execute go if print raiserror rollback set use waitfor while".split())
"""What may stand in front of another statement, with nothing between them but the end of a line."""
_TABLE = re.compile(r"\b(?:from|into|update|join)\s+[\w\"`\[]", re.IGNORECASE)
_OPEN_END = re.compile(
    r"(?<!from)\s(?:where|and|or|having|(?:order|group)\s+by|limit)(?:\s+not)?\s*$", re.IGNORECASE
)
"""A clause that the program goes on with elsewhere."""
_CUT = re.compile(r"\b(?:from|into|join|update|table)\s*(?:\(\s*)?$", re.IGNORECASE)
_NUL = re.compile(
    r"""'(?:[^'\\]+|''|\\.?)*+(?:'|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)
    |(?P<name>\w\0+\w|"[^"\0]*+\0|`[^`\0]*+\0|\[[^\]\n\0']*+\0)|"[^"]*+"?|`[^`]*+`?|\[[^\]\n']*+\]?""",
    re.DOTALL | re.VERBOSE,
)
"""A NUL inside a word or a quoted name: no database has such a name, so what it stands for is unknown. Quoted
data and comments are passed over; elsewhere a NUL is a blank."""
_CAPITALS = re.compile(r"\W*[A-Z]{2,}\s")
_DYNAMIC = re.compile(
    rf"\b(?:from|into|join|update|table)\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?[\w.\"`]*{HOLE}",
    re.IGNORECASE,
)


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
            found.append(Statement(line, (), (), NUL_IN_NAME, _verb(text[start:end])))
            continue
        schemas = search_path.after(text[start : min(end, start + _SHORT)], schemas)
        told = without_rows(text[start:end])
        statement = _read(told, dialect) if len(told) <= MAX_STATEMENT else _head_only(told[:2000])
        moved = _moved(statement, line - 1)
        found.append(replace(moved, schemas=schemas) if schemas else moved)
    return _without_temporary(found)


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
        told = (each for each in found if _says(each))
        return tuple(Statement(each.line, (), (), each.problem or NOT_UNDERSTOOD, each.kind) for each in told)
    capitals = re.match(r"\W*[A-Z]+\b", text) is not None
    if not sure and not capitals and any(_failed(statement) for statement in found):
        return ()
    return found


@lru_cache(maxsize=20_000)
def _read(text: str, dialect: str) -> Statement:
    """Read one statement; lines count from 1 inside it."""
    try:
        found = _Reading(text, dialect).run()
    except RecursionError:
        found = Statement(1, (), (), TOO_DEEP, _verb(text))
    if any(names.is_catalog(use.table, use.columns) for use in found.uses):
        found = replace(found, uses=tuple(u for u in found.uses if not names.is_catalog(u.table, u.columns)))
    used = sequence_uses(text, lambda at: text.count("\n", 0, at) + 1)
    tables = {use.table for use in found.uses}  # `a.nextval` may be a column
    used = tuple(use for use in used if use.table not in tables)
    return replace(found, sequences=used) if used else found


def _head_only(text: str) -> Statement:
    uses, _ = words.read(rewrite(text).text, lambda at: text.count("\n", 0, at) + 1)
    return Statement(1, uses, (), TOO_LONG, _verb(text))


def _in_name(text: str) -> bool:
    """Stands a NUL inside a name of this statement?"""
    return any(found["name"] for found in _NUL.finditer(text))


def _failed(statement: Statement) -> bool:
    return statement.problem in (NOT_UNDERSTOOD, NUL_IN_NAME)


def _says(statement: Statement) -> bool:
    return bool(statement.uses or statement.problem or statement.definitions or statement.paths)


def _replacing(statement: Statement, verb: str) -> Statement:
    """Give the writes of what was read as INSERT the verb that stands there: REPLACE or UPSERT."""
    uses = (replace(use, action=verb) if use.mode == "writes" else use for use in statement.uses)
    return replace(statement, uses=tuple(uses), kind=verb)


def _verb(text: str) -> str:
    found = re.match(r"\W*(\w+)", text[:200])
    return found[1].lower() if found else ""


class _Reading:
    """One statement on its way; keeps what is needed to lead offsets back to lines."""

    def __init__(self, text: str, dialect: str) -> None:
        self.text, self.dialect = text, dialect
        self.rewritten: Rewritten = rewrite(text)
        self.open: re.Match[str] | None = None

    def run(self) -> Statement:
        """Try the ways to read a statement, the cheap and sure ones first."""
        text = self.rewritten.text.rstrip(" \t\r\n;\\")
        self.open = _OPEN_END.search(text)
        if self.open is not None:
            text = text[: self.open.start()]
        blank = len(text) - len(text.lstrip())
        start = blank + commands.prefix(text[blank:])
        body = text[start:]
        verb = commands.first_word(body)
        if verb in commands.PARSED:
            return self.finish(self.parsed(body, start))
        routine = read_routine(body)
        if verb == "if":
            body = _BRANCH.sub("\n", body)
        if routine is None and verb in _BATCH and _INNER_START.search(body) is not None:
            routine = read_batch(body)
        if routine is not None:
            return self.routine(routine, start)
        if unloaded := commands.unload(body):
            inner = read_sql(unloaded[0], self.dialect)
            uses = tuple(use for statement in inner for use in statement.uses)
            return Statement(1, uses, (), "", "unload", (("writes", unloaded[1]),))
        done = commands.command(body)
        if done is None:
            done = self.parsed(body, start)
        else:
            done = self.with_queries(_moved(done, self.line(start) - 1), body, start)
        return self.finish(done)

    def with_queries(self, done: Statement, text: str, start: int) -> Statement:
        """Add what queries in parentheses read, as in `SET x = (SELECT ...)` or in a policy."""
        pieces = [
            self.parsed(text[first:last], start + first, inside=True)
            for first, last in commands.queries(text)
        ]
        if not pieces:
            return done
        inner = _joined([done, *pieces], done.kind)
        return replace(inner, line=done.line)

    def finish(self, done: Statement) -> Statement:
        """Say that a placeholder may hide a clause, unless something worse was said."""
        if done.line == 1 and (done.problem or not (self.rewritten.clauses or self.open)):
            return done
        return replace(done, line=1, problem=done.problem or DYNAMIC_CLAUSE)

    def line(self, offset: int) -> int:
        """Return the line, in the given text, of an offset of the rewritten one."""
        return self.text.count("\n", 0, self.rewritten.original(offset)) + 1

    def parsed(self, text: str, start: int, inside: bool = False) -> Statement:
        """Read with the parser; repair and retry; at last take the target alone."""
        verb = commands.first_word(text)
        text = repairs.column_renames(text) if verb == "alter" else repairs.modifiers(text)
        if verb == "alter" and (made := commands.made_of_query(text)) is not None:
            return self.made(made[0], text[made[1] :], start + made[1])
        read = self.tree(text, start, inside)
        if not _failed(read) and (_says(read) or not self.hidden(text, inside)):
            return read
        if (repaired := repairs.repair(text, verb)) != text:
            again = self.tree(repaired, start, inside)
            if not _failed(again) and (_says(again) or not self.hidden(repaired, inside)):
                return _replacing(again, verb) if verb in ("replace", "upsert") else again
        if (made := commands.made_of_query(text)) is not None:
            return self.made(made[0], text[made[1] :], start + made[1])
        if (
            verb == "create"
            and (table := tables.create_table(text, lambda at: self.line(start + at))) is not None
        ):
            return Statement(self.line(start), (), (table,), "", "create")
        cut = [0, *(found.end() for found in _INNER_START.finditer(text)), len(text)]
        if len(cut) > 2:
            pieces = [self.tree(text[a:b], start + a, inside) for a, b in pairwise(cut)]
            if not any(piece.problem for piece in pieces):
                return _joined(pieces, "")
        rest = commands.altered(text)
        if rest is not None:
            return _moved(rest, self.line(start) - 1)
        dynamic = _CUT.search(text) or _DYNAMIC.search(text)
        uses, problem = words.read(text, lambda at: self.line(start + at), inside)
        problem = problem or (DYNAMIC_NAME if dynamic else read.problem or NOT_UNDERSTOOD)
        return Statement(self.line(start), uses, (), problem, _verb(text))

    def hidden(self, text: str, inside: bool) -> bool:
        """Do the words tell a table where the parser saw none (a `#` that it took for a comment)?"""
        return _TABLE.search(text) is not None and bool(words.read(text, lambda _: 1, inside)[0])

    def made(self, made: Definition, query: str, start: int) -> Statement:
        """Read what a view or table is made of, where the parser refuses the words before it."""
        inner = self.parsed(query, start)
        made = replace(made, line=self.line(0))
        uses = inner.uses
        if made.kind == "view":
            made, uses = replace(made, uses=uses), ()
        else:
            uses = (TableUse(made.name, "writes", "create", (), made.line), *uses)
        return replace(inner, uses=uses, definitions=(made,), kind="create")

    def tree(self, text: str, start: int, inside: bool) -> Statement:
        """Read with the parser a part of the statement that starts at an offset of the rewritten text."""
        from . import trees

        return trees.read(text, dialects(text, self.dialect), lambda at: self.line(start + at), inside)

    def routine(self, routine: Routine, start: int) -> Statement:
        """Read the statements inside a routine; a block's uses are the statement's own."""
        parts = []
        for offset, piece in routine.pieces:
            done = commands.command(piece)
            at = start + offset
            parts.append(
                _moved(done, self.line(at) - 1) if done is not None else self.parsed(piece, at, inside=True)
            )
        whole = _without_temporary([_joined(parts, routine.kind)])[0]
        failed = [part.problem for part in parts if part.problem]
        problem = DYNAMIC_SQL if routine.dynamic else ""
        if len(set(failed)) == 1 and failed[0] != NOT_UNDERSTOOD:
            problem = failed[0]
        elif failed:
            problem = f"{len(failed)} of {len(parts)} statements in a routine not understood"
        if routine.kind == "block" or not routine.name or names.is_dynamic(routine.name):
            return replace(whole, problem=problem, line=1)
        on = (
            routine.on
            if routine.on and names.is_name(routine.on) and not names.is_dynamic(routine.on)
            else ""
        )
        made = Definition(
            routine.kind, routine.name, (), (), whole.uses, self.line(start), on=on, marks=routine.fires
        )
        return Statement(1, (), (made,), problem, "create", (), (*routine.calls, *whole.calls))


def _joined(parts: list[Statement], kind: str) -> Statement:
    """Return one statement that does what all of them do."""
    return Statement(
        1,
        tuple(dict.fromkeys(use for part in parts for use in part.uses)),
        tuple(made for part in parts for made in part.definitions),
        next((part.problem for part in parts if part.problem), ""),
        kind or next((part.kind for part in parts), ""),
        tuple(dict.fromkeys(path for part in parts for path in part.paths)),
        tuple(dict.fromkeys(call for part in parts for call in part.calls)),
    )


def _moved(statement: Statement, lines: int) -> Statement:
    """Return the statement, so many lines further down."""
    if not lines:
        return statement
    return replace(
        statement,
        line=statement.line + lines,
        uses=tuple(replace(use, line=use.line + lines) for use in statement.uses),
        sequences=tuple(replace(use, line=use.line + lines) for use in statement.sequences),
        definitions=tuple(
            replace(
                made,
                line=made.line + lines,
                lines=tuple(line + lines for line in made.lines),
                uses=tuple(replace(use, line=use.line + lines) for use in made.uses),
                foreign_keys=tuple(replace(key, line=key.line + lines) for key in made.foreign_keys),
            )
            for made in statement.definitions
        ),
    )


def _without_temporary(found: list[Statement]) -> tuple[Statement, ...]:
    """Leave out uses of tables that the same text creates as temporary ones."""
    defined = [made for statement in found for made in statement.definitions if made.action == "create"]
    temporary = {made.name for made in defined if made.temporary}
    temporary -= {made.name for made in defined if not made.temporary}
    if not temporary:
        return tuple(found)

    def kept(uses: tuple[TableUse, ...]) -> tuple[TableUse, ...]:
        return tuple(use for use in uses if use.table not in temporary)

    return tuple(replace(statement, uses=kept(statement.uses)) for statement in found)
