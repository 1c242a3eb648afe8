"""Peewee's models of all files -> tables with their columns and foreign keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import ClassInfo, Row, World
from ...sql.declared import Column, Key, Table, table_items
from .types import QUERY

_MODEL = re.compile(r"(?:peewee|playhouse\.\w+)\.(?:\w*Model)\Z|(?:.*\.)?FlaskDB\(\)\.Model\Z")
_FIELD = re.compile(r"(?:peewee|playhouse)\..*\Z")
_MANY = "ManyToManyField"
_SIGN = re.compile(r"[^\w]+")
_FIRST, _SECOND = re.compile(r"(.)([A-Z][a-z]+)"), re.compile(r"([a-z0-9])([A-Z])")


class Models:
    """The models of a project: what each is called in the database, and what it holds."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._facts = {
            f"{world.module_of(path)}.{fact.scope}": fact
            for path, fact in world.facts("peewee")
            if not world.is_test(path)
        }
        self._models = {
            name: info
            for name, info in world.classes.items()
            if not world.is_test(info.path) and self._is_model(name)
        }
        self._above = {kin.name for name in self._models for kin in world.ancestors(name)[1:]}
        self._targets = {
            self._target(name, field) for name in self._models for field in self._fields(name) if field[4]
        }
        self.computed = [name for name in self._models if self._said(name, "computed")]
        self.of_name = {name: self._table(name) for name in self._models if self._is_table(name)}
        """Dotted class -> table."""

    def _is_model(self, name: str) -> bool:
        return any(kin.kind == "external" and _MODEL.match(kin.name) for kin in self._world.ancestors(name))

    def _is_table(self, name: str) -> bool:
        """Whether rows are of this class itself: what others build on and names no table is none."""
        fact = self._facts.get(name)
        named = fact is not None and bool(fact.data.get("table"))
        return named or (
            (name not in self._above or name in self._targets)
            and name not in self.computed
            and bool(self._fields(name))
        )

    def _line(self, name: str) -> Iterator[tuple[str, Fact]]:
        """The class and what it inherits from, nearest first, as far as they say something."""
        for kin in self._world.ancestors(name):
            if kin.name in self._facts:
                yield kin.name, self._facts[kin.name]

    def _said(self, name: str, word: str) -> Any:
        """What `Meta` says, inherited: all but the table's own name is."""
        return next((fact.data[word] for _, fact in self._line(name) if word in fact.data), None)

    def _table(self, name: str) -> str:
        fact, info = self._facts.get(name), self._models[name]
        table = str(fact.data.get("table") or "") if fact is not None else ""
        last = info.definition.name.rpartition(".")[2]
        if not table:
            plain = _SECOND.sub(r"\1_\2", _FIRST.sub(r"\1_\2", last)) if self._said(name, "snake") else last
            table = _SIGN.sub("_", plain)
        schema = self._said(name, "schema")
        return (f"{schema}.{table}" if schema else table).lower()

    def _fields(self, name: str) -> list[Any]:
        """The fields of a class, with those that it inherits: the farthest first, as they are laid out."""
        found: dict[str, Any] = {}
        for owner, fact in reversed(list(self._line(name))):
            path, scope = self._world.classes[owner].path, fact.scope
            for field in fact.data["fields"]:
                if self._is_field(path, scope, str(field[1])):
                    found.pop(field[0], None)
                    found[field[0]] = [*field, owner]
        return list(found.values())

    def _is_field(self, path: str, scope: str, made: str) -> bool:
        symbol = self._world.resolve(path, scope, made)
        if symbol is None:
            return False
        if symbol.kind == "external":
            return bool(_FIELD.match(symbol.name))
        return symbol.kind == "class" and any(
            kin.kind == "external" and _FIELD.match(kin.name) for kin in self._world.ancestors(symbol.name)
        )

    def _target(self, name: str, field: Any) -> str:
        """The model that a foreign key leads to, "" where that is not told."""
        code, owner = str(field[4]), str(field[8])
        if code in ("=self", "self"):
            return name
        info = self._world.classes[owner]
        if code.startswith("="):  # deferred, by the name of the class
            found = [n for n in self._models if n.rpartition(".")[2] == code[1:]]
            return found[0] if len(found) == 1 else ""
        symbol = self._world.resolve(info.path, info.definition.name, code)
        return symbol.name if symbol is not None and symbol.name in self._models else ""

    # What they add --------------------------------------------------------------------------------

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        """Models, tables, columns and foreign keys."""
        for name in self.computed:
            info = self._models[name]
            if name not in self._above:
                yield BlindSpot("dynamic-table", Place(info.path, info.definition.line), name)
        for name, table in sorted(self.of_name.items()):
            info = self._models[name]
            place = Place(info.path, info.definition.line)
            yield Node(f"model:{name}", info.path, place.line, info.definition.end_line)
            yield Edge(f"model:{name}", f"table:{table}", "maps", evidence=(Evidence(place),))
            for made in self._declared(name, info):
                yield from table_items(made)

    def _declared(self, name: str, info: ClassInfo) -> Iterator[Table]:
        place = Place(info.path, info.definition.line)
        table = Table(self.of_name[name], place, info.definition.end_line)
        fields = self._fields(name)
        if not self._said(name, "no_id") and not any(
            "primary_key" in field[3] or str(field[1]).endswith(("AutoField", "PrimaryKeyField"))
            for field in fields
        ):
            table.add(Column("id", "AutoField", place, primary_key=True))
        for field in fields:
            own = Place(self._world.classes[field[8]].path, field[7])
            target = self.of_name.get(self._target(name, field), "") if field[4] else ""
            kind = str(field[1]).rpartition(".")[2]
            if kind == _MANY:
                yield from self._between(table.name, target, own)
                continue
            column = str(field[2]) or _column(str(field[0]), bool(field[4]))
            said = frozenset(str(flag) for flag in field[3])
            automatic = kind in ("AutoField", "BigAutoField", "PrimaryKeyField")
            table.add(
                Column(
                    column.lower(), kind, own, "null" in said, automatic or "primary_key" in said,
                    "unique" in said, "indexed" in said,
                )
            )  # fmt: skip
            if target:
                table.keys.append(Key((column.lower(),), target, own, str(field[5])))
        yield table

    def _between(self, one: str, other: str, place: Place) -> Iterator[Table]:
        """The table of a many-to-many field, named as Peewee names it."""
        if other:
            table = Table(f"{'_'.join(sorted((one, other)))}_through", place, place.line)
            for target in (one, other):
                table.add(Column(f"{target}_id", "ForeignKeyField", place))
                table.keys.append(Key((f"{target}_id",), target, place))
            yield table

    def rows(self) -> Iterator[Row]:
        """The models as rows, with the attributes that lead to others."""
        leads: dict[str, list[tuple[str, str, str]]] = {name: [] for name in self.of_name}
        columns: dict[str, list[str]] = {name: [] for name in self.of_name}
        for name in self.of_name:
            for field in self._fields(name):
                target = self._target(name, field) if field[4] else ""
                if target in leads:
                    many = str(field[1]).endswith(_MANY)
                    leads[name].append((str(field[0]), QUERY if many else "", target))
                    back = str(field[6]) or f"{name.rpartition('.')[2].lower()}_set"
                    leads[target].append((back, QUERY, name))
                elif not field[4]:
                    columns[name].append(str(field[0]))
        for name in sorted(leads):
            found = tuple(sorted(set(leads[name])))
            yield Row(name, found, inherits="peewee.Model", columns=tuple(sorted(columns[name])))


def _column(name: str, key: bool) -> str:
    """The column of a field: that of a foreign key ends with `_id`."""
    return name if not key or name.endswith("_id") else f"{name}_id"
