"""Access to tables through sessions, queries and statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ...model.evidence import Confidence, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge
from ...model.protocols import Symbol, Syntax, World

_READS = frozenset(
    {"query", "select", "get", "get_one", "select_from", "exists", "aliased", "scalars", "scalar"}
)
_JOINS = frozenset({"join", "outerjoin"})
_WRITES = frozenset({"insert", "update", "delete", "add", "add_all", "merge", "bulk_save_objects",
                     "bulk_insert_mappings", "bulk_update_mappings"})  # fmt: skip
_BULK = frozenset({"update", "delete"})
_MOST = 8


def read_access(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `access`: {mode: reads | joins | writes, code: path expressions of what is named}."""
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        arguments = node.args
        if name in _BULK and isinstance(function, ast.Attribute) and not _names_class(arguments[:1]):
            arguments = _queried(function.value)
            mode = "writes"
        elif name in _WRITES:
            mode = "writes"
        elif name in _READS or name in _JOINS:
            mode = "joins" if name in _JOINS else "reads"
        else:
            yield from _class_query(syntax, node, scope)
            continue
        code = [text for text in (_code(syntax, argument, scope) for argument in arguments[:_MOST]) if text]
        if code:
            yield Fact("access", scope, node.lineno, node.col_offset, {"mode": mode, "code": code})


def _names_class(arguments: list[ast.expr]) -> bool:
    """Whether the first argument looks like a mapped class (`update(Order)`) or a table."""
    return bool(arguments) and isinstance(arguments[0], ast.Name | ast.Attribute)


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


def _class_query(syntax: Syntax, node: ast.Call, scope: str) -> Iterator[Fact]:
    """Flask-SQLAlchemy's `Order.query.filter(...)`."""
    function = node.func
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Attribute)
        and function.value.attr == "query"
    ):
        code = _code(syntax, function.value.value, scope)
        if code:
            yield Fact("access", scope, node.lineno, node.col_offset, {"mode": "reads", "code": [code]})


def _code(syntax: Syntax, node: ast.expr, scope: str) -> str:
    """The path expression of what an argument names; inside `func.count(Order.id)` that is `Order.id`."""
    express = syntax.express(node, scope)
    if isinstance(node, ast.Call) and node.args and "func." in express:
        express = syntax.express(node.args[0], scope)
    return (
        "" if express.startswith("?") or express.endswith(("str()", "int()", "list()", "dict()")) else express
    )


def link_access(world: World, tables: Mapping[str, str]) -> Iterator[Edge]:
    """`reads`, `joins` and `writes` of the tables that mapped classes and Core tables name."""
    if not tables:
        return
    for path, fact in world.facts("sqlalchemy"):
        if fact.kind != "access":
            continue
        source = world.scope_id(path, fact.scope)
        mode = str(fact.data["mode"])
        found: list[tuple[str, bool]] = []
        for code in fact.data["code"]:
            named = _named(world, tables, path, fact.scope, str(code))
            if named is not None and named[0] not in [table for table, _ in found]:
                found.append(named)
        for position, (table, evident) in enumerate(found):
            kind = "joins" if mode == "reads" and position else mode
            trust: Confidence = "certain" if evident else "likely"
            evidence = (Evidence(Place(path, fact.line, fact.column), "syntax" if evident else "value-flow"),)
            yield Edge(source, f"table:{table}", kind, trust, evidence)


def _named(
    world: World, tables: Mapping[str, str], path: str, scope: str, code: str
) -> tuple[str, bool] | None:
    """(table, evident) of a class, an instance, an attribute of one, or a Core table."""
    for text in (code, code.rpartition(".")[0], code.rpartition(".")[0].rpartition(".")[0]):
        if not text:
            break
        symbol: Symbol | None = world.resolve(path, scope, text)
        if symbol is not None and symbol.kind in ("class", "instance") and symbol.name in tables:
            return tables[symbol.name], symbol.evident
        located = ".".join(part for part in world.locate(path, scope, text) if part)
        if located in tables:
            return tables[located], True
    return None
