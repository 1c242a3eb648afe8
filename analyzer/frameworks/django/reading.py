"""Facts about models, read from one file: fields, `class Meta`, app configurations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.patterns import parts_of
from .assignments import assignments
from .grafts import read_grafts
from .settings import elements, model_named, read_settings

_FIELD = re.compile(r"(?:\w*Field|\w*Key)\Z")
_NOT_FIELDS = re.compile(
    r"(?:django\.forms|rest_framework|django_filters|wtforms|graphene|factory|marshmallow|import_export)\b"
)
_META_WORDS = ("abstract", "proxy", "managed", "db_table", "app_label", "swappable", "order_with_respect_to")
_CHECKING = ("typing.TYPE_CHECKING", "TYPE_CHECKING")
_LISTS = {
    "unique_together": "unique",
    "index_together": "indexes",
    "indexes": "indexes",
    "constraints": "unique",
}
_FIELD_WORDS = (
    "to",
    "db_column",
    "through",
    "db_table",
    "primary_key",
    "null",
    "related_name",
    "parent_link",
    "unique",
    "db_index",
    "on_delete",
)


def read_models(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `field`, `meta`, `app`, `apps`, `setting`, and `typing` for classes that never run."""
    yield from _never_run(syntax)
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        name = syntax.name_of(node, scope)
        if node.name == "Meta" and scope:
            yield Fact("meta", scope, node.lineno, node.col_offset, _meta(syntax, node, scope))
            continue
        yield from _fields(syntax, node, name)
        if any(syntax.dotted(base).endswith("Config") for base in node.bases):
            texts = {key: syntax.string(value) for key, value in assignments(node.body)}
            data = {key: texts[key] for key in ("name", "label") if texts.get(key)}
            yield Fact("app", name, node.lineno, node.col_offset, data)
    yield from read_settings(syntax)
    yield from read_grafts(syntax, field)


def _never_run(syntax: Syntax) -> Iterator[Fact]:
    """Classes below `if TYPE_CHECKING:`, which only checkers of types see."""
    for node, _ in syntax.find(ast.If):
        if isinstance(node, ast.If) and syntax.dotted(node.test) in _CHECKING:
            for made in node.body:
                if isinstance(made, ast.ClassDef):
                    yield Fact("typing", made.name, made.lineno, made.col_offset, {})


def _meta(syntax: Syntax, node: ast.ClassDef, scope: str) -> dict[str, Json]:
    data: dict[str, Json] = {"bases": [syntax.express(base, scope) for base in node.bases]}
    listed = [
        text for key, value in assignments(node.body) if key == "fields" for text in _texts(syntax, value)
    ]
    if listed:
        data["form_fields"] = listed
    return {**data, **options(syntax, assignments(node.body), scope)}


def _texts(syntax: Syntax, node: ast.expr) -> list[str]:
    return [text for text in map(syntax.string, elements(node)) if text]


def options(syntax: Syntax, pairs: Iterable[tuple[str, ast.expr]], scope: str) -> dict[str, Json]:
    """What `class Meta`, or the options of a migration, say of the table."""
    data: dict[str, Json] = {}
    for key, value in pairs:
        if key in _META_WORDS:
            data[key] = value.value if isinstance(value, ast.Constant) else syntax.string(value)
            if data[key] is None and key == "db_table":  # constants of other modules may tell it
                data[key], data["table_parts"] = "{}", parts_of(syntax, value, scope)
        elif key == "ordering":
            data[key] = [text for text in map(syntax.string, elements(value)) if text]
        elif key in _LISTS:
            data.setdefault(_LISTS[key], []).extend(column_groups(syntax, value))
    return data


def column_groups(syntax: Syntax, node: ast.expr) -> list[list[str]]:
    """The fields of each index or constraint: of `[("a", "b")]`, `("a", "b")`, `[Index(fields=["a"])]`."""
    elements = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    if elements and all(isinstance(element, ast.Constant) for element in elements):
        elements = [node]
    found = []
    for element in elements:
        if isinstance(element, ast.Call):
            kind = syntax.dotted(element.func).rpartition(".")[2]
            element = next((k.value for k in element.keywords if k.arg == "fields"), element)
            if not kind.endswith(("Index", "UniqueConstraint")):
                continue
        parts = element.elts if isinstance(element, ast.List | ast.Tuple | ast.Set) else []
        names = [text for text in (syntax.string(part) for part in parts) if text]
        if names:
            found.append(names)
    return found


def _fields(syntax: Syntax, node: ast.ClassDef, scope: str) -> Iterator[Fact]:
    for name, value in assignments(node.body):
        if isinstance(value, ast.Constant):  # in the place of a field that is inherited
            yield Fact("field", scope, value.lineno, value.col_offset, {"name": name, "type": ""})
        data = field(syntax, name, value, scope) if isinstance(value, ast.Call) else None
        if data is not None:
            yield Fact("field", scope, value.lineno, value.col_offset, data)


def field(
    syntax: Syntax, name: str, value: ast.Call, scope: str, sure: bool = False
) -> dict[str, Json] | None:
    """A field of a model; None for a call that makes none, unless it is `sure` to, as in migrations."""
    made = value.func.value if isinstance(value.func, ast.Subscript) else value.func  # ForeignKey[A, B](...)
    kind = syntax.dotted(made)
    last = kind.rpartition(".")[2]
    inner = value.args[0] if value.args and not last[:1].isupper() else None
    if isinstance(inner, ast.Call) and _FIELD.match(syntax.dotted(inner.func).rpartition(".")[2]):
        return field(syntax, name, inner, scope, sure)  # `encrypt(models.CharField(...))`
    if not sure and (not last[:1].isupper() or _NOT_FIELDS.match(kind)):
        return None
    data: dict[str, Json] = {"name": name, "type": kind, "sure": sure or _FIELD.match(last) is not None}
    if not kind.startswith("django."):
        data["code"] = syntax.express(made, scope)
    arguments = {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg in _FIELD_WORDS}
    if value.args and "to" not in arguments:
        arguments["to"] = value.args[0]
    if len(value.args) > 1 and last.endswith(("Key", "OneToOneField")):
        arguments.setdefault("on_delete", value.args[1])
    for key, argument in arguments.items():
        if key == "on_delete":
            data[key] = syntax.dotted(argument).rpartition(".")[2].lower().removesuffix("()")
        elif key is not None:
            data[key] = _argument(syntax, argument, scope)
    return data


def _argument(syntax: Syntax, node: ast.expr, scope: str) -> Json:
    """A constant as it is; code as {"code": path expression}."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bool | int | None) else None
    text = syntax.string(node)
    if text is not None and "{}" not in text:
        return text
    asked = model_named(syntax, node) if isinstance(node, ast.Call) else ""
    if asked:  # `getattr(settings, "OWNER_MODEL", "people.Person")`
        return asked
    return {"code": syntax.express(node, scope)}
