"""Mapped classes and Core tables of all files -> tables with their columns and foreign keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ...graph.roles import role_of
from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import ClassInfo, World
from ...sql.declared import Column, Key, Table
from .column_makers import ColumnMakers
from .table_names import BASE, FLASK_MODEL, Data, TableNames, qualified

_PLAIN = re.compile(
    r"(?:object|builtins\..*|typing\..*|abc\..*|enum\..*|sqlalchemy\..*|flask_sqlalchemy\..*)\Z"
)


class Tables(TableNames):
    """The tables themselves, once `items` was asked for; `made` holds them."""

    def __init__(self, world: World, known: frozenset[str] = frozenset()) -> None:
        super().__init__(world, known)
        self.made: dict[str, Table] = {}
        self.makers = ColumnMakers(world)

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        """Models and what nothing tells; `made` then holds the tables."""
        for name in sorted(self.of_name):
            info = self.world.classes.get(name)
            if info is not None and not self._is_migration(info.path):
                yield from self._class_items(info, self.of_name[name])
        for path, fact in self.core:
            if not self._is_migration(path):
                table = self._table(qualified(fact.data), Place(path, fact.line), fact.line)
                self._add(table, path, fact)

    def _is_migration(self, path: str) -> bool:
        return path in self.revisions or role_of(path) == "migration"

    def _table(self, name: str, place: Place, end: int) -> Table:
        return self.made.setdefault(name, Table(name, place, end))

    def _class_items(self, info: ClassInfo, name: str) -> Iterator[Node | Edge | BlindSpot]:
        place, end = Place(info.path, info.definition.line), info.definition.end_line
        evidence = (Evidence(place),)
        yield Node(f"model:{info.name}", info.path, place.line, end)
        yield Edge(f"class:{info.name}", f"model:{info.name}", "contains", evidence=evidence)
        yield Edge(f"model:{info.name}", f"table:{name}", "maps", evidence=evidence)
        table = self._table(name, place, end)
        covered: set[str] = set()
        own = self._fact(info.name)
        fields = own is not None and own.data.get("sqlmodel")
        hidden: set[str] = set()
        """The attributes that nearer classes bind to something else."""
        for ancestor in self.world.ancestors(info.name):
            if ancestor.kind != "class":
                table.complete = table.complete and bool(
                    _PLAIN.match(ancestor.name)
                    or BASE.match(ancestor.name)
                    or FLASK_MODEL.match(ancestor.name)
                )
                continue
            if ancestor.name in covered:
                continue
            if self.of_name.get(ancestor.name, name) != name:  # joined: its columns are its table's
                covered.update(a.name for a in self.world.ancestors(ancestor.name))
                continue
            fact, base = self._fact(ancestor.name), self.world.classes.get(ancestor.name)
            if fact is not None and base is not None:
                rows = [*fact.data.get("columns", ()), *(fact.data.get("fields", ()) if fields else ())]
                rows = [row for row in rows if row[5] not in hidden and self._holds(info.name, row)]
                self._add(table, base.path, fact._replace(data={**fact.data, "columns": rows}))
                hidden.update(fact.data.get("hidden", ()))

    def _holds(self, name: str, row: Sequence[Any]) -> bool:
        """Whether the condition of a column may hold in a class: `allow_emails = False`, say."""
        if len(row) < 7 or not row[6]:
            return True
        attribute, wanted = row[6]
        for ancestor in self.world.ancestors(name):
            fact = self._fact(ancestor.name)
            truths = fact.data.get("truths", {}) if fact is not None else {}
            if attribute in truths:
                return bool(truths[attribute]) is bool(wanted)
        return True

    def _add(self, table: Table, path: str, fact: Fact) -> None:
        for row in fact.data.get("columns", ()):
            table.add(column_of(row, path))
        for names in fact.data.get("indexes", ()):
            table.indexes.add(",".join(names).lower())
        for names in fact.data.get("unique", ()):
            table.unique.add(",".join(names).lower())
        for columns, target, key_place, on_delete in (
            *keys_of(fact.data, path),
            *self.makers.keys(path, fact),
        ):
            found = self._referenced(fact, path, target)
            if not found:
                text = f"{table.name}.{','.join(columns)} -> {target.lstrip('=~')}"[:120]
                table.unknown[columns] = BlindSpot("unknown-relation", key_place, text)
            else:
                key = Key(columns, found, key_place, on_delete)
                if all((k.columns, k.target) != (key.columns, key.target) for k in table.keys):
                    table.keys.append(key)

    def _referenced(self, fact: Fact, path: str, target: str) -> str:
        """The table of "table.column", or of the code that names it."""
        if target.startswith("~"):
            target = self.makers.target(path, json.loads(target.partition("~")[2].removesuffix(".")))
        if not target.startswith("="):
            table = target.rpartition(".")[0].lower()
            return table if "{}" not in table else ""
        scope = fact.scope if fact.kind == "class" else ""
        owner = target[1:].rpartition(".")[0].removesuffix(".c")
        return self.named(path, scope, owner) or self.named(path, "", owner)


def column_of(row: Sequence[Any], path: str) -> Column:
    """A column as `columns.column` tells it; a flag may have a value: `sequence=order_seq`."""
    name, type_name, _, line, flags, *_ = row
    said: dict[str, Any] = {}
    for flag, sign, value in (str(each).partition("=") for each in flags):
        said[flag] = value.lower() if sign else True
    return Column(str(name).lower(), str(type_name), Place(path, int(line)), **said)


def keys_of(data: Data, path: str) -> Iterator[tuple[tuple[str, ...], str, Place, str]]:
    """(columns, target, place, on delete) of all foreign keys of a table's data."""
    for row in data.get("columns", ()):
        for target, line, on_delete in row[2]:
            yield (str(row[0]).lower(),), str(target), Place(path, int(line)), str(on_delete)
    for columns, target, line, on_delete in data.get("keys", ()):
        names = tuple(str(name).lower() for name in columns)
        yield names, f"{target}.", Place(path, int(line)), str(on_delete)
