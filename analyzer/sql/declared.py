"""Tables as model classes and replayed migrations declare them, and what they add to the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..model.evidence import BlindSpot, Confidence, Evidence, Place
from ..model.graph import Edge, Node

DRIFT = "schema-drift"
"""The kind of the blind spots that say where classes and migrations contradict each other."""


class Column(NamedTuple):
    """A column; `type` is the source's own word, "" where it does not say; so are flags False."""

    name: str
    type: str
    place: Place
    null: bool = False
    primary_key: bool = False
    unique: bool = False
    indexed: bool = False


class Key(NamedTuple):
    """A foreign key; `on_delete` is in lower case, "" where the source does not say."""

    columns: tuple[str, ...]
    target: str
    place: Place
    on_delete: str = ""
    trust: Confidence = "certain"


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
    complete: bool = True
    """False where a library's classes may add columns that are not seen."""

    def add(self, column: Column) -> None:
        """Adds a column; the first of a name stays."""
        self.columns.setdefault(column.name, column)


def table_items(table: Table, certain: Confidence = "certain") -> Iterator[Node | Edge]:
    """The table with its columns and foreign keys."""
    id, about = f"table:{table.name}", []
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
        yield Edge(id, f"column:{table.name}.{column.name}", "contains", certain, evidence=(Evidence(place),))
    for key in table.keys:
        yield reference(table.name, key)


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


def contradictions(
    table: Table, replayed: Table, alike: Iterable[frozenset[str]] = ()
) -> Iterator[BlindSpot]:
    """Where a table's classes and its migrations differ. Types in one set of `alike` may differ."""
    groups = tuple(alike)
    for name, column in table.columns.items():
        other = replayed.columns.get(name)
        if other is None:
            text = f"{table.name}.{name} is declared, but no migration adds it"
            yield BlindSpot(DRIFT, column.place, text)
        elif column.type and other.type and column.type != other.type:
            types = {column.type, other.type}
            if not any(types <= group for group in groups):
                text = f"{table.name}.{name} is {column.type}, but {other.type} in migrations"
                yield BlindSpot(DRIFT, column.place, text)
    for name, column in replayed.columns.items():
        if name not in table.columns and table.complete:
            yield BlindSpot(
                DRIFT, column.place, f"{table.name}.{name} stands in migrations, but is not declared"
            )
