"""Mapped classes and Core tables -> tables, columns, foreign keys."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.protocols import ClassInfo, Syntax, World

_COLUMN = re.compile(r"(?:.*\.)?(?:Column|mapped_column|MappedColumn)\Z")
_KEY = re.compile(r"(?:.*\.)?(?:ForeignKey|ForeignKeyConstraint)\Z")
_TABLE = re.compile(r"(?:.*\.)?Table\Z")
_FLASK_MODEL = re.compile(r"(?:.*\.)?SQLAlchemy\(\)\.Model\Z|(?:.*\.)?\bdb\.Model\Z")
_WORDS = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")

Table = Mapping[str, Any]
"""The data of a fact of kind `class` or `table`."""


def read_tables(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `class` (with what it maps) and `table` (Core)."""
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        data = _class(syntax, node)
        if data:
            name = f"{scope}.{node.name}" if scope else node.name
            yield Fact("class", name, node.lineno, node.col_offset, data)
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        call, target = node.value, node.targets[0]
        if (
            isinstance(call, ast.Call)
            and isinstance(target, ast.Name)
            and _TABLE.match(syntax.dotted(call.func))
        ):
            name_text = syntax.string(call.args[0]) if call.args else None
            if name_text and "{}" not in name_text:
                data = {"table": name_text, "variable": target.id, "schema": _schema(syntax, call.keywords)}
                data.update(_parts(syntax, [a for a in call.args if isinstance(a, ast.Call)]))
                if not data["columns"]:
                    continue  # tables of other libraries, and reflected ones, have no columns here
                yield Fact("table", scope, node.lineno, node.col_offset, data)


def _class(syntax: Syntax, node: ast.ClassDef) -> dict[str, Json]:
    data: dict[str, Json] = {}
    columns: list[Json] = []
    value: ast.expr | None
    annotation: ast.expr | None
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name, value, annotation = statement.targets[0].id, statement.value, None
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name, value, annotation = statement.target.id, statement.value, statement.annotation
        else:
            continue
        if name == "__tablename__":
            data["table"] = syntax.string(value) or ""
        elif name == "__abstract__":
            data["abstract"] = isinstance(value, ast.Constant) and value.value is True
        elif name == "__table_args__":
            data.update(_table_args(syntax, value))
        elif isinstance(value, ast.Call) and _COLUMN.match(syntax.dotted(value.func)):
            columns.append(_column(syntax, name, value))
        elif value is None and annotation is not None and _is_mapped(syntax, annotation):
            columns.append([name, "", [], statement.lineno])
    if columns:
        data["columns"] = columns
    return data


def _is_mapped(syntax: Syntax, annotation: ast.expr) -> bool:
    """`x: Mapped[int]` alone is a column; without a value it cannot be a relationship."""
    return (
        isinstance(annotation, ast.Subscript)
        and syntax.dotted(annotation.value).rpartition(".")[2] == "Mapped"
    )


def _column(syntax: Syntax, name: str, call: ast.Call) -> list[Json]:
    """[name, type, [[target, line]], line] of a column."""
    first = syntax.string(call.args[0]) if call.args else None
    type_name = ""
    keys = []
    for argument in call.args:
        dotted = syntax.dotted(argument)
        plain = dotted.removesuffix("()")
        if isinstance(argument, ast.Call) and _KEY.match(plain):
            keys.append([_key_target(syntax, argument), argument.lineno])
        elif dotted and not type_name:
            type_name = plain.rpartition(".")[2]
    return [first or name, type_name, keys, call.lineno]


def _key_target(syntax: Syntax, call: ast.Call) -> str:
    """ "table.column", or "=code" for an attribute of a class."""
    if not call.args:
        return ""
    text = syntax.string(call.args[0])
    return text if text is not None else f"={syntax.express(call.args[0], '')}"


def _table_args(syntax: Syntax, value: ast.expr | None) -> dict[str, Json]:
    elements = value.elts if isinstance(value, ast.Tuple) else [value] if value is not None else []
    data = _parts(syntax, [e for e in elements if isinstance(e, ast.Call)])
    for element in elements:
        if isinstance(element, ast.Dict):
            for key, item in zip(element.keys, element.values, strict=True):
                if syntax.string(key) == "schema":
                    data["schema"] = syntax.string(item) or ""
    return {key: found for key, found in data.items() if key != "columns"}


def _parts(syntax: Syntax, calls: list[ast.Call]) -> dict[str, Json]:
    """Columns and composite foreign keys among the arguments of a table."""
    columns: list[Json] = []
    keys: list[Json] = []
    for call in calls:
        dotted = syntax.dotted(call.func)
        if _COLUMN.match(dotted):
            columns.append(_column(syntax, "", call))
        elif dotted.endswith("ForeignKeyConstraint") and len(call.args) > 1:
            own, other = (_texts(syntax, argument) for argument in call.args[:2])
            if own and other:
                keys.append([own, other[0].rpartition(".")[0], call.lineno])
    return {"columns": [c for c in columns if c[0]], "keys": keys}


def _texts(syntax: Syntax, node: ast.expr) -> list[str]:
    elements = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [text for text in (syntax.string(element) for element in elements) if text]


def _schema(syntax: Syntax, keywords: list[ast.keyword]) -> str:
    return next((syntax.string(k.value) or "" for k in keywords if k.arg == "schema"), "")


# Linking ------------------------------------------------------------------------------------------


def link_tables(world: World) -> tuple[dict[str, str], list[Node | Edge | BlindSpot]]:
    """(dotted class or variable -> table, what the tables add to the graph)."""
    facts = {(p, f.scope): f for p, f in world.facts("sqlalchemy") if f.kind == "class"}
    tables: dict[str, str] = {}
    for name in world.classes:
        table = _table_of(world, facts, name)
        if table:
            tables[name] = table
    core = [(path, fact) for path, fact in world.facts("sqlalchemy") if fact.kind == "table"]
    for path, fact in core:
        variable = ".".join(p for p in (world.module_of(path), fact.scope, str(fact.data["variable"])) if p)
        tables[variable] = _qualified(fact.data)
    items: list[Node | Edge | BlindSpot] = []
    for name in sorted(tables):
        if name in world.classes:
            items.extend(_class_items(world, facts, tables, world.classes[name]))
    for path, fact in core:
        items.extend(_table_items(world, tables, _qualified(fact.data), path, fact))
    return tables, items


def _qualified(data: Table) -> str:
    schema = str(data.get("schema") or "")
    name = str(data.get("table") or "")
    return (f"{schema}.{name}" if schema and name else name).lower()


def _table_of(world: World, facts: Mapping[tuple[str, str], Fact], name: str) -> str:
    """The table of a class: its own, Flask-SQLAlchemy's by convention, or that of the class above."""
    ancestors = world.ancestors(name)
    for ancestor in ancestors:
        info = world.classes.get(ancestor.name)
        fact = facts.get((info.path, info.definition.name)) if info is not None else None
        if fact is None:
            continue
        if ancestor.name == name and fact.data.get("abstract"):
            return ""
        if fact.data.get("table") and "{}" not in str(fact.data["table"]):
            return _qualified(fact.data)
    own = facts.get((world.classes[name].path, world.classes[name].definition.name))
    by_convention = any(_FLASK_MODEL.match(a.name) for a in ancestors if a.kind != "class")
    if by_convention and own is not None and own.data.get("columns"):
        return _WORDS.sub(r"_\1", name.rpartition(".")[2]).lower()
    return ""


def _class_items(
    world: World, facts: Mapping[tuple[str, str], Fact], tables: Mapping[str, str], info: ClassInfo
) -> Iterator[Node | Edge | BlindSpot]:
    table = tables[info.name]
    place = (Evidence(Place(info.path, info.definition.line)),)
    yield Node(f"model:{info.name}", info.path, info.definition.line, info.definition.end_line)
    yield Edge(f"class:{info.name}", f"model:{info.name}", "contains", evidence=place)
    yield Edge(f"model:{info.name}", f"table:{table}", "maps", evidence=place)
    yield Node(f"table:{table}", info.path, info.definition.line, info.definition.end_line)
    for ancestor in world.ancestors(info.name):
        base = world.classes.get(ancestor.name)
        fact = facts.get((base.path, base.definition.name)) if base is not None else None
        if fact is not None and base is not None and tables.get(ancestor.name, table) == table:
            yield from _table_items(world, tables, table, base.path, fact)


def _table_items(
    world: World, tables: Mapping[str, str], table: str, path: str, fact: Fact
) -> Iterator[Node | Edge | BlindSpot]:
    if fact.kind == "table":
        yield Node(f"table:{table}", path, fact.line, fact.line)
    for name, type_name, keys, line in fact.data.get("columns", ()):
        column = str(name).lower()
        place = Place(path, int(line))
        yield Node(
            f"column:{table}.{column}",
            path,
            place.line,
            place.line,
            (("type", type_name),) if type_name else (),
        )
        yield Edge(f"table:{table}", f"column:{table}.{column}", "contains", evidence=(Evidence(place),))
        for target, at in keys:
            yield from _reference(world, tables, table, (column,), str(target), Place(path, int(at)), fact)
    for columns, target, at in fact.data.get("keys", ()):
        yield from _reference(world, tables, table, tuple(columns), f"{target}.", Place(path, int(at)), fact)


def _reference(
    world: World,
    tables: Mapping[str, str],
    table: str,
    columns: tuple[str, ...],
    target: str,
    place: Place,
    fact: Fact,
) -> Iterator[Edge | BlindSpot]:
    if target.startswith("="):
        owner, _, _ = target[1:].rpartition(".")
        owner = owner.removesuffix(".c")
        symbol = world.resolve(place.path, fact.scope if fact.kind == "class" else "", owner)
        named = ".".join(part for part in world.locate(place.path, "", owner) if part)
        found = tables.get(symbol.name) if symbol is not None else None
        referenced = found or tables.get(named, "")
    else:
        referenced = target.rpartition(".")[0].lower()
    if not referenced or "{}" in referenced:
        yield BlindSpot(
            "unknown-relation", place, f"{table}.{','.join(columns)} -> {target.removeprefix('=')}"[:120]
        )
        return
    yield Edge(
        f"table:{table}", f"table:{referenced}", "references", evidence=(Evidence(place),), columns=columns
    )
