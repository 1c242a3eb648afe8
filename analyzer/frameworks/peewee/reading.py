"""Facts about Peewee's models, read from one file: fields and what `Meta` says."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax

_FLAGS = {"null": "null", "primary_key": "primary_key", "unique": "unique", "index": "indexed"}
_NAMES = ("table_name", "db_table")
_KEYS = ("ForeignKeyField", "DeferredForeignKey")


def read_models(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `model`: [name, type, column, flags, target, on delete, backref, line] of each field."""
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        name = syntax.name_of(node, scope)
        fields: list[Json] = []
        data: dict[str, Json] = {}
        for statement in node.body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            value = getattr(statement, "value", None)
            if isinstance(target, ast.Name) and isinstance(value, ast.Call):
                field = _field(syntax, target.id, value, name)
                fields += [field] if field else []
            elif isinstance(statement, ast.ClassDef) and statement.name == "Meta":
                data |= _meta(syntax, statement)
        if fields or data:
            data |= {"fields": fields, "end": node.end_lineno or node.lineno}
            yield Fact("model", name, node.lineno, node.col_offset, data)


def _field(syntax: Syntax, name: str, call: ast.Call, scope: str) -> list[Json]:
    """What a call makes that ends as fields do; nothing for others."""
    made = syntax.express(call.func, scope)
    last = made.rpartition(".")[2]
    if not last.endswith("Field") and last not in _KEYS:
        return []
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    target = ""
    if last in (*_KEYS, "ManyToManyField"):
        to = words.get("model") or words.get("rel_model") or (call.args[0] if call.args else None)
        text = syntax.string(to)
        target = f"={text}" if text else syntax.express(to, scope)
    column = syntax.string(words.get("column_name")) or syntax.string(words.get("db_column")) or ""
    flags: list[Json] = [flag for word, flag in _FLAGS.items() if _is_true(words.get(word))]
    on_delete = (syntax.string(words.get("on_delete")) or "").lower()
    backref = syntax.string(words.get("backref")) or syntax.string(words.get("related_name")) or ""
    return [name, made, column, flags, target, on_delete, backref, call.lineno]


def _meta(syntax: Syntax, node: ast.ClassDef) -> dict[str, Json]:
    """The table's name, schema and key as `class Meta` has them."""
    found: dict[str, Json] = {}
    for statement in node.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Name) and isinstance(statement, ast.Assign):
            text = syntax.string(statement.value)
            if target.id in _NAMES:
                found["table"] = text or ""
            elif target.id == "schema" and text:
                found["schema"] = text
            elif target.id == "legacy_table_names":
                found["snake"] = not _is_true(statement.value)
            elif target.id == "table_function":
                found["computed"] = True
            elif target.id == "primary_key":
                found["no_id"] = True  # a composite key, or none at all
    return found


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
