"""SQL text to statements: split, rewrite, parse, read; whatever fails leaves its reason, never an exception."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from . import commands, names
from .guess import dialects, looks_like_sql
from .placeholders import HOLE, Rewritten, rewrite
from .routines import Routine, read_routine
from .split import split
from .statements import Definition, Statement, TableUse

MAX_STATEMENT = 1_000_000
_TOO_LONG = "longer than 1 MB"
_INNER_START = re.compile(
    r"\n[ \t]*(?=(?:insert\s+into|insert\s+overwrite|update|delete\s+from|select|merge\s+into|truncate\s+table)\s)", re.IGNORECASE
)
_CUT = re.compile(r"\b(?:from|into|join|update|table)\s*(?:\(\s*)?$", re.IGNORECASE)
_DYNAMIC = re.compile(rf"\b(?:from|into|join|update|table)\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?[\w.\"`]*{HOLE}", re.IGNORECASE)


def read_sql(text: str, dialect: str = "auto") -> tuple[Statement, ...]:
    """Return the statements of a script or a single text, with the tables that they touch and what they define.

    `dialect` is a name such as `postgres` or `oracle`; `auto` guesses by statement. Lines count from 1 in `text`.
    Nothing is raised: what cannot be understood has a `problem`.
    """
    text = text.replace("\0", " ")
    found: list[Statement] = []
    position, line = 0, 1
    for start, end in split(text):
        line += text.count("\n", position, start)
        position = start
        statement = _read(text[start:end], dialect) if end - start <= MAX_STATEMENT else _head_only(text[start : start + 2000])
        found.append(_moved(statement, line - 1))
    return _without_temporary(found)


def read_string(text: str, dialect: str = "auto", *, sure: bool = False) -> tuple[Statement, ...]:
    """Return the statements of a string of a program, or nothing where the string is no SQL.

    A string that looks like SQL, is not surely SQL and cannot be parsed was English after all when its verb is not
    in capitals.
    """
    if not looks_like_sql(text, sure=sure):
        return ()
    found = read_sql(text, dialect)
    if any(statement.problem == "reads like English" for statement in found):
        return ()
    capitals = re.match(r"\W*[A-Z]+\b", text) is not None
    if not sure and not capitals and any(statement.problem.startswith("not understood") for statement in found):
        return ()
    return found


@lru_cache(maxsize=20_000)
def _read(text: str, dialect: str) -> Statement:
    """Read one statement; lines count from 1 inside it."""
    try:
        return _Reading(text, dialect).run()
    except RecursionError:
        return Statement(1, commands.head(text), (), "nested too deeply", _verb(text))


def _head_only(text: str) -> Statement:
    return Statement(1, commands.head(rewrite(text).text), (), _TOO_LONG, _verb(text))


def _verb(text: str) -> str:
    found = re.match(r"\W*(\w+)", text[:200])
    return found[1].lower() if found else ""


class _Reading:
    """One statement on its way; keeps what is needed to lead offsets back to lines."""

    def __init__(self, text: str, dialect: str) -> None:
        self.text, self.dialect = text, dialect
        self.rewritten: Rewritten = rewrite(text)
        self.shift = 0

    def run(self) -> Statement:
        """Try the ways to read a statement, the cheap and sure ones first."""
        text = self.rewritten.text.rstrip(" \t\r\n;")
        blank = len(text) - len(text.lstrip())
        start = blank + commands.prefix(text[blank:])
        body = text[start:]
        routine = read_routine(body)
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
            done = _moved(done, self.line(start) - 1)
        problem = done.problem or ("dynamic clause" if self.rewritten.clauses else "")
        return replace(done, line=1, problem=problem)

    def line(self, offset: int) -> int:
        """Return the line, in the given text, of an offset of the rewritten one."""
        return self.text.count("\n", 0, self.rewritten.original(offset)) + 1

    def parsed(self, text: str, start: int, inside: bool = False) -> Statement:
        """Read with the parser; repair and retry; at last take the target alone."""
        from . import trees

        order = dialects(text, self.dialect)
        line = lambda offset: self.line(start + offset)  # noqa: E731
        read = trees.read(text, order, line, inside)
        if read.problem.startswith("not understood"):
            repaired = commands.repair(text)
            if repaired != text:
                again = trees.read(repaired, order, line, inside)
                read = again if not again.problem.startswith("not understood") else read
                if read is again and re.match(r"\s*replace\b", text, re.IGNORECASE):
                    read = replace(read, kind="replace", uses=tuple(
                        replace(u, action="replace") if u.mode == "writes" else u for u in read.uses))  # fmt: skip
        if read.problem.startswith("not understood") and (cut := [m.end() for m in _INNER_START.finditer(text)]):
            pieces = [trees.read(text[a:b], order, lambda o, a=a: line(a + o), inside) for a, b in zip([0, *cut], [*cut, len(text)])]
            if not any(piece.problem for piece in pieces):
                return _joined(pieces, "")
        if read.problem.startswith("not understood") and (altered := commands.altered(text)) is not None:
            return _moved(altered, line(0) - 1)
        if read.problem.startswith("not understood"):
            problem = "dynamic table name" if _CUT.search(text) or _DYNAMIC.search(text) else read.problem
            head = tuple(replace(use, line=line(0)) for use in commands.head(text))
            return Statement(1, head, (), problem, _verb(text))
        return read

    def routine(self, routine: Routine, start: int) -> Statement:
        """Read the statements inside a routine; a block's uses are the statement's own."""
        parts = []
        for offset, piece in routine.pieces:
            done = commands.command(piece)
            at = start + offset
            parts.append(_moved(done, self.line(at) - 1) if done is not None else self.parsed(piece, at, inside=True))
        whole = _joined(parts, routine.kind)
        failed = sum(1 for part in parts if part.problem)
        problem = "dynamic SQL in a routine" if routine.dynamic else ""
        if failed:
            problem = f"{failed} of {len(parts)} statements in a routine not understood"
        if routine.kind == "block" or not routine.name or names.is_dynamic(routine.name):
            return replace(whole, problem=problem, line=1)
        on = routine.on if routine.on and names.is_name(routine.on) and not names.is_dynamic(routine.on) else ""
        made = Definition(routine.kind, routine.name, (), (), whole.uses, self.line(start), on=on)
        return Statement(1, (), (made,), problem, "create", (), whole.calls)


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
        definitions=tuple(
            replace(
                made,
                line=made.line + lines,
                uses=tuple(replace(use, line=use.line + lines) for use in made.uses),
                foreign_keys=tuple(replace(key, line=key.line + lines) for key in made.foreign_keys),
            )
            for made in statement.definitions
        ),
    )


def _without_temporary(found: list[Statement]) -> tuple[Statement, ...]:
    """Leave out uses of tables that the same text creates as temporary ones."""
    temporary = {made.name for statement in found for made in statement.definitions if made.temporary}
    if not temporary:
        return tuple(found)

    def kept(uses: tuple[TableUse, ...]) -> tuple[TableUse, ...]:
        return tuple(use for use in uses if use.table not in temporary)

    return tuple(replace(statement, uses=kept(statement.uses)) for statement in found)
