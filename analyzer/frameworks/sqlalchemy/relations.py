"""Relationships between mapped classes: which other rows an attribute leads to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Row, Syntax, World
from .columns import bound_in_class
from .types import ATTRIBUTE, COLUMN, MANY, MAPPED
from .ways import is_constraint, is_key, key_of, key_of_several, way_by_keys

_RELATIONSHIPS = ("relationship", "dynamic_loader", "Relationship")
_MANY_TYPES = ("list", "List", "set", "Set", "Sequence", "WriteOnlyMapped", "DynamicMapped", "Collection")
_EAGER = frozenset({"joined", "selectin", "subquery", "immediate"})
_TABLE = re.compile(r"\s*(?:(?:outer)?join\()?\s*([\w.$ -]+?)\s*(?:,|\Z)")
_NAME_DEPTH = 6
_MOST_BESIDE = 12
"""Relations that are loaded, or rows that are deleted, with one row."""


class Relation(NamedTuple):
    """An attribute of a mapped class that leads to another one: to `many`, by a table `between`."""

    name: str
    target: str
    table: str
    many: bool
    between: str
    eager: bool = False
    """The rows that it leads to are loaded as soon as its own row is."""
    deletes: bool = False
    """They go when it goes."""


def read_relations(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `relations`: {relations: [[name, target, backref, secondary, many, how]], keys, columns}.

    `how` are the words `eager` and `deletes`, each also with `back-` for the backref.
    """
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        name = syntax.name_of(node, scope)
        relations: list[Json] = []
        keys: list[Json] = []
        columns: list[Json] = []
        for statement in node.body:
            target, value, annotation = bound_in_class(statement)
            if target == "__table_args__" and value is not None:
                keys += [
                    key_of_several(syntax, each, scope) for each in ast.walk(value) if is_constraint(each)
                ]
            call = value if isinstance(value, ast.Call) else None
            if target and call is not None and _last(call.func) in _RELATIONSHIPS:
                relations.append(_relation(syntax, target, call, annotation, scope, node.name))
            elif target and (call is not None or _inner(annotation)):
                columns.append(target)
                keys += (
                    [key_of(syntax, inner, scope) for inner in ast.walk(call) if is_key(inner)]
                    if call
                    else []
                )
        if relations or columns:
            data = {"relations": relations, "keys": keys, "columns": columns}
            yield Fact("relations", name, node.lineno, node.col_offset, data)


def _last(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _relation(
    syntax: Syntax, name: str, call: ast.Call, annotation: ast.expr | None, scope: str, own: str
) -> list[Json]:
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else words.get("argument")
    target, many = _named(syntax, first, scope), ""
    inner = _inner(annotation)
    if inner is not None:
        many = "many" if _last(inner[0]) in _MANY_TYPES or len(inner) > 1 else "one"
        target = target or _named(syntax, inner[-1], scope)
    uselist = words.get("uselist")
    if isinstance(uselist, ast.Constant):
        many = "many" if uselist.value else "one"
    many = many or way_by_keys(syntax, words.get("foreign_keys"), own, target.strip('"'))
    return [
        name,
        target,
        _backref(syntax, words.get("backref")),
        _between(syntax, words.get("secondary"), scope),
        many,
        " ".join([*_how(syntax, call, ""), *_how(syntax, words.get("backref"), "back-")]),
    ]


def _how(syntax: Syntax, node: ast.expr | None, prefix: str) -> Iterator[str]:
    """What the keywords of `relationship()` and `backref()` say about loading and deleting."""
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        value = keyword.value
        text = syntax.string(value) or ""
        if keyword.arg == "lazy" and (
            text in _EAGER or (isinstance(value, ast.Constant) and value.value is False)
        ):
            yield f"{prefix}eager"
        elif keyword.arg == "cascade" and re.search(r"\b(?:all|delete)\b", text):
            yield f"{prefix}deletes"


def _backref(syntax: Syntax, node: ast.expr | None) -> str:
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    return syntax.string(node) or ""


def _named(syntax: Syntax, node: ast.expr | None, scope: str) -> str:
    """The code of a class; a text becomes `"Name"`."""
    if node is None:
        return ""
    if isinstance(node, ast.Lambda):
        node = node.body
    text = syntax.string(node)
    return f'"{text.rpartition(".")[2]}"' if text is not None else syntax.express(node, scope)


def _between(syntax: Syntax, node: ast.expr | None, scope: str) -> str:
    """The code of a table; a text becomes `"name"`, with its schema, a join the table that it begins with."""
    text = syntax.string(node)
    if text is None:
        return _named(syntax, node, scope)
    name = _TABLE.match(text)
    return f'"{name[1]}"' if name is not None else ""


def _inner(annotation: ast.expr | None) -> list[ast.expr] | None:
    """[container, class] or [class] of `Mapped[list["X"]]` and `list["X"]`."""
    found: list[ast.expr] = []
    node = annotation
    for _ in range(_NAME_DEPTH):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return [*found, node]
        if isinstance(node, ast.BinOp):
            node = node.left
        if not isinstance(node, ast.Subscript):
            break
        last = _last(node.value)
        if last in _MANY_TYPES:
            found.append(node.value)
        node = node.slice
    return [*found, node] if node is not None else None


def _outer(fact: Fact) -> str:
    """The scope that a class stands in: its own names are not yet there when its body runs."""
    return fact.scope.rpartition(".")[0]


# Linking ------------------------------------------------------------------------------------------


class Relations:
    """The relationships and columns of every mapped class, inherited ones included."""

    def __init__(self, world: World, tables: Mapping[str, str]) -> None:
        self._world, self._tables = world, tables
        self._facts = {
            (path, fact.scope): fact for path, fact in world.facts("sqlalchemy") if fact.kind == "relations"
        }
        self._classes = [name for name in sorted(tables) if name in world.classes]
        self._by_short: dict[str, list[str]] = {}
        for name in self._classes:
            self._by_short.setdefault(name.rpartition(".")[2], []).append(name)
        self.of_class: dict[str, dict[str, Relation]] = {name: {} for name in self._classes}
        self.columns: dict[str, frozenset[str]] = {}
        self._beside: dict[tuple[str, str], Sequence[Relation]] = {}
        for name in self._classes:
            self._add(name)
        self.leading: dict[str, list[Relation]] = {}
        for name in self._classes:
            for relation in self.of_class[name].values():
                self.leading.setdefault(relation.target, []).append(relation)

    def _add(self, name: str) -> None:
        columns: set[str] = set()
        for ancestor in self._world.ancestors(name):
            info = self._world.classes.get(ancestor.name)
            fact = self._facts.get((info.path, info.definition.name)) if info is not None else None
            if info is None or fact is None:
                continue
            columns.update(fact.data["columns"])
            for row in fact.data["relations"]:
                self._relate(name, info.path, fact, [str(part) for part in row])
        self.columns[name] = frozenset(columns)

    def _relate(self, name: str, path: str, fact: Fact, row: list[str]) -> None:
        attribute, code, backref, secondary, many, how = row
        target = self._class(path, _outer(fact), code)
        if not target:
            return
        between = self._table(path, _outer(fact), secondary)
        plural = (
            many == "many"
            or bool(between)
            or (many != "one" and not self._points(path, fact, self._tables[target]))
        )
        words = how.split()
        forward = Relation(
            attribute, target, self._tables[target], plural, between, "eager" in words, "deletes" in words
        )
        self.of_class[name].setdefault(attribute, forward)
        if backref:
            several = bool(between) or not plural
            back = Relation(
                backref, name, self._tables[name], several, between,
                "back-eager" in words, "back-deletes" in words,
            )  # fmt: skip
            self.of_class[target].setdefault(backref, back)

    def beside(self, name: str, back: str = "") -> Sequence[Relation]:
        """The relations that are loaded with each row of a class, and with what they lead to.

        `back` is the class whose rows led to these: they are there already.
        """
        found = self._beside.get((name, back))
        if found is None:
            found = self._beside[name, back] = self._all_eager(name, back)
        return found

    def _all_eager(self, name: str, back: str) -> Sequence[Relation]:
        found: dict[Relation, None] = {}
        waiting, seen = [name], {name, back}
        while waiting and len(found) < _MOST_BESIDE:
            for relation in self.of_class.get(waiting.pop(), {}).values():
                if relation.eager and relation.target != back:
                    found[relation] = None
                    if relation.target not in seen:
                        seen.add(relation.target)
                        waiting.append(relation.target)
        return tuple(found)

    def _points(self, path: str, fact: Fact, table: str) -> bool:
        """Whether a class has a foreign key to a table: then its attribute leads to one row."""
        for key in fact.data["keys"]:
            code = str(key)
            if code == table or (code[:1] == "=" and self._table(path, _outer(fact), code[1:]) == table):
                return True
        return False

    def _class(self, path: str, scope: str, code: str) -> str:
        if code.startswith('"'):
            near = self._world.resolve(path, "", code.strip('"'))
            if near is not None and near.name in self.of_class:
                return near.name
            found = self._by_short.get(code.strip('"'), [])
            return found[0] if len(found) == 1 else ""
        symbol = self._world.resolve(path, scope, code) if code else None
        return symbol.name if symbol is not None and symbol.name in self.of_class else ""

    def _table(self, path: str, scope: str, code: str) -> str:
        if not code:
            return ""
        if code.startswith('"'):
            text = code.strip('"')
            found = self._class(path, scope, code)
            return self._tables[found] if found else text.lower()
        symbol = self._world.resolve(path, scope, code)
        located = ".".join(part for part in self._world.locate(path, scope, code) if part)
        return self._tables.get(symbol.name if symbol is not None else "", "") or self._tables.get(
            located, ""
        )

    def rows(self) -> Iterator[Row]:
        """The mapped classes as rows."""
        for name in self._classes:
            relations = sorted(self.of_class[name].values())
            leads = tuple((r.name, MANY if r.many else "", r.target) for r in relations)
            yield Row(
                name, leads, of_class=ATTRIBUTE, inherits=MAPPED,
                columns=tuple(sorted(self.columns[name])), of_column=COLUMN,
            )  # fmt: skip
