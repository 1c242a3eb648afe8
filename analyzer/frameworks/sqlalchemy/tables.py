"""Mapped classes and Core tables of all files -> tables with their columns and foreign keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...graph.roles import role_of
from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import ClassInfo, World
from ...sql.declared import Column, Key, Table

_FLASK_MODEL = re.compile(r"(?:.*\.)?\w*SQLAlchemy\(\)\.Model\Z|(?:.*\.)?\bdb\.Model\Z")
_BASE = re.compile(
    r".*\b(?:DeclarativeBase\w*|declarative_base\(\)|generate_base\(\)|automap_base\(\)|MappedAsDataclass|SQLModel|as_declarative\S*)\Z"
)
_NEUTRAL = re.compile(r"object\Z|typing\.(?:Generic|Protocol)|abc\.ABC\Z|enum\.")
_PLAIN = re.compile(
    r"(?:object|builtins\..*|typing\..*|abc\..*|enum\..*|sqlalchemy\..*|flask_sqlalchemy\..*)\Z"
)
_WORDS = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")

Data = Mapping[str, Any]


def _reads_those_below(info: ClassInfo) -> bool:
    """Is a class of rows nothing but the union of the tables of the classes below?"""
    return any(base.rpartition(".")[2] == "AbstractConcreteBase" for base in info.definition.bases)


class Tables:
    """The tables that classes and variables of the project stand for.

    What migrations define for themselves names tables, but says nothing of what they look like today.
    """

    def __init__(self, world: World, known: frozenset[str] = frozenset()) -> None:
        self.world = world
        self.known = known
        """The names of the tables that migrations leave."""
        self.of_name: dict[str, str] = {}
        """Dotted class or variable -> table."""
        self._asked: dict[str, str] = {}
        self.facts: dict[tuple[str, str], Fact] = {}
        self.core: list[tuple[str, Fact]] = []
        mappings: list[tuple[str, Fact]] = []
        self.revisions: set[str] = set()
        self.bases = self._bases()
        """The classes that `declarative_base(cls=...)` is given."""
        for path, fact in world.facts("sqlalchemy"):
            if fact.kind == "class":
                self.facts[path, fact.scope] = fact
            elif fact.kind == "table":
                self.core.append((path, fact))
            elif fact.kind == "revision":
                self.revisions.add(path)
            elif fact.kind == "mapping":
                mappings.append((path, fact))
        for path, fact in self.core:
            if fact.data["variable"]:
                variable = (world.module_of(path), fact.scope, str(fact.data["variable"]))
                self.of_name[".".join(part for part in variable if part)] = qualified(fact.data)
        for path, fact in mappings:
            owner, to = (str(code) for code in fact.data["code"])
            symbol, table = world.resolve(path, fact.scope, owner), self.named(path, fact.scope, to)
            if symbol is not None and symbol.kind == "class" and table:
                self.of_name[symbol.name] = table
        for name in world.classes:
            table = self._of_class(name)
            if table:
                self.of_name[name] = table
        self.made: dict[str, Table] = {}

    def _bases(self) -> frozenset[str]:
        facts = ((path, fact) for path, fact in self.world.facts("sqlalchemy") if fact.kind == "base")
        found = (self.world.resolve(path, fact.scope, str(fact.data["code"][0])) for path, fact in facts)
        return frozenset(symbol.name for symbol in found if symbol is not None)

    def named(self, path: str, scope: str, code: str) -> str:
        """The table of a class, an instance or a variable, "" for other code."""
        symbol = self.world.resolve(path, scope, code)
        located = ".".join(part for part in self.world.locate(path, scope, code) if part)
        return self.of_name.get(symbol.name if symbol is not None else "", "") or self.of_name.get(
            located, ""
        )

    # Names ----------------------------------------------------------------------------------------

    def _fact(self, name: str) -> Fact | None:
        info = self.world.classes.get(name)
        return self.facts.get((info.path, info.definition.name)) if info is not None else None

    def _of_class(self, name: str) -> str:
        """The table of a class: its own, one by convention, or that of the class above."""
        if name not in self._asked:
            self._asked[name] = ""  # classes may inherit in circles
            self._asked[name] = self._found(name)
        return self._asked[name]

    def _found(self, name: str) -> str:
        own = self._fact(name)
        info = self.world.classes[name]
        if (own is not None and own.data.get("abstract")) or _reads_those_below(info):
            return ""
        ancestors = [a.name for a in self.world.ancestors(name)]
        for ancestor in ancestors:
            fact = own if ancestor == name else self._fact(ancestor)
            if fact is None:
                continue
            data = fact.data
            if data.get("core"):
                table = self.named(self.world.classes[ancestor].path, ancestor, str(data["core"]))
                if table:
                    return table
            if data.get("table") and "{}" not in str(data["table"]):
                if self._is_plain(ancestors):
                    return ""
                if not self._is_flask(name):
                    return qualified({**data, "schema": self._schema(ancestors)})
                return self._by_flask(
                    info, ancestors, str(data["table"]) if self._names(name, ancestor) else ""
                )
            if data.get("naming") and ancestor != name and self._is_mapped(ancestors):
                if data.get("shared") and (above := self._above(ancestors[1:])):
                    return above
                return self._by_rule(name, data["naming"], self._schema(ancestors))
        if self._is_flask(name):
            return self._by_flask(info, ancestors)
        return name.rpartition(".")[2].lower() if own is not None and own.data.get("sqlmodel") else ""

    def _is_flask(self, name: str) -> bool:
        above = self.world.ancestors(name)
        infos = (self.world.classes.get(a.name) for a in above)
        written = (text for info in infos if info is not None for text in info.definition.bases)
        return any(map(_FLASK_MODEL.match, (*(a.name for a in above if a.kind != "class"), *written)))

    def _has_key(self, name: str) -> bool:
        """Whether the class itself declares a primary key."""
        fact = self._fact(name)
        return fact is not None and any("primary_key" in row[4] for row in fact.data.get("columns", ()))

    def _names(self, name: str, ancestor: str) -> bool:
        """Whether a table's name that stands in a class above is meant for this one, not for that one's."""
        return ancestor == name or not self._of_class(ancestor)

    def _by_flask(self, info: ClassInfo, ancestors: Sequence[str], given: str = "") -> str:
        """Flask-SQLAlchemy's name; a class without a key of its own shares the table above."""
        above = self._above(ancestors[1:])
        if above and not self._has_key(info.name):
            return above
        if given:
            return _qualify(self._schema(ancestors), given)
        facts = (self._fact(ancestor) for ancestor in ancestors)
        if not any(fact is not None and fact.data.get("columns") for fact in facts):
            return ""
        return _qualify(self._schema(ancestors), _WORDS.sub(r"_\1", info.name.rpartition(".")[2]).lower())

    def _above(self, ancestors: Sequence[str]) -> str:
        """The table of the nearest class above that is mapped."""
        for ancestor in ancestors:
            if ancestor in self.world.classes:
                table = self.of_name.get(ancestor) or self._of_class(ancestor)
                if table:
                    return table
        return ""

    def _is_mapped(self, ancestors: Sequence[str]) -> bool:
        if any(a in self.bases or _BASE.match(a) or _FLASK_MODEL.match(a) for a in ancestors):
            return True
        infos = (self.world.classes.get(a) for a in ancestors)
        definitions = [info.definition for info in infos if info is not None]
        return any(_BASE.match(text) for d in definitions for text in (*d.bases, *d.decorators))

    def _is_plain(self, ancestors: Sequence[str]) -> bool:
        """Whether a class and all above it are seen, and none of them can be mapped."""
        if not self.bases.isdisjoint(ancestors):
            return False
        for info in (self.world.classes.get(a) for a in ancestors if not _NEUTRAL.match(a)):
            fact = self._fact(info.name) if info is not None else None
            if (
                info is None
                or info.definition.decorators
                or (fact is not None and fact.data.get("metaclass"))
            ):
                return False
            scope = info.definition.name.rpartition(".")[0]
            bases = (
                self.world.resolve(info.path, scope, b.removesuffix("[]")) for b in info.definition.bases
            )
            if any(b is None or not (b.kind == "class" or _NEUTRAL.match(b.name)) for b in bases):
                return False
        return True

    def _schema(self, ancestors: Sequence[str]) -> str:
        facts = (self._fact(a) for a in ancestors)
        return next((str(f.data["schema"]) for f in facts if f is not None and f.data.get("schema")), "")

    def _by_rule(self, name: str, rule: Sequence[Any], schema: str) -> str:
        """A name that is made of the class's; of the ways to write one in words, that of a known table."""
        short = name.rpartition(".")[2]
        ways = (_WORDS.sub(r"_\1", short).lower(), re.sub(r"(?!^)([A-Z])", r"_\1", short).lower())
        found = []
        for words in ways:
            forms = {"name": short, "lower": short.lower(), "snake": words}
            text = "".join(forms[p[0]] if isinstance(p, list | tuple) else str(p) for p in rule)
            found.append(_qualify(schema, text))
        return next((text for text in found if text in self.known), found[0])

    # What they look like --------------------------------------------------------------------------

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
                    or _BASE.match(ancestor.name)
                    or _FLASK_MODEL.match(ancestor.name)
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
        for columns, target, key_place, on_delete in keys_of(fact.data, path):
            found = self._referenced(fact, path, target)
            if not found:
                text = f"{table.name}.{','.join(columns)} -> {target.removeprefix('=')}"[:120]
                table.unknown[columns] = BlindSpot("unknown-relation", key_place, text)
            else:
                key = Key(columns, found, key_place, on_delete)
                if all((k.columns, k.target) != (key.columns, key.target) for k in table.keys):
                    table.keys.append(key)

    def _referenced(self, fact: Fact, path: str, target: str) -> str:
        """The table of "table.column", or of the code that names it."""
        if not target.startswith("="):
            table = target.rpartition(".")[0].lower()
            return table if "{}" not in table else ""
        scope = fact.scope if fact.kind == "class" else ""
        owner = target[1:].rpartition(".")[0].removesuffix(".c")
        return self.named(path, scope, owner) or self.named(path, "", owner)


def qualified(data: Data) -> str:
    """The name of a table with its schema."""
    return _qualify(str(data.get("schema") or ""), str(data.get("table") or ""))


def _qualify(schema: str, name: str) -> str:
    return (f"{schema}.{name}" if schema and name and "{}" not in schema else name).lower()


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
