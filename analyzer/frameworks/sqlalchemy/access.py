"""Access to tables through sessions, queries and statements, as far as names tell it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from ...model.evidence import Confidence
from ...model.facts import Fact, Problem
from ...model.graph import Edge
from ...model.protocols import Symbol, Syntax, World
from ...python.row_accesses import RowAccesses, Where
from .flowing import Flowing
from .relations import Relations

_READS = frozenset(
    {"query", "select", "get", "get_one", "select_from", "exists", "aliased", "scalars", "scalar"}
)
_JOINS = frozenset({"join", "outerjoin"})
_WRITES = frozenset({"insert", "update", "delete", "add", "add_all", "merge", "bulk_save_objects",
                     "bulk_insert_mappings", "bulk_update_mappings"})  # fmt: skip
_EAGER = frozenset({"joinedload", "subqueryload", "selectinload", "immediateload", "contains_eager"})
_BULK_OR_CORE = frozenset({"update", "delete", "insert", "select"})
_ADDS = frozenset({"add", "add_all", "merge", "delete"})
_NO_SESSION = re.compile(r"(?:set|dict|list|tuple|str|bytes|frozenset)\(|(?:.*\.)?\w*cache\w*(?:\.|\(|\Z)")
"""Receivers of `add`, `get`, `delete` ... that are plain containers or caches."""
_KEYED = frozenset({"get", "get_one"})
_MOST = 8
HOW = {
    "add": "insert", "add_all": "insert", "insert": "insert", "bulk_insert_mappings": "insert",
    "bulk_save_objects": "insert", "merge": "upsert", "update": "update", "bulk_update_mappings": "update",
    "delete": "delete",
}  # fmt: skip
"""What methods of sessions and statements do."""


def read_access(syntax: Syntax) -> Iterator[Fact | Problem]:
    """Facts of kind `access`: {mode: reads | joins | writes, code: path expressions of what is named}."""
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        mode = "writes" if name in _WRITES else "joins" if name in _JOINS else "reads"
        code: list[str] = []
        if name in _WRITES or name in _READS or name in _JOINS:
            receiver = syntax.express(function.value, scope) if isinstance(function, ast.Attribute) else ""
            if _NO_SESSION.match(receiver):
                continue
            named = (_code(syntax, argument, scope) for argument in node.args[:_MOST])
            code = [text for text in named if text]
            if not code and name in _BULK_OR_CORE and isinstance(function, ast.Attribute):
                code = _receiver_code(syntax, function.value, scope)
            if not code and name in _ADDS and "session" in receiver.lower() and node.args:
                yield Problem("unknown-write", node.lineno, ast.unparse(node)[:100])
        if name in _EAGER:
            named = (syntax.express(argument, scope) for argument in node.args[:_MOST])
            code, mode = [text for text in named if "." in text], "eager"
        if not code:
            code, mode = _class_query(syntax, node, scope), "reads"
        if code:
            data = {"mode": mode, "code": code, "method": name}
            yield Fact("access", scope, node.lineno, node.col_offset, data)


def _receiver_code(syntax: Syntax, node: ast.expr, scope: str) -> list[str]:
    """What a chain of calls began with: `Order.query.filter().delete()`, `assoc.insert()`."""
    queried = _queried(node)
    code = [_code(syntax, argument, scope) for argument in queried] or [syntax.express(node, scope)]
    return [text for text in code if text and not text.startswith("?")]


def _queried(node: ast.expr) -> list[ast.expr]:
    """What `session.query(X)...` at the root of a chain of calls asks for."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "query":
                return node.args
            node = node.func
        else:
            node = node.value
    return []


def _class_query(syntax: Syntax, node: ast.Call, scope: str) -> list[str]:
    """Flask-SQLAlchemy's `Order.query.filter(...)`: the class."""
    function = node.func
    owner = function.value if isinstance(function, ast.Attribute) else None
    if not isinstance(owner, ast.Attribute) or owner.attr != "query":
        return []
    code = _code(syntax, owner.value, scope)
    return [code] if code else []


def _code(syntax: Syntax, node: ast.expr, scope: str) -> str:
    """The path expression of what an argument names; inside `func.count(Order.id)` that is `Order.id`."""
    express = syntax.express(node, scope)
    if isinstance(node, ast.Call) and node.args and "func." in express:
        express = syntax.express(node.args[0], scope)
    return (
        "" if express.startswith("?") or express.endswith(("str()", "int()", "list()", "dict()")) else express
    )


def link_access(world: World, tables: Mapping[str, str]) -> Iterator[Edge]:
    """`reads`, `joins` and `writes` of the tables of mapped classes and Core tables."""
    if not tables:
        return
    accesses, relations = RowAccesses(world), Relations(world, tables)
    for path, fact in world.facts("sqlalchemy"):
        if fact.kind == "access" and fact.data["mode"] == "eager":
            _eager(world, relations, path, fact, accesses)
        elif fact.kind == "access":
            _named_access(world, tables, path, fact, accesses)
    flowing = Flowing(world, tables, relations, accesses)
    for path in world.files:
        flowing.file(path)
    yield from accesses.edges()


def _named_access(
    world: World, tables: Mapping[str, str], path: str, fact: Fact, accesses: RowAccesses
) -> None:
    mode = str(fact.data["mode"])
    found: list[tuple[str, bool]] = []
    for code in fact.data["code"]:
        # `query.get(id, self)`: what is merely handed on is not asked for
        kinds = ("class", "instance") if mode == "writes" or fact.data["method"] not in _KEYED else ("class",)
        named = _named(world, tables, path, fact.scope, str(code), kinds)
        if named is not None and named[0] not in [table for table, _ in found]:
            found.append(named)
    how = [HOW[str(fact.data["method"])]] if mode == "writes" else []
    for position, (table, evident) in enumerate(found):
        kind = "joins" if mode == "reads" and position else mode
        trust: Confidence = "certain" if evident else "likely"
        where = Where(path, fact.scope, fact.line, fact.column)
        accesses.add(where, table, kind, trust, "syntax" if evident else "value-flow", how=how)


def _eager(world: World, relations: Relations, path: str, fact: Fact, accesses: RowAccesses) -> None:
    """`joinedload(Order.lines)`: what is fetched beside."""
    for code in fact.data["code"]:
        owner, _, attribute = str(code).rpartition(".")
        symbol = world.resolve(path, fact.scope, owner)
        relation = relations.of_class.get(symbol.name if symbol is not None else "", {}).get(attribute)
        for table in (relation.table, relation.between) if relation is not None else ():
            if table:
                where = Where(path, fact.scope, fact.line, fact.column)
                accesses.add(where, table, "joins", "likely", "syntax", again=False)


def _named(
    world: World, tables: Mapping[str, str], path: str, scope: str, code: str, kinds: Sequence[str]
) -> tuple[str, bool] | None:
    """(table, evident) of a class, an instance, an attribute of one, or a Core table."""
    text = code
    while text:
        symbol: Symbol | None = world.resolve(path, scope, text)
        if symbol is not None and symbol.kind in kinds and symbol.name in tables:
            return tables[symbol.name], symbol.evident
        located = ".".join(part for part in world.locate(path, scope, text) if part)
        if located in tables:
            return tables[located], True
        text = text.rpartition(".")[0]
    return None
