"""Tables of models: what their classes say, joined with what the migrations leave."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.graph import Edge, Node
from ...sql.declared import (
    DRIFT,
    Column,
    Key,
    Table,
    contradictions,
    further_evidence,
    learn,
    reference,
    table_items,
    untold,
)
from .columns import Field, Target, column_of, fill, group, of_django
from .migrations import Replayed
from .models import Model, Models, short

_OF_DJANGO = re.compile(r"(?:django|functools|dataclasses|typing|warnings)\b")
_KEEPS = re.compile(r"histor|audit|version|track", re.IGNORECASE)
"""What fields are called that keep what rows once were."""
_FIELDS_OF_DJANGO = frozenset(
    """AutoField BigAutoField SmallAutoField BooleanField NullBooleanField CharField TextField SlugField
    EmailField URLField UUIDField FileField ImageField FilePathField BinaryField DateField DateTimeField
    TimeField DurationField DecimalField FloatField IntegerField BigIntegerField SmallIntegerField
    PositiveIntegerField PositiveBigIntegerField PositiveSmallIntegerField JSONField ForeignKey
    GenericIPAddressField IPAddressField CommaSeparatedIntegerField OneToOneField""".split()
)
_KEYS = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
"""What the key of a model is by default changes with a setting."""


def schema_items(models: Models) -> Iterator[Node | Edge | BlindSpot]:
    """The models, their tables, columns and foreign keys."""
    declared: dict[str, Table] = {}
    for name in sorted(models.by_class):
        model = models.by_class[name]
        if model.abstract:
            continue
        info, line = model.info, model.info.definition.line
        place = (Evidence(Place(info.path, line)),)
        yield Node(f"model:{name}", info.path, line, info.definition.end_line, (("app", model.label),))
        yield Edge(f"class:{name}", f"model:{name}", "contains", evidence=place)
        yield Edge(f"model:{name}", f"table:{model.table}", "maps", evidence=place)
        if model.proxy:
            continue
        if models.unnamed(model):
            text = f"the table of {name} is computed"
            yield BlindSpot("dynamic-table", Place(info.path, line), text)
        table = Table(model.table, Place(info.path, line), info.definition.end_line)
        table.complete = not models.inherits_unseen(model)
        table.managed = models.meta_value(model, "managed") is not False
        for made in _declare(models, model, table):
            if isinstance(made, Table):
                declared.setdefault(made.name, made)
            else:
                yield made
        if table.name not in declared or models.world.is_test(declared[table.name].place.path):
            declared[table.name] = table
        else:  # two classes of one table
            yield from (*table_items(table), *untold(table))
    replayed = _replayed(models, declared)
    labels = {model.table: model.label for model in models.by_class.values()}
    for name, raw in models.replay.raw.items():
        if name not in declared and name not in replayed:
            yield from table_items(raw)
    for name in sorted(declared.keys() | replayed.keys()):
        yield from _merged(models, declared.get(name), replayed.get(name), labels.get(name, ""))
        yield from _added_keys(models, name, declared.get(name))


def _added_keys(models: Models, name: str, table: Table | None) -> Iterator[Edge]:
    """Foreign keys that SQL in migrations adds to a table, and its class does not declare."""
    told = {key.columns for key in table.keys} if table is not None else set()
    for key in models.replay.keys.get(name, ()):
        if key.columns not in told:
            yield reference(name, key)


def _merged(
    models: Models, table: Table | None, found: tuple[str, Table] | None, label: str
) -> Iterator[Node | Edge | BlindSpot]:
    """One table of its classes and its migrations."""
    if table is None and found is not None:
        label, replayed = found
        yield from (*table_items(replayed), *untold(replayed))
        clear = label not in models.replay.unclear and replayed.complete
        if clear and not _made_by_library(models, label, replayed.name):
            text = f"{replayed.name} stands in migrations, but no model is seen to have it"
            yield BlindSpot(DRIFT, replayed.place, text)
    elif table is not None and found is None:
        yield from (*table_items(table), *untold(table))
        known = label in models.replay.labels and label not in models.replay.unclear
        if known and table.managed and not models.world.is_test(table.place.path):
            text = f"{table.name} is declared, but no migration creates it"
            yield BlindSpot(DRIFT, table.place, text)
    elif table is not None and found is not None:
        label, replayed = found
        if label not in models.replay.unclear:  # a kind of the project's own may have no column
            for name in [n for n, c in table.columns.items() if c.type == "Field"]:
                if name not in replayed.columns:
                    del table.columns[name]
        _of_libraries(table, replayed)
        if label not in models.replay.unclear and not models.world.is_test(table.place.path):
            yield from contradictions(table, replayed, _differ)
        yield from further_evidence(table, replayed)
        learn(table, replayed, columns=True)  # of bases in libraries, or added by other means
        yield from (*table_items(table), *untold(table))


def _of_libraries(table: Table, replayed: Table) -> None:
    """What libraries make of a table: a key of their class's own, columns beside that of one of their fields
    (`price_currency`, `_content_rendered`), as migrations have them.
    """
    key = table.columns.get("id")
    if key is not None and key.place == table.place and not table.complete and "id" not in replayed.columns:
        del table.columns["id"]
    theirs = [name for name, column in table.columns.items() if not of_django(column.type)]
    for name, column in replayed.columns.items():
        if name not in table.columns and any(field in name for field in theirs):
            table.add(column)


def _made_by_library(models: Models, label: str, table: str) -> bool:
    """Whether a library that decorates a model, or is a field of it, may have made a model beside it:
    `@pghistory.track()`, `history = HistoricalRecords()`.
    """
    for model in models.by_class.values():
        plain = short(model).lower()
        if model.label != label or plain not in table.removeprefix(f"{label}_".lower()):
            continue
        path, definition = model.info.path, model.info.definition
        bound = [b.value for b in models.world.files[path].bindings if b.scope == definition.name]
        for code in (*definition.decorators, *(value for value in bound if _KEEPS.search(value))):
            symbol = models.world.resolve(path, "", code.removesuffix("()"))
            kin = models.world.ancestors(symbol.name) if symbol is not None and symbol.kind == "class" else ()
            outside = [a.name for a in (*kin, symbol) if a is not None and a.kind == "external"]
            if any(not _OF_DJANGO.match(name) for name in outside):
                return True
    return False


def _differ(one: str, other: str) -> bool:
    """Whether two names of fields mean other columns; a function of a library may make its own field."""
    made = not {one, other} <= _FIELDS_OF_DJANGO and (one.endswith(other) or other.endswith(one))
    return one != other and not made and not {one, other} <= _KEYS


# Classes ------------------------------------------------------------------------------------------


def _declare(models: Models, model: Model, table: Table) -> Iterator[Table | Edge | BlindSpot]:
    """Fills the table of a model; yields tables in between, edges of other tables, and what nothing tells."""
    rows, parents = models.fields(model)
    fields = [
        Field(fact.data, Place(path, fact.line, fact.column), fact.scope) for path, fact in rows.values()
    ]
    kinds = [(models.kinds.of(field) if field.data["type"] else "", field) for field in fields]
    keyed = any(f.data.get("primary_key") is True or k == "CompositePrimaryKey" for k, f in kinds)
    linked = any(f.data.get("parent_link") is True for _, f in kinds)
    place = Place(model.info.path, model.info.definition.line)
    for parent in parents if not linked else ():
        column = f"{short(parent).lower()}_ptr_id"
        table.add(Column(column, "OneToOneField", place, primary_key=parent is parents[0] and not keyed))
        table.keys.append(Key((column,), parent.table, place, "cascade"))
    if not keyed and not parents:
        table.add(Column("id", "AutoField", place, primary_key=True))
    by_place = {(f.place, str(f.data["name"])): row for f, row in zip(fields, rows.values(), strict=True)}

    def find(field: Field, word: str) -> Target | None:
        path, fact = by_place[field.place, str(field.data["name"])]
        return models.target(model, fact, path, word)

    yield from fill(table, short(model), kinds, find)
    if models.meta_value(model, "order_with_respect_to"):
        table.add(Column("_order", "OrderWrt", place))
    columns = {str(f.data["name"]): column_of(f.data, k) for k, f in kinds if k}
    for word, groups in (("indexes", table.indexes), ("unique", table.unique)):
        given = models.meta_value(model, word)
        groups.update(group(names, columns) for names in (given if isinstance(given, list) else ()))


# Migrations ---------------------------------------------------------------------------------------


def _replayed(models: Models, declared: dict[str, Table]) -> dict[str, tuple[str, Table]]:
    """(label, table) by name of all tables that the migrations leave."""
    found: dict[str, tuple[str, Table]] = {}
    between: dict[str, tuple[str, Table]] = {}
    for name, model in models.replay.tables():
        table = Table(name, model.place, managed=model.options.get("managed") is not False)
        kinds = [(models.kinds.of(field), field) for field in model.fields.values()]
        for made in fill(table, model.name, kinds, lambda f, w, m=model: _target(models, m, f, w)):  # type: ignore[misc]
            if isinstance(made, Table):  # of a library's class that is not seen, perhaps
                made.complete = name not in declared or declared[name].complete
                between[made.name] = (model.label, made)
        if isinstance(model.options.get("order_with_respect_to"), str):
            table.add(Column("_order", "OrderWrt", model.place))
        columns = {str(f.data["name"]): column_of(f.data, k) for k, f in kinds if k}
        table.indexes = {group(names, columns) for names in model.indexes}
        table.unique = {group(names, columns) for names in model.unique}
        found[name] = (model.label, table)
    return {**between, **found}


def _target(models: Models, model: Replayed, field: Field, word: str) -> Target | None:
    """What a relation in a migration leads to."""
    to = field.data.get(word)
    if isinstance(to, dict):
        to = models.labels.named(str(to.get("code", "")))
    if not isinstance(to, str) or not to:
        return None
    if to == "self":
        return Target(model.table, "certain", model.name)
    label, _, name = to.rpartition(".")
    other = models.replay.models.get((label or model.label, name.lower()))
    if other is not None and other.table and not other.options.get("proxy"):
        return Target(other.table, "certain", other.name)
    return models.named(label or model.label, name)
