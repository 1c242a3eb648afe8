"""Facts about mapped classes and Core tables, read from one file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import base_given
from .column_makers import made_column
from .columns import TABLE, bare_column, column, column_call, is_mapped, model_field, parts, schema

_ARGS = re.compile(r"__(?:\w+_)?table_args(?:__)?\Z")
_DECLARED = re.compile(r"(?:.*\.)?(?:declared_attr|classproperty|strict_classproperty)(?:\.\w+)?(?:\(\))?\Z")


def read_tables(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `class` (what it maps), `table` (Core), `mapping` (of a class to one) and `base`."""
    modules = (node.module for node, _ in syntax.find(ast.ImportFrom) if isinstance(node, ast.ImportFrom))
    sqlmodel = any((module or "").partition(".")[0] == "sqlmodel" for module in modules)
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        name = syntax.name_of(node, scope)
        data = _Class(syntax, name, sqlmodel).read(node)
        if data:
            yield Fact("class", name, node.lineno, node.col_offset, data)
    names = _names(syntax)
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        called = syntax.dotted(node.func)
        if TABLE.match(called):
            data = table(syntax, node, names.get(node, ""))
            if data:
                yield Fact("table", scope, node.lineno, node.col_offset, data)
        elif called.endswith(("map_imperatively", ".mapper")) and len(node.args) > 1:
            code = [syntax.express(argument, scope) for argument in node.args[:2]]
            yield Fact("mapping", scope, node.lineno, node.col_offset, {"code": code})
        elif (base := base_given(node)) is not None:
            code = [syntax.express(base, scope)]
            yield Fact("base", scope, node.lineno, node.col_offset, {"code": code})


def _names(syntax: Syntax) -> dict[ast.AST, str]:
    """The names to which calls are bound."""
    found: dict[ast.AST, str] = {}
    for node, _ in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Call):
            found[value] = target.id
    return found


def table(syntax: Syntax, call: ast.Call, variable: str) -> dict[str, Json]:
    """What `Table("name", metadata, ...)` says; nothing without a name or without any column.

    Tables of other libraries, and reflected ones, have no columns there.
    """
    name = syntax.string(call.args[0]) if call.args else None
    if not name or "{}" in name:
        return {}
    data = {"schema": schema(syntax, call.keywords), **parts(syntax, call.args[1:])}
    return {"table": name, "variable": variable, **data} if data["columns"] else {}


class _Class:
    """Reads the body of a class."""

    def __init__(self, syntax: Syntax, scope: str, sqlmodel: bool) -> None:
        self.syntax, self.scope = syntax, scope
        self.fields: list[Json] | None = [] if sqlmodel else None
        """What would be columns if the class were a table of SQLModel."""
        self.data: dict[str, Json] = {}
        self.columns: list[Json] = []
        self.truths: dict[str, bool] = {}
        self.maybe: set[ast.AST] = set()
        """The statements that stand under a condition."""

    def read(self, node: ast.ClassDef) -> dict[str, Json]:
        """What a class says of its table; {} for most classes."""
        stack = list(reversed(node.body))
        while stack:
            statement = stack.pop()
            known = len(self.columns)
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                self._bound(statement.targets[0].id, statement.value, None, statement.lineno)
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                annotation, line = statement.annotation, statement.lineno
                self._bound(statement.target.id, statement.value, annotation, line)
            elif isinstance(statement, ast.FunctionDef):
                if any(_DECLARED.match(self.syntax.dotted(d)) for d in statement.decorator_list):
                    self._declared(statement)
            elif isinstance(statement, ast.If) and "TYPE_CHECKING" not in self.syntax.dotted(statement.test):
                stack.extend(reversed([*statement.body, *statement.orelse]))
                self.maybe.update(statement.body, statement.orelse)
            for row in self.columns[known:] if statement in self.maybe else ():
                row[4] = sorted({*row[4], "maybe"})
        self._keywords(node)
        if self.fields:
            self.data["fields"] = self.fields
        if self.columns:
            self.data["columns"] = self.columns + self.data.get("columns", [])
        if self.data and self.truths:
            self.data["truths"] = self.truths
        return self.data

    def _keywords(self, node: ast.ClassDef) -> None:
        for keyword in node.keywords:
            if keyword.arg == "table" and isinstance(keyword.value, ast.Constant) and keyword.value.value:
                self.data["sqlmodel"] = True
            elif keyword.arg == "metaclass":
                self.data["metaclass"] = True

    def _bound(self, name: str, value: ast.expr | None, annotation: ast.expr | None, line: int) -> None:
        syntax = self.syntax
        if name == "__tablename__":
            self.data["table"] = syntax.string(value) or ""
        elif name == "__abstract__":
            self.data["abstract"] = isinstance(value, ast.Constant) and value.value is True
        elif _ARGS.match(name) and value is not None:
            self._table_args(value, self.scope)
        elif name == "__table__":
            if isinstance(value, ast.Call) and TABLE.match(syntax.dotted(value.func)):
                self.data.update(table(syntax, value, name))
            elif value is not None:
                self.data["core"] = syntax.express(value, self.scope)
        elif (call := column_call(syntax, value)) is not None:
            self.columns.append(
                column(syntax, name, call, annotation if is_mapped(syntax, annotation) else None)
            )
        elif value is None and annotation is not None and is_mapped(syntax, annotation):
            self.columns.append(bare_column(syntax, name, annotation, line))
        elif annotation is not None and self.fields is not None:
            row = model_field(syntax, name, annotation, value)
            if row is not None:
                self.fields.append(row)
        else:
            self._other(name, value)

    def _other(self, name: str, value: ast.expr | None) -> None:
        """What is no column by its words: constants, and calls that may make one."""
        if isinstance(value, ast.Constant):
            self._constant(name, value.value)
        elif (made := made_column(self.syntax, name, value, self.scope)) is not None:
            self.data.setdefault("made", []).append(made)

    def _constant(self, name: str, value: object) -> None:
        """What conditions ask for, and `x = None`, which takes an inherited column away."""
        if isinstance(value, bool):
            self.truths[name] = value
        elif value is None:
            self.data.setdefault("hidden", []).append(name)

    def _table_args(self, value: ast.expr, scope: str) -> None:
        found = parts(self.syntax, [value], scope)
        found.pop("columns")
        for key, said in found.items():
            if isinstance(said, list):
                self.data[key] = [*self.data.get(key, ()), *said]
            elif said:
                self.data[key] = said

    def _declared(self, function: ast.FunctionDef) -> None:
        """`@declared_attr`: what the method returns, as if it stood in the class."""
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        for value in returned:
            if function.name == "__tablename__":
                if isinstance(value, ast.Constant) and value.value is None:
                    self.data["shared"] = True
                    continue
                text = self.syntax.string(value)
                if text and "{}" not in text:
                    self.data["table"] = text
                else:
                    self.data["naming"] = naming(self.syntax, value)
            elif _ARGS.match(function.name):
                self._table_args(value, f"{self.scope}.{function.name}")
            elif (call := column_call(self.syntax, value)) is not None:
                row = column(self.syntax, function.name, call)
                if len([n for n in ast.walk(function) if isinstance(n, ast.Return)]) > 1 or not any(
                    isinstance(statement, ast.Return) for statement in function.body
                ):
                    row[4] = sorted({*row[4], "maybe"})
                    row.append(condition(function, value))
                self.columns.append(row)
                return


def condition(function: ast.FunctionDef, value: ast.expr) -> list[Json]:
    """[attribute of the class, whether it must hold] for a value to be returned; [] where that is not plain.

    `if cls.x: return value`, or `if not cls.x: return None` before it.
    """
    tests = [statement for statement in function.body if isinstance(statement, ast.If)]
    if len(tests) != 1:
        return []
    test, holds = tests[0].test, any(value is node for part in tests[0].body for node in ast.walk(part))
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, holds = test.operand, not holds
    plain = isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name)
    return [test.attr, holds] if plain and isinstance(test, ast.Attribute) else []


def naming(syntax: Syntax, node: ast.expr, depth: int = 6) -> list[Json]:
    """How a name is made of a class's: texts, and `["name"]`, `["lower"]` or `["snake"]` of the class.

    Functions that are not seen are taken to make `order_line` of `OrderLine`: most do.
    """
    if depth <= 0:
        return []
    text = syntax.string(node)
    if isinstance(node, ast.JoinedStr):
        made: list[Json] = []
        for part in node.values:
            value = part.value if isinstance(part, ast.FormattedValue) else part
            made += naming(syntax, value, depth - 1)
        return made
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*naming(syntax, node.left, depth - 1), *naming(syntax, node.right, depth - 1)]
    if text is not None and not (isinstance(node, ast.Call)):
        return [text]
    if isinstance(node, ast.Attribute):
        return [["name"]] if node.attr in ("__name__", "__qualname__") else []
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "lower" and not node.args:
            return [
                ["lower"] if part == ["name"] else part for part in naming(syntax, function.value, depth - 1)
            ]
        inner = next((found for a in node.args if (found := naming(syntax, a, depth - 1)) and found != [""]
                      and any(isinstance(part, list) for part in found)), [])  # fmt: skip
        return [["snake"] if isinstance(part, list) else part for part in inner]
    return []
