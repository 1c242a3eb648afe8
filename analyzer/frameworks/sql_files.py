"""`.sql` files: schemas, queries and scripts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..sql.edges import known, statement_data, statement_items
from ..sql.scripts import script_tables

if TYPE_CHECKING:
    from ..sql import Statement

_NAMED = re.compile(r"^[ \t]*--[ \t]*name[ \t]*:[ \t]*([\w-]+)", re.MULTILINE)
"""What aiosql calls the statement behind it."""
_TURN = re.compile(
    r"^[ \t]*--[ \t]*(?:\+(?:goose|migrate)[ \t]+|migrate:|//[ \t]*@|@)?(up|down|undo|rollback)\b"
    r"(?=[ \t]*(?:\w+[ \t]*)?$)",
    re.MULTILINE | re.IGNORECASE,
)
"""Where a migration says how it is done, and how it is undone."""
_ROWS = frozenset({"insert", "replace"})


class _Transactions:
    """What runs between BEGIN and COMMIT, or, where nothing opens it, up to a COMMIT."""

    def __init__(self) -> None:
        self._opened = self._first = 0
        """The lines of the last BEGIN, and of what touched something since then, or since the last COMMIT."""

    def at(self, statement: Statement) -> Iterator[Fact]:
        """A fact of kind `transaction` where the statement ends one that touched tables."""
        if statement.kind in ("begin", "start"):
            self._opened, self._first = statement.line, 0
        elif statement.kind in ("commit", "end", "rollback", "abort"):
            if self._first and statement.kind in ("commit", "end"):
                how = "begin" if self._opened else "commit"
                data: dict[str, Json] = {
                    "opened": how,
                    "lines": [self._opened or self._first, statement.line],
                }
                yield Fact("transaction", "", self._opened or self._first, 0, data)
            self._opened = self._first = 0
        elif not self._first and (statement.uses or statement.calls):
            self._first = statement.line


class SqlFiles(Framework):
    """See the module."""

    name = "sql_files"
    version = 2
    triggers = ("*.sql",)

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        from ..sql import read_sql

        turns = [(file.text.count("\n", 0, m.start()) + 1, m[1].lower()) for m in _TURN.finditer(file.text)]
        named = [(file.text.count("\n", 0, m.start()) + 1, m[1]) for m in _NAMED.finditer(file.text)]
        transactions = _Transactions()
        before: tuple[object, ...] = ()
        for statement in read_sql(file.text, file.dialect):
            told = tuple((use.table, use.action, use.columns) for use in statement.uses)
            if (
                told == before
                and statement.kind in _ROWS
                and not (statement.problem or statement.definitions)
            ):
                continue  # a dump: one row after the other
            before = told
            yield from transactions.at(statement)
            data = statement_data(statement)
            above = [name for line, name in named if line <= statement.line]
            if above:
                data["named"] = above[-1].replace("-", "_")
            if [way for line, way in turns if line <= statement.line][-1:] not in ([], ["up"]):
                data["down"] = True
            if statement.problem:
                lines = file.text.splitlines()
                data["text"] = lines[min(statement.line, len(lines)) - 1].strip()[:120] if lines else ""
            yield Fact("statement", "", statement.line, 0, data)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        names = known(world)
        for path, facts in world.files.items():
            if path.endswith(".sql"):
                yield Node(f"script:{path}", path, 1, facts.lines)
        numbers: Counter[str] = Counter()
        for path, fact in world.facts(self.name):
            if fact.kind == "transaction":
                numbers[path] += 1
                yield from _transaction(path, fact, numbers[path])
                continue
            last = world.files[path].lines
            text = str(fact.data.get("text", ""))
            # Lines inside a file are already those of the file.
            told = [made for made in fact.data["definitions"] if made["kind"] != "table"]
            data = {**fact.data, "definitions": told}
            yield from statement_items(data, f"script:{path}", path, (1, last), names, text, fact.line)
        yield from script_tables(world, self.name, names)


def _transaction(path: str, fact: Fact, number: int) -> Iterator[Node | Edge]:
    """The node of a transaction that a script contains."""
    first, last = fact.data["lines"]
    id = f"transaction:{path}#{number}"
    yield Node(id, path, first, last, (("lines", f"{first}-{last}"), ("opened", str(fact.data["opened"]))))
    yield Edge(f"script:{path}", id, "contains", evidence=(Evidence(Place(path, first), "sql"),))


framework = SqlFiles()
