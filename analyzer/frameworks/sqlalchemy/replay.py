"""All of Alembic's migrations in their order -> the tables that they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model.evidence import Place
from ...model.facts import Fact
from ...model.world import World
from ...sql.declared import Column, Key, Table, apply_changes
from .tables import column_of, keys_of


class Replay:
    """The tables that migrations leave, by name. Each folder of migrations is replayed by itself."""

    def __init__(self, world: World) -> None:
        self.tables: dict[str, Table] = {}
        self.changed: dict[str, Table] = {}
        """What migrations add to tables that none of them creates."""
        self.clear = True
        """Whether all that the migrations do is constant."""
        self.whole = True
        """Whether they begin with nothing, and presume no table."""
        folders: dict[str, dict[str, tuple[str, Fact]]] = {}
        for path, fact in world.facts("sqlalchemy"):
            if fact.kind == "revision" and not world.is_test(path):
                folder = folders.setdefault(path.rpartition("/")[0], {})
                folder.setdefault(str(fact.data["revision"]), (path, fact))
                problems = world.files[path].problems
                self.clear = self.clear and not any(p.kind == "dynamic-migration" for p in problems)
        for name in sorted(folders):
            state: dict[str, Table] = {}
            files = {path.rpartition("/")[2]: (path, fact) for path, fact in folders[name].values()}
            for path, fact in _in_order(folders[name]):
                for step in fact.data["steps"]:
                    if step[0] in ("upgrade", "downgrade"):
                        _repeat(state, files.get(f"{step[3]['file']}.py"), step[0])
                    else:
                        known = _run(state, path, step) or self._later(path, step)
                        self.whole = known and self.whole
                if any(".drop_" in problem.message for problem in world.files[path].problems):
                    _all_unsure(state)
            for table in state.values():
                self._join(table)

    def _later(self, path: str, step: Sequence[Any]) -> bool:
        """A key that is added to a table which was there before the first migration."""
        kind, line, name, words = step
        if kind in ("create_foreign_key", "add_column", "add_columns") and name:
            place = Place(path, int(line))
            _change({}, self.changed.setdefault(name, Table(name, place, place.line)), kind, words, place)
        return False

    def _join(self, table: Table) -> None:
        """Two databases, or two dialects of one, may have a table in common."""
        known = self.tables.setdefault(table.name, table)
        if known is not table:
            for column in table.columns.values():
                known.add(column)


def _in_order(found: Mapping[str, tuple[str, Fact]]) -> Iterator[tuple[str, Fact]]:
    """Each migration after those before it; circles, which Alembic refuses, are broken."""
    done: set[str] = set()
    for start in sorted(found):
        stack = [start]
        entered: set[str] = set()
        while stack:
            name = stack[-1]
            before = [d for d in sorted(_down(found[name][1])) if d in found and d not in done | entered]
            if before and name not in entered:
                entered.add(name)
                stack.extend(reversed(before))
                continue
            stack.pop()
            if name not in done:
                done.add(name)
                yield found[name]


def _down(fact: Fact) -> list[str]:
    return [str(name) for name in fact.data["down"]]


def _repeat(state: dict[str, Table], other: tuple[str, Fact] | None, name: str) -> None:
    """What another migration does, or how it undoes it: that one's tables and columns go."""
    if other is not None:
        path, fact = other
        for step in fact.data.get("steps" if name == "upgrade" else "undo", ()):
            if step[0] not in ("upgrade", "downgrade"):
                _run(state, path, step)


def _run(state: dict[str, Table], path: str, step: Sequence[Any]) -> bool:
    """One step of a migration: [what, line, table, words]; whether the table is known."""
    kind, line, name, words = step
    place = Place(path, int(line))
    if kind == "execute":
        apply_changes(state, words["changes"], place)
    elif kind == "create_table":
        state[name] = Table(name, place, place.line)
        _add(state[name], path, words)
    elif kind == "drop_constraint" and not name:
        _all_unsure(state)
    elif name in state:
        _change(state, state[name], kind, words, place)
    else:
        return False
    return True


def _change(state: dict[str, Table], table: Table, kind: str, words: Mapping[str, Any], place: Place) -> None:
    """A step on a table that exists."""
    if kind == "drop_table":
        del state[table.name]
    elif kind == "rename_table":
        target, inside = str(words["to"]).lower(), table.name.rpartition(".")[0]
        if target and "{}" not in target:
            del state[table.name]
            table.rename(f"{inside}.{target}" if inside and "." not in target else target, state)
    elif kind in ("add_column", "add_columns"):
        _add(table, place.path, words)
    elif kind in ("drop_column", "drop_columns"):
        for column in words["names"]:
            table.drop(str(column).lower())
    elif kind == "alter_column":
        _alter(table, words)
    elif kind == "create_foreign_key":
        columns = tuple(str(column).lower() for column in words["columns_of"])
        if columns and words["target"]:
            key = Key(columns, str(words["target"]).lower(), place, str(words["on_delete"]))
            table.keys.append(key._replace(name=str(words["name"]).lower()))
    elif kind == "drop_constraint":
        _drop_key(table, str(words["name"]).lower())
    elif words.get("columns_of"):
        unique = kind != "create_index" or words["unique"]
        (table.unique if unique else table.indexes).add(",".join(words["columns_of"]).lower())


def _drop_key(table: Table, name: str) -> None:
    """The key of that name goes, or the one whose column the name holds; else any may have gone."""
    for dropped in (
        [key for key in table.keys if name and key.name == name],
        [key for key in table.keys if any(column in name for column in key.columns)],
    ):
        if len({key.columns for key in dropped}) == 1:
            table.keys = [key for key in table.keys if key not in dropped]
            return
    _unsure(table)


def _all_unsure(state: Mapping[str, Table]) -> None:
    for table in state.values():
        _unsure(table)


def _unsure(table: Table) -> None:
    """A key that may be gone: what only migrations tell of it is not taken for what the database holds."""
    table.keys = [key._replace(trust="likely") for key in table.keys]


def _add(table: Table, path: str, words: Mapping[str, Any]) -> None:
    for row in words.get("columns", ()):
        made: Column = column_of(row, path)
        table.columns[made.name] = made
    for columns, target, place, on_delete in keys_of(words, path):
        if not target.startswith(("=", "~")) and "{}" not in target:
            table.keys.append(Key(columns, target.rpartition(".")[0].lower(), place, on_delete))
    for word, groups in (("indexes", table.indexes), ("unique", table.unique)):
        groups.update(",".join(names).lower() for names in words.get(word, ()))


def _alter(table: Table, words: Mapping[str, Any]) -> None:
    name = str(words["name"]).lower()
    known = table.columns.get(name)
    if known is None:
        return
    if words["null"] is not None:
        known = known._replace(null=bool(words["null"]))
    table.columns[name] = known._replace(type=str(words["type"]) or known.type)
    if words["to"]:
        table.rename_column(name, str(words["to"]).lower())
