"""The ways to read one statement: the cheap and sure ones first, at last its words alone."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from . import combined, commands, names, repairs, tables, words
from .guess import dialects
from .placeholders import HOLE, Rewritten, rewrite
from .routines import Routine, read_batch, read_routine
from .statements import (
    DYNAMIC_CLAUSE,
    DYNAMIC_NAME,
    DYNAMIC_SQL,
    NOT_UNDERSTOOD,
    Definition,
    Statement,
    TableUse,
)

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
_DYNAMIC = re.compile(
    rf"\b(?:from|into|join|update|table)\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?[\w.\"`]*{HOLE}",
    re.IGNORECASE,
)


def leading_word(text: str) -> str:
    """The first word of a text, whatever signs stand before it."""
    found = re.match(r"\W*(\w+)", text[:200])
    return found[1].lower() if found else ""


class Reading:
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
            inner = Reading(unloaded[0], self.dialect).run()
            return Statement(1, inner.uses, (), "", "unload", (("writes", unloaded[1]),))
        done = commands.command(body)
        if done is None:
            done = self.parsed(body, start)
        else:
            done = self.with_queries(combined.moved(done, self.line(start) - 1), body, start)
        return self.finish(done)

    def with_queries(self, done: Statement, text: str, start: int) -> Statement:
        """Add what queries in parentheses read, as in `SET x = (SELECT ...)` or in a policy."""
        pieces = [
            self.parsed(text[first:last], start + first, inside=True)
            for first, last in commands.queries(text)
        ]
        if not pieces:
            return done
        inner = combined.joined([done, *pieces], done.kind)
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
        if not combined.failed(read) and (combined.says(read) or not self.hidden(text, inside)):
            return read
        if (repaired := repairs.repair(text, verb)) != text:
            again = self.tree(repaired, start, inside)
            if not combined.failed(again) and (combined.says(again) or not self.hidden(repaired, inside)):
                return combined.replacing(again, verb) if verb in ("replace", "upsert") else again
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
                return combined.joined(pieces, "")
        rest = commands.altered(text)
        if rest is not None:
            return combined.moved(rest, self.line(start) - 1)
        dynamic = _CUT.search(text) or _DYNAMIC.search(text)
        uses, problem = words.read(text, lambda at: self.line(start + at), inside)
        problem = problem or (DYNAMIC_NAME if dynamic else read.problem or NOT_UNDERSTOOD)
        return Statement(self.line(start), uses, (), problem, leading_word(text))

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
                combined.moved(done, self.line(at) - 1)
                if done is not None
                else self.parsed(piece, at, inside=True)
            )
        whole = combined.without_temporary([combined.joined(parts, routine.kind)])[0]
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
