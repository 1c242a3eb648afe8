"""Fields of a model, from its class or from migrations -> columns, foreign keys, tables in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Place
from ...model.facts import Json
from ...model.graph import Edge
from ...model.world import World
from ...sql.declared import Column, Key, Table, reference

NO_COLUMN = re.compile(
    r"(?:GenericForeignKey|GenericRelation|ForeignObject|CompositePrimaryKey|.*FormField|.*SerializerField"
    r"|ImageSpecField|TaggableManager|HistoricalRecords)\Z"
)
_FIELD = re.compile(r"(?:\w*Field|\w*Key|GenericRelation|ForeignObject)\Z")
_CLASS = re.compile(r"[A-Z][A-Za-z]*Field\Z")
_OF_DJANGO = re.compile(
    r"(?:|Field|(?:Small|Big)?AutoField|(?:Big|Small|Positive|PositiveBig|PositiveSmall)?IntegerField|CharField"
    r"|TextField|SlugField|EmailField|URLField|UUIDField|BooleanField|NullBooleanField|Date(?:Time)?Field"
    r"|TimeField|DurationField|DecimalField|FloatField|BinaryField|JSONField|File(?:Path)?Field|ImageField"
    r"|GenericIPAddressField|IPAddressField|GeneratedField|ForeignKey|OneToOneField|ManyToManyField|OrderWrt"
    r"|ArrayField|HStoreField|\w*RangeField|SearchVectorField|CI\w+Field|(?:Multi)?(?:Point|LineString|Polygon)Field"
    r"|GeometryField|GeometryCollectionField|RasterField)\Z"
)
_RELATION = ("Key", "OneToOneField")
_NO_INDEX = frozenset({"TextField", "JSONField"})


class Field(NamedTuple):
    """A field and where it stands; `data` is as `reading.field` gives it, `scope` that of its names."""

    data: Mapping[str, Json]
    place: Place
    scope: str


class Target(NamedTuple):
    """What a relation leads to: a table, and the name of its model."""

    table: str
    trust: Confidence
    model: str


Find = Callable[[Field, str], Target | None]
"""What the word (`to`, `through`) of a relation means."""


class Kinds:
    """What kinds of fields there are; those of the project count as the library's that they inherit from."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: dict[tuple[str, str, str], str] = {}

    def of(self, field: Field) -> str:
        """`CharField`; "" for what is no field of a model, or takes an inherited field away."""
        data = field.data
        if "code" not in data:
            last = _last(str(data["type"]))
            return last if data["sure"] or last == "GenericRelation" else ""
        key = (field.place.path, field.scope, str(data["code"]))
        if key not in self._known:
            self._known[key] = self._kind(*key, str(data["type"]), bool(data.get("sure")))
        return self._known[key]

    def _kind(self, path: str, scope: str, code: str, type_name: str, sure: bool) -> str:
        symbol = self.world.resolve(path, scope, code)
        name = symbol.name if symbol is not None and symbol.kind == "class" else type_name
        if name in self.world.classes:
            for ancestor in self.world.ancestors(name):
                last = ancestor.name.rpartition(".")[2]
                if NO_COLUMN.match(last) or (ancestor.kind != "class" and _FIELD.match(last)):
                    return last
        last = _last(type_name)
        return last if sure or NO_COLUMN.match(last) else ""


def fill(
    table: Table, model: str, fields: Iterable[tuple[str, Field]], find: Find
) -> Iterator[Table | Edge | BlindSpot]:
    """Adds columns and foreign keys of (kind, field); yields tables in between, and what nothing tells."""
    for kind, field in fields:
        if not kind or NO_COLUMN.match(kind):
            continue
        if kind.endswith("ManyToManyField"):
            yield from _many(table, model, field, find)
            continue
        relation = kind.endswith(_RELATION)
        column = column_of(field.data, kind)
        table.add(_column(column, kind, field))
        if relation:
            found = find(field, "to")
            if found is None:
                text = f"{field.data['name']} = {kind}({_shown(field.data.get('to'))})"
                table.unknown[(column,)] = BlindSpot("unknown-relation", field.place, text)
            else:
                on_delete = str(field.data.get("on_delete") or "")
                table.keys.append(Key((column,), found.table, field.place, on_delete, found.trust))


def column_of(data: Mapping[str, Json], kind: str) -> str:
    """The name of a field's column."""
    name = str(data["name"])
    explicit = data.get("db_column")
    return str(explicit if isinstance(explicit, str) and explicit else
               f"{name}_id" if kind.endswith(_RELATION) else name).lower()  # fmt: skip


def of_django(kind: str) -> bool:
    """Whether a kind of field is Django's own: it makes one column, and nothing else."""
    return _OF_DJANGO.match(kind) is not None


def group(names: Iterable[str], fields: Mapping[str, str]) -> str:
    """The columns of an index or a constraint; `fields` tells the column of each field."""
    return ",".join(fields.get(name.lstrip("-"), name.lstrip("-").lower()) for name in names)


def _last(type_name: str) -> str:
    """The class of a field; what a variable named `models_AutoField` holds is told by its name."""
    last = type_name.rpartition(".")[2]
    found = _CLASS.search(last)
    return found[0] if found is not None and not last[:1].isupper() else last


def _column(name: str, kind: str, field: Field) -> Column:
    data = field.data
    key, unique = data.get("primary_key") is True, data.get("unique") is True or kind == "OneToOneField"
    # A foreign key has an index without being told; a slug has one as well.
    indexed = data.get("db_index") is True or (
        data.get("db_index") is not False and (kind.endswith("Key") or kind == "SlugField")
    )
    return Column(
        name,
        kind,
        field.place,
        null=data.get("null") is True,
        primary_key=key,
        unique=unique and not key,
        indexed=indexed and not unique and not key and kind not in _NO_INDEX,
    )


def _many(table: Table, model: str, field: Field, find: Find) -> Iterator[Table | Edge | BlindSpot]:
    """The table in between, where no model is it; its model has its own foreign keys."""
    found, name, place = find(field, "to"), str(field.data["name"]), field.place
    if found is None:
        text = f"{name} = ManyToManyField({_shown(field.data.get('to'))})"
        yield BlindSpot("unknown-relation", place, text)
        return
    if field.data.get("through") is not None:
        middle = find(field, "through")
        if middle is not None:  # this field is further evidence of its keys
            for end in (table.name, found.table):
                yield reference(middle.table, Key((), end, place))
        return
    given = field.data.get("db_table")
    between = Table(str(given or f"{table.name}_{name}").replace('"', "").lower(), place, place.line)
    near, far = model.lower(), found.model.lower()
    if found.table == table.name:
        near, far = f"from_{near}", f"to_{far}"
    between.add(Column("id", "AutoField", place, primary_key=True))
    for column, target, trust in (
        (f"{near}_id", table.name, "certain"),
        (f"{far}_id", found.table, found.trust),
    ):
        between.add(Column(column, "ForeignKey", place, indexed=True))
        between.keys.append(Key((column,), target, place, "cascade", trust))  # type: ignore[arg-type]
    between.unique.add(f"{near}_id,{far}_id")
    yield between


def _shown(to: object) -> str:
    return str(to.get("code", "")) if isinstance(to, dict) else repr(to)
