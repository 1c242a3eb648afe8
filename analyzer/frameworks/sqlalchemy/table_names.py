"""Which table a mapped class or a variable of Core stands for: by its name, its bases and conventions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...model.facts import Fact
from ...model.world import ClassInfo, World

FLASK_MODEL = re.compile(r"(?:.*\.)?\w*SQLAlchemy\(\)\.Model\Z|(?:.*\.)?\bdb\.Model\Z")
BASE = re.compile(
    r".*\b(?:DeclarativeBase\w*|declarative_base\(\)|generate_base\(\)|automap_base\(\)|MappedAsDataclass|SQLModel|as_declarative\S*)\Z"
)
_NEUTRAL = re.compile(r"object\Z|typing\.(?:Generic|Protocol)|abc\.ABC\Z|enum\.")
_WORDS = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")

Data = Mapping[str, Any]


def _reads_those_below(info: ClassInfo) -> bool:
    """Is a class of rows nothing but the union of the tables of the classes below?"""
    return any(base.rpartition(".")[2] == "AbstractConcreteBase" for base in info.definition.bases)


class TableNames:
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
        self._gather(mappings)
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

    def _gather(self, mappings: list[tuple[str, Fact]]) -> None:
        """The facts by what they tell."""
        world = self.world
        for path, fact in world.facts("sqlalchemy"):
            if fact.kind == "class":
                self.facts[path, fact.scope] = fact
            elif fact.kind == "table":
                self.core.append((path, fact))
            elif fact.kind == "taken":
                self.of_name[f"{world.module_of(path)}.{fact.scope}"] = str(fact.data["table"])
            elif fact.kind == "revision":
                self.revisions.add(path)
            elif fact.kind == "mapping":
                mappings.append((path, fact))

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
        return any(map(FLASK_MODEL.match, (*(a.name for a in above if a.kind != "class"), *written)))

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
        if any(a in self.bases or BASE.match(a) or FLASK_MODEL.match(a) for a in ancestors):
            return True
        infos = (self.world.classes.get(a) for a in ancestors)
        definitions = [info.definition for info in infos if info is not None]
        return any(BASE.match(text) for d in definitions for text in (*d.bases, *d.decorators))

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


def qualified(data: Data) -> str:
    """The name of a table with its schema."""
    return _qualify(str(data.get("schema") or ""), str(data.get("table") or ""))


def _qualify(schema: str, name: str) -> str:
    return (f"{schema}.{name}" if schema and name and "{}" not in schema else name).lower()
