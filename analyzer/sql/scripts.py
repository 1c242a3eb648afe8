"""Tables as `.sql` files define and alter them, replayed file by file in the order of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..model.evidence import Evidence, Place
from ..model.facts import Json
from ..model.graph import Edge, Node
from ..model.world import World
from .declared import Column, Key, Table, table_items
from .dropped import in_order
from .edges import Known

_BACKWARDS = re.compile(r"(?:^|[/_.\-])(?:down|rollback|undo|revert)(?:[/_.\-]|$)", re.IGNORECASE)


_NUMBERED = re.compile(r"(?:^|/)[vV]?\d[^/]*(?:/[^/]+)?\Z")
"""Files, or files in folders, that are run in the order of their numbers: what one drops is gone."""


def script_tables(world: World, framework: str, names: Known) -> Iterator[Node | Edge]:
    """The tables that scripts leave behind, with columns and foreign keys."""
    replay, tested = _Replay(), _Replay()
    found: dict[str, list[Json]] = {}
    for path, fact in world.facts(framework):
        if fact.kind == "statement" and not fact.data.get("down"):
            found.setdefault(path, []).extend(names.schemas.resolved(fact.data)["definitions"])
    forwards = sorted((path for path in found if not _BACKWARDS.search(path)), key=in_order)
    last = _snapshots({path: found[path] for path in forwards if not world.is_test(path)})
    for path in sorted(forwards, key=last.__contains__):
        for definition in found[path]:
            (tested if world.is_test(path) else replay).step(path, definition, whole=path in last)
    replay.finish()
    tested.finish()
    yield from _left(replay, names, frozenset())
    yield from _left(tested, names, frozenset(replay.tables))


def _snapshots(found: dict[str, list[Json]]) -> set[str]:
    """The scripts that say how tables are after the numbered ones, which older installations run: they have
    what these add. What a numbered script then renames or drops is still there."""
    added: dict[str, set[str]] = {}
    created: set[str] = set()
    for path, definitions in found.items():
        for each in definitions if _NUMBERED.search(path) else ():
            if each["kind"] == "table" and each["action"] == "alter":
                names = [str(column) for column, *_ in each["columns"]]
                names += [str(new) for what, _, new in each["changes"] if what == "rename"]
                added.setdefault(str(each["name"]), set()).update(names)
            elif each["kind"] == "table" and each["action"] == "create":
                created.add(str(each["name"]))
    snapshots = set()
    for path, definitions in found.items():
        if _NUMBERED.search(path):
            continue
        made = {
            str(each["name"]): {str(column) for column, *_ in each["columns"]}
            for each in definitions
            if each["kind"] == "table" and each["action"] == "create"
        }
        had = [column in made[table] for table in made.keys() & added.keys() for column in added[table]]
        if 2 * sum(had) >= len(had) if had else made.keys() & created:
            snapshots.add(path)
    return snapshots


def _left(replay: _Replay, names: Known, known: frozenset[str]) -> Iterator[Node | Edge]:
    """What a replay leaves, but for temporary tables and those that are known."""
    for name in sorted(replay.tables):
        table = replay.tables[name]
        if name in names.temporary or name in known:
            continue
        for item in table_items(table):
            yield _told_by_sql(item)
        for path in sorted(replay.files[name]):
            evidence = (Evidence(Place(path, replay.files[name][path]), "sql"),)
            yield Edge(f"script:{path}", f"table:{name}", "contains", evidence=evidence)
        for base, place in sorted(replay.bases.get(name, {}).items()):
            yield Edge(f"table:{name}", f"table:{base}", "inherits", evidence=(Evidence(place, "sql"),))


def _told_by_sql(item: Node | Edge) -> Node | Edge:
    if isinstance(item, Node):
        return item
    return replace(item, evidence=tuple(Evidence(each.place, "sql") for each in item.evidence))


class _Replay:
    """The tables so far; a table that its own file, or a later one by number, drops is gone."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.files: dict[str, dict[str, int]] = {}
        self.bases: dict[str, dict[str, Place]] = {}
        self._early: list[tuple[str, Json]] = []
        """Marks of what only a later file makes: `create_indexes.sql` comes first by its name."""

    def step(self, path: str, definition: Json, whole: bool = False) -> None:
        """Do one definition; `whole`: of a script that has the last word on the tables that it makes."""
        kind, name, action = definition["kind"], str(definition["name"]), definition["action"]
        place = Place(path, int(definition["line"]))
        if kind == "index" and action == "create":
            self.mark(str(definition["on"]), definition["marks"])
        if kind != "table":
            return
        if action == "create" and not definition["temporary"]:
            self.create(name, place, definition, whole)
        elif action == "alter":
            table = self.tables.setdefault(name, Table(name, place, place.line, complete=False))
            self.files.setdefault(name, {}).setdefault(path, place.line)
            _add(table, place, definition)
            self.mark(name, definition["marks"])
        elif action == "rename" and name in self.tables and definition["on"]:
            new = str(definition["on"])
            self.tables.pop(name).rename(new, self.tables)
            self.files[new] = self.files.pop(name, {})
            self.bases[new] = self.bases.pop(name, {})
        elif action == "drop" and (
            path in self.files.get(name, {}) or (name in self.files and _NUMBERED.search(path))
        ):
            del self.tables[name], self.files[name]

    def mark(self, name: str, marks: Json) -> None:
        """Note what indexes and constraints say of columns, now or once these are there."""
        table = self.tables.get(name)
        if table is not None:
            _mark(table, marks)
        if table is None or any(
            column not in table.columns for _, listed in marks for column in str(listed).split(",")
        ):
            self._early.append((name, marks))

    def finish(self) -> None:
        """Note what came before its table."""
        for name, marks in self._early:
            if name in self.tables:
                _mark(self.tables[name], marks)

    def create(self, name: str, place: Place, definition: Json, whole: bool) -> None:
        """A table that further files make as well (for other databases) is the same."""
        table = self.tables.setdefault(name, Table(name, place, place.line, complete=False))
        if not table.complete and definition["columns"] and not definition["bases"]:
            table.place, table.end, table.complete = place, place.line, True
        elif whole:
            table.place, table.end = place, place.line
        self.files.setdefault(name, {}).setdefault(place.path, place.line)
        for base in definition["bases"]:
            self.bases.setdefault(name, {}).setdefault(str(base), place)
        _add(table, place, definition)
        _mark(table, definition["marks"])


def _add(table: Table, place: Place, definition: Json) -> None:
    """Add and change columns and keys."""
    for column, type_name, line in definition["columns"]:
        table.add(Column(str(column), str(type_name), place._replace(line=int(line))))
    for what, column, new in definition["changes"]:
        if what == "drop":
            table.drop(column)
        elif what == "rename":
            table.columns.pop(new, None)
            table.rename_column(column, new)
        elif column in table.columns:
            table.columns[column] = table.columns[column]._replace(type=new)
    for columns, target, line, on_delete in definition["foreign_keys"]:
        key = Key(tuple(columns), str(target), place._replace(line=int(line)), str(on_delete))
        if all((known.columns, known.target) != (key.columns, key.target) for known in table.keys):
            table.keys.append(key)


def _mark(table: Table, marks: Json) -> None:
    """Note primary keys, uniqueness, indexes and what may be null."""
    for flag, listed in marks:
        columns = str(listed).split(",")
        if len(columns) > 1 and flag in ("unique", "indexed"):
            (table.unique if flag == "unique" else table.indexes).add(str(listed))
            continue
        for name in columns:
            column = table.columns.get(name)
            if column is None or (flag == "null" and column.primary_key):
                continue
            if flag == "primary_key":
                column = column._replace(primary_key=True, null=False)
            elif flag == "unique":
                column = column._replace(unique=True)
            else:
                column = column._replace(null=True) if flag == "null" else column._replace(indexed=True)
            table.columns[name] = column
