"""Facts about models, read from one file: fields, `class Meta`, app configurations, settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.protocols import Syntax

_FIELD = re.compile(r"(?:\w*Field|\w*Key)\Z")
_NOT_FIELDS = re.compile(
    r"(?:django\.forms|rest_framework|django_filters|wtforms|graphene|factory|marshmallow|import_export)\b"
)
_META_WORDS = ("abstract", "proxy", "managed", "db_table", "app_label", "swappable")
_SETTING = re.compile(r"[A-Z][A-Z0-9_]*_MODEL\Z")
_FIELD_WORDS = (
    "to",
    "db_column",
    "through",
    "db_table",
    "primary_key",
    "null",
    "related_name",
    "parent_link",
)


def read_models(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `field`, `meta`, `app`, `setting`."""
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        name = f"{scope}.{node.name}" if scope else node.name
        if node.name == "Meta" and scope:
            yield Fact("meta", scope, node.lineno, node.col_offset, _meta(syntax, node, scope))
            continue
        yield from _fields(syntax, node, name)
        if any(syntax.dotted(base).endswith("Config") for base in node.bases):
            texts = {key: syntax.string(value) for key, value in _assigned(node.body)}
            data = {key: texts[key] for key in ("name", "label") if texts.get(key)}
            yield Fact("app", name, node.lineno, node.col_offset, data)
    for key, value in _assigned(getattr(syntax.tree, "body", [])):
        text = syntax.string(value) if _SETTING.match(key) else None
        if text:
            yield Fact("setting", "", value.lineno, value.col_offset, {"name": key, "value": text})


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of the plain assignments of a body, those under conditions too."""
    stack = list(reversed(body))
    while stack:
        statement = stack.pop()
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if statement.value is not None:
                yield statement.target.id, statement.value
        elif isinstance(statement, ast.If):
            stack.extend(reversed([*statement.body, *statement.orelse]))
        elif isinstance(statement, ast.Try):
            stack.extend(reversed(statement.body))


def _meta(syntax: Syntax, node: ast.ClassDef, scope: str) -> dict[str, Json]:
    data: dict[str, Json] = {"bases": [syntax.express(base, scope) for base in node.bases]}
    for key, value in _assigned(node.body):
        if key in _META_WORDS:
            data[key] = value.value if isinstance(value, ast.Constant) else syntax.string(value)
    return data


def _fields(syntax: Syntax, node: ast.ClassDef, scope: str) -> Iterator[Fact]:
    for name, value in _assigned(node.body):
        if isinstance(value, ast.Constant) and value.value is None:
            yield Fact("field", scope, value.lineno, value.col_offset, {"name": name, "type": ""})
        if not isinstance(value, ast.Call):
            continue
        kind = syntax.dotted(value.func)
        if not _FIELD.match(kind.rpartition(".")[2]) or _NOT_FIELDS.match(kind):
            continue
        data: dict[str, Json] = {"name": name, "type": kind}
        arguments = {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg in _FIELD_WORDS}
        if value.args and "to" not in arguments:
            arguments["to"] = value.args[0]
        for key, argument in arguments.items():
            if key is not None:
                data[key] = _argument(syntax, argument, scope)
        yield Fact("field", scope, value.lineno, value.col_offset, data)


def _argument(syntax: Syntax, node: ast.expr, scope: str) -> Json:
    """A constant as it is; code as {"code": path expression}."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bool | int | None) else None
    text = syntax.string(node)
    if text is not None and "{}" not in text:
        return text
    return {"code": syntax.express(node, scope)}
