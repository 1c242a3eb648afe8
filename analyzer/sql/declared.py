"""Tables as model classes and replayed migrations declare them, and what they add to the graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..model.evidence import BlindSpot, Confidence, Evidence, Place
from ..model.facts import FileFacts, Json
from ..model.graph import Edge, Node

DRIFT = "schema-drift"
"""The kind of the blind spots that say where classes, migrations and SQL contradict each other."""
PARTIAL = ("columns", "partial")
"""The attribute of a table that may have more columns than this source tells."""
_GROUPS = (
    (
        "text",
        r"n?(?:var)?char2?|bpchar|character|n?string|unicode(?:text)?|\w{,6}text|n?clob|str|enum|slug|email|url",
    ),
    (
        "number",
        r"\w{,13}int(?:eger)?\d?|number|numeric|float\d?|decimal|double|real|\w{,5}serial\d?|\w{,5}auto",
    ),
    ("truth", r"bool(?:ean)?|nullboolean"),
    ("time", r"date|\w{,5}(?:date)?time2?(?:stamp)?(?:tz)?"),
)
_GROUP = re.compile("|".join(f"(?P<{name}>(?:{pattern})(?:field)?\\b)" for name, pattern in _GROUPS))


def kind_of_type(text: str) -> str:
    """`text`, `number`, `truth` or `time`: what columns of a type hold; "" where it is none of these."""
    found = _GROUP.match(text.lower())
    return (found.lastgroup or "") if found is not None else ""


def types_differ(one: str, other: str) -> bool:
    """Whether two types, of SQL or of a class, are surely not the same. Not all databases know truth."""
    kinds = {kind_of_type(one), kind_of_type(other)}
    return len(kinds) == 2 and "" not in kinds and kinds != {"truth", "number"}


class Column(NamedTuple):
    """A column; `type` is the source's own word, "" where it does not say; so are flags False."""

    name: str
    type: str
    place: Place
    null: bool = False
    primary_key: bool = False
    unique: bool = False
    indexed: bool = False
    maybe: bool = False
    """Whether it is declared under a condition: migrations tell whether it is there."""
    sequence: str = ""
    """What it takes its numbers from, where that has a name of its own."""


class Key(NamedTuple):
    """A foreign key; `on_delete` is in lower case, "" where the source does not say, as is its `name`."""

    columns: tuple[str, ...]
    target: str
    place: Place
    on_delete: str = ""
    trust: Confidence = "certain"
    name: str = ""


@dataclass(slots=True)
class Table:
    """One table as one source declares it. `indexes` and `unique` hold columns, joined by commas."""

    name: str
    place: Place
    end: int = 0
    columns: dict[str, Column] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    indexes: set[str] = field(default_factory=set)
    unique: set[str] = field(default_factory=set)
    managed: bool = True
    unknown: dict[tuple[str, ...], BlindSpot] = field(default_factory=dict)
    """What is said of the columns of foreign keys whose target the source does not tell."""
    complete: bool = True
    """False where a library's classes may add columns that are not seen."""

    def add(self, column: Column) -> None:
        """Adds a column; the first of a name stays."""
        self.columns.setdefault(column.name, column)

    def drop(self, name: str) -> None:
        """Takes a column away, with the keys and indexes that need it."""
        self.columns.pop(name, None)
        self.keys = [key for key in self.keys if name not in key.columns]
        for groups in (self.indexes, self.unique):
            groups.difference_update([group for group in groups if name in group.split(",")])

    def rename_column(self, old: str, new: str) -> None:
        """Gives a column another name, in keys and indexes as well; it stays in its place."""
        self.columns = {
            new if name == old else name: column._replace(name=new) if name == old else column
            for name, column in self.columns.items()
        }
        self.keys = [
            key._replace(columns=tuple(new if name == old else name for name in key.columns))
            for key in self.keys
        ]
        for groups in (self.indexes, self.unique):
            named = [[new if name == old else name for name in group.split(",")] for group in groups]
            groups.clear()
            groups.update(",".join(names) for names in named)

    def rename(self, name: str, tables: dict[str, Table]) -> None:
        """Gives the table another name among others, whose keys follow."""
        old, self.name = self.name, name
        tables[name] = self
        for table in tables.values():
            table.keys = [key._replace(target=name) if key.target == old else key for key in table.keys]


def replayed_tables(facts: FileFacts, scope: str) -> frozenset[str] | None:
    """The tables that the SQL of a migration changes: what it defines holds only until a later one.

    None stands for all tables: what a downgrade does is never done.
    """
    found: set[str] = set()
    for fact in (fact for some in facts.facts.values() for fact in some):
        if fact.kind == "revision" and scope.partition(".")[0] == "downgrade":
            return None
        if fact.kind in ("migration", "revision"):
            for step in fact.data.get("operations") or fact.data.get("steps") or ():
                found.update(str(change[1]) for change in step[-1].get("changes", ()))
    return frozenset(found)


def changes(text: str, dialect: str) -> list[Json]:
    """What SQL does to tables, as data: [action, table, new name, [column, type] ..., keys ..., line]."""
    from .reading import read_string  # the parser takes long to load

    return [
        [
            made.action,
            made.name,
            made.on if made.action == "rename" else "",
            [list(pair) for pair in made.columns],
            [[list(key.columns), key.target, key.on_delete] for key in made.foreign_keys],
        ]
        for statement in (read_string(text, dialect, sure=True) if text else ())
        for made in statement.definitions
        if made.kind == "table" and not made.temporary
    ]


def apply_changes(tables: dict[str, Table], found: Iterable[Sequence[Json]], place: Place) -> None:
    """Does to tables what `changes` told."""
    for action, name, target, columns, keys in found:
        table = tables.get(str(name))
        if action == "create" and table is None:
            table = tables[str(name)] = Table(str(name), place, place.line)
        if table is None:
            continue
        if action == "drop":
            del tables[table.name]
        elif action == "rename" and target:
            del tables[table.name]
            table.rename(str(target), tables)
        for column, type_name in columns:
            table.add(Column(str(column), str(type_name), place))
        for names, other, on_delete in keys:
            table.keys.append(Key(tuple(names), str(other), place, str(on_delete)))


def table_items(table: Table) -> Iterator[Node | Edge]:
    """The table with its columns and foreign keys."""
    id, about = f"table:{table.name}", []
    if not table.complete:
        about.append(PARTIAL)
    if table.indexes:
        about.append(("indexes", ";".join(sorted(table.indexes))))
    if not table.managed:
        about.append(("managed", "false"))
    if table.unique:
        about.append(("unique", ";".join(sorted(table.unique))))
    yield Node(id, table.place.path, table.place.line, table.end or table.place.line, tuple(about))
    deletes = {name: key.on_delete for key in table.keys if key.on_delete for name in key.columns}
    for column in table.columns.values():
        place = column.place
        attributes = _attributes(column, deletes.get(column.name, ""))
        yield Node(f"column:{table.name}.{column.name}", place.path, place.line, place.line, attributes)
        yield Edge(id, f"column:{table.name}.{column.name}", "contains", evidence=(Evidence(place),))
        if column.sequence:
            sequence, evidence = f"sequence:{column.sequence}", (Evidence(place),)
            yield Node(sequence, place.path, place.line, place.line)
            yield Edge(id, sequence, "references", evidence=evidence, columns=(column.name,))
    for key in table.keys:
        yield reference(table.name, key)


def untold(table: Table) -> Iterator[BlindSpot]:
    """What is said of the foreign keys that nothing tells."""
    told = {key.columns for key in table.keys}
    yield from (spot for columns, spot in table.unknown.items() if columns not in told)


def learn(table: Table, replayed: Table, columns: bool, keys: bool = False) -> None:
    """Adds what only migrations tell: targets of keys and, where asked for, columns and keys of their own."""
    told = {key.columns for key in table.keys}
    missing = set(replayed.columns) - set(table.columns) if columns else set()
    for name, column in replayed.columns.items():
        if name in missing:
            table.add(column)
    table.keys += [
        key
        for key in replayed.keys
        if key.columns not in told
        and (
            key.columns in table.unknown
            or missing.issuperset(key.columns)
            or (keys and key.trust == "certain")
        )
    ]


def reference(table: str, key: Key) -> Edge:
    """The edge of a foreign key."""
    evidence = (Evidence(key.place, "syntax" if key.trust == "certain" else "convention"),)
    return Edge(
        f"table:{table}", f"table:{key.target}", "references", key.trust, evidence, columns=key.columns
    )


def _attributes(column: Column, on_delete: str) -> tuple[tuple[str, str], ...]:
    """What is told of a column; flags only where they are set."""
    flags = ("indexed", "null", "primary_key", "unique")
    found = [(flag, "true") for flag in flags if getattr(column, flag)]
    if column.type:
        found.append(("type", column.type))
    if on_delete:
        found.append(("on_delete", on_delete))
    return tuple(sorted(found))


def further_evidence(table: Table, replayed: Table) -> Iterator[Edge]:
    """The places in migrations of what classes declare as well."""
    for name in sorted(table.columns.keys() & replayed.columns.keys()):
        place = replayed.columns[name].place
        yield Edge(
            f"table:{table.name}",
            f"column:{table.name}.{name}",
            "contains",
            evidence=(Evidence(place),),
            count=0,
        )
    known = {(key.columns, key.target) for key in table.keys}
    for key in replayed.keys:
        if (key.columns, key.target) in known:
            yield reference(table.name, key)


def settle(table: Table, replayed: Table) -> None:
    """Takes away the columns that are declared under a condition and that migrations do not know."""
    for name in [name for name, column in table.columns.items() if column.maybe]:
        if name not in replayed.columns:
            table.drop(name)


def contradictions(table: Table, replayed: Table, differ: Callable[[str, str], bool]) -> Iterator[BlindSpot]:
    """Where a table's classes and its migrations differ; `differ` compares types."""
    for name, column in table.columns.items():
        other = replayed.columns.get(name)
        if other is None:
            text = f"{table.name}.{name} is declared, but no migration adds it"
            yield BlindSpot(DRIFT, column.place, text)
        elif column.type and other.type and differ(column.type, other.type):
            text = f"{table.name}.{name} is {column.type}, but {other.type} in migrations"
            yield BlindSpot(DRIFT, column.place, text)
    for name, column in replayed.columns.items():
        if name not in table.columns and table.complete:
            yield BlindSpot(
                DRIFT, column.place, f"{table.name}.{name} stands in migrations, but is not declared"
            )
