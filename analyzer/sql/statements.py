"""What a piece of SQL says, as frozen records: no parser, no files, no I/O."""

from __future__ import annotations

from dataclasses import dataclass

NOT_UNDERSTOOD = "not understood as SQL"
TOO_LONG = "longer than 1 MB"
TOO_DEEP = "nested too deeply"
NUL_IN_NAME = "NUL byte inside a name"
ENGLISH = "reads like English"
DYNAMIC_NAME = "dynamic table name"
DYNAMIC_SCHEMA = "dynamic schema name"
DYNAMIC_CLAUSE = "dynamic clause"
DYNAMIC_SQL = "dynamic SQL"
"""What `Statement.problem` says, besides how many statements of a routine are not understood."""


@dataclass(frozen=True, slots=True)
class TableUse:
    """One table that one statement touches.

    `table` is lower-case, without quotes, schema-qualified where the source says so (`billing.payment`).
    `mode` is `reads`, `writes` or `joins`; `joins` means that the table is read beside another one in the
    same query, and so implies that it is read. `action` is the verb that does it: `select`, `insert`,
    `update`, `delete`, `upsert`, `replace`, `truncate`, `merge`, `copy`, `create`, `lock`, `refresh`,
    `select for update` ...
    `columns` are those known to belong to the table, lower-case and sorted: for a write the columns that
    are written, for a read those that are read; empty when unknown. `line` counts from 1 inside the given
    text.
    """

    table: str
    mode: str
    action: str
    columns: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key: `columns` of the defined table refer to `target_columns` of the table `target`.

    `on_delete` is the action in lower case (`cascade`, `set null` ...), or an empty string when none is
    given.
    """

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: str
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """What a statement defines, changes or drops.

    `kind` is `table`, `view`, `index`, `sequence`, `synonym`, `trigger` or `routine`. `columns` are
    pairs of name and type as text. `uses` are the tables that the body of a view, trigger or routine
    touches. `action` is `create`, `alter`, `drop` or `rename`. `on` is the table of an index or
    trigger, what a synonym stands for, the new name in a rename. `temporary` marks objects that
    live as long as a connection.
    """

    kind: str
    name: str
    columns: tuple[tuple[str, str], ...]
    foreign_keys: tuple[ForeignKey, ...]
    uses: tuple[TableUse, ...]
    line: int
    action: str = "create"
    on: str = ""
    temporary: bool = False
    marks: tuple[tuple[str, str], ...] = ()
    """`primary_key`, `unique`, `null` or `indexed`, each with its columns, joined by commas."""
    changes: tuple[tuple[str, str, str], ...] = ()
    """What ALTER does to columns: `drop`, `rename` (with the new name) or `type` (with the new type)."""
    bases: tuple[str, ...] = ()
    """The tables that a table inherits from, or is a partition of."""
    lines: tuple[int, ...] = ()
    """The line of each column, where they are told."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement: where it starts, what it touches, what it defines.

    `problem` is empty, or says why the statement is not (wholly) understood: whoever reads it makes a blind
    spot. A statement with a problem can still carry uses: they hold, but more may be hidden. `kind` is the
    leading word in lower case (`select`, `insert`, `call` ...). `paths` are files or addresses read or
    written instead of tables, as pairs of mode and text. `calls` are stored routines that the statement
    calls by name.
    """

    line: int
    uses: tuple[TableUse, ...]
    definitions: tuple[Definition, ...]
    problem: str
    kind: str = ""
    paths: tuple[tuple[str, str], ...] = ()
    calls: tuple[str, ...] = ()
    sequences: tuple[TableUse, ...] = ()
    """Sequences of which numbers are taken (`writes`) or looked at (`reads`)."""
    schemas: tuple[str, ...] = ()
    """Where names without a schema are looked for, as statements before this one told; made in the first."""
