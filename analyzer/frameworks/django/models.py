"""Models -> tables, columns and foreign keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.protocols import ClassInfo, World
from .labels import Labels

_ROOT = re.compile(
    r"(?:django\.(?:contrib\.gis\.)?db\.models(?:\.base)?\.Model"
    r"|.*\.(?:MP_Node|NS_Node|AL_Node|MPTTModel|PolymorphicModel|TimeStampedModel|AbstractUser|AbstractBaseUser))\Z"
)
_MODEL_FIELD = re.compile(r"django\.(?:contrib\.\w+\.)?(?:db\.)?models\.|modelcluster\.")
_NO_COLUMN = re.compile(r"(?:GenericForeignKey|GenericRelation|.*FormField|.*SerializerField)\Z")


@dataclass(slots=True)
class Model:
    """A model class. `table` is "" while it is abstract."""

    info: ClassInfo
    meta: Mapping[str, object] | None
    own: list[Fact] = field(default_factory=list)
    label: str = ""
    table: str = ""

    @property
    def abstract(self) -> bool:
        return bool(self.meta and self.meta.get("abstract"))

    @property
    def proxy(self) -> bool:
        return bool(self.meta and self.meta.get("proxy"))


class Models:
    """All models of the project by dotted class name, and the tables that names of models mean."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.labels = Labels(world)
        self.by_class = self._find()
        for model in self.by_class.values():
            model.label = str(self._meta_value(model, "app_label") or self.labels.of(model.info.module))
        for model in self.by_class.values():
            model.table = self._table(model)
        self.by_label: dict[tuple[str, str], Model] = {}
        # Code comes before tests, so that a test's twin of a model does not take its place.
        for model in sorted(self.by_class.values(), key=lambda m: (world.is_test(m.info.path), m.info.name)):
            if not model.abstract:
                self.by_label.setdefault((model.label, _short(model).lower()), model)

    # Which classes are models ---------------------------------------------------------------------

    def _find(self) -> dict[str, Model]:
        metas: dict[tuple[str, str], Mapping[str, object]] = {}
        fields: dict[tuple[str, str], list[Fact]] = {}
        for path, fact in self.world.facts("django"):
            if fact.kind == "meta":
                metas[path, fact.scope] = fact.data
            elif fact.kind == "field":
                fields.setdefault((path, fact.scope), []).append(fact)
        models = {}
        for name, info in self.world.classes.items():
            key = (info.path, info.definition.name)
            if self._is_model(name, fields):
                models[name] = Model(info, metas.get(key), fields.get(key, []))
        return models

    def _is_model(self, name: str, fields: Mapping[tuple[str, str], list[Fact]]) -> bool:
        ancestors = self.world.ancestors(name)
        outside = [a.name for a in ancestors if a.kind != "class"]
        if any(_ROOT.match(base) for base in outside):
            return True
        if not outside:
            return False
        inside = [self.world.classes[a.name] for a in ancestors if a.kind == "class"]
        facts = (fact for info in inside for fact in fields.get((info.path, info.definition.name), ()))
        return any(_MODEL_FIELD.match(str(fact.data["type"])) for fact in facts)

    def _meta_value(self, model: Model, key: str, depth: int = 8) -> object:
        """A value of `class Meta`, inherited as Django inherits it."""
        if depth <= 0:
            return None
        if model.meta is not None:
            if key in model.meta:
                return model.meta[key]
            for base in model.meta.get("bases") or ():  # type: ignore[attr-defined]
                owner = self.world.resolve(
                    model.info.path, model.info.definition.name, str(base).removesuffix(".Meta")
                )
                parent = self.by_class.get(owner.name) if owner is not None else None
                if parent is not None:
                    return self._meta_value(parent, key, depth - 1)
            return None
        for ancestor in self.world.ancestors(model.info.name)[1:]:
            parent = self.by_class.get(ancestor.name)
            if parent is not None and parent.abstract and parent.meta is not None:
                return self._meta_value(parent, key, depth - 1)
        return None

    def _table(self, model: Model) -> str:
        if model.abstract:
            return ""
        if model.proxy:
            parents = (self.by_class.get(a.name) for a in self.world.ancestors(model.info.name)[1:])
            concrete = next((p for p in parents if p is not None and not p.abstract and not p.proxy), None)
            if concrete is not None:
                return self._table(concrete)
        explicit = self._meta_value(model, "db_table")
        if isinstance(explicit, str) and explicit:
            return explicit.replace('"', "").replace("`", "").lower()
        return f"{model.label}_{_short(model)}".lower()

    # What they add --------------------------------------------------------------------------------

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        """The models, their tables, columns and foreign keys."""
        for name in sorted(self.by_class):
            model = self.by_class[name]
            if model.abstract:
                continue
            info, line = model.info, model.info.definition.line
            place = (Evidence(Place(info.path, line)),)
            yield Node(f"model:{name}", info.path, line, info.definition.end_line, (("app", model.label),))
            yield Edge(f"class:{name}", f"model:{name}", "contains", evidence=place)
            yield Edge(f"model:{name}", f"table:{model.table}", "maps", evidence=place)
            if not model.proxy:
                yield Node(f"table:{model.table}", info.path, line, info.definition.end_line)
                yield from self._columns(model)

    def _columns(self, model: Model) -> Iterator[Node | Edge | BlindSpot]:
        fields, parents = self._fields(model)
        keyed = any(fact.data.get("primary_key") is True for _, fact in fields.values())
        linked = any(fact.data.get("parent_link") is True for _, fact in fields.values())
        line = model.info.definition.line
        for parent in parents if not linked else ():
            column = f"{_short(parent).lower()}_ptr_id"
            yield from _column(model, column, "OneToOneField", Place(model.info.path, line))
            yield _reference(model.table, parent.table, column, Place(model.info.path, line))
        if not keyed and not parents:
            yield from _column(model, "id", "AutoField", Place(model.info.path, line))
        for path, fact in fields.values():
            yield from self._field(model, fact, Place(path, fact.line, fact.column))

    def _fields(self, model: Model) -> tuple[dict[str, tuple[str, Fact]], list[Model]]:
        """The fields by name, own ones before those of abstract bases; and the concrete parents."""
        fields: dict[str, tuple[str, Fact]] = {}
        parents: list[Model] = []
        covered: set[str] = set()
        for ancestor in self.world.ancestors(model.info.name):
            info = self.world.classes.get(ancestor.name)
            base = self.by_class.get(ancestor.name)
            if info is None or ancestor.name in covered:
                continue
            if base is not None and base is not model and not base.abstract:
                if not base.proxy:
                    parents.append(base)
                covered.update(a.name for a in self.world.ancestors(ancestor.name))
                continue
            for fact in base.own if base is not None else ():
                fields.setdefault(str(fact.data["name"]), (info.path, fact))
        return fields, parents

    def _field(self, model: Model, fact: Fact, place: Place) -> Iterator[Node | Edge | BlindSpot]:
        kind, name = str(fact.data["type"]).rpartition(".")[2], str(fact.data["name"])
        if not kind or _NO_COLUMN.match(kind):
            return
        if kind.endswith("ManyToManyField"):
            yield from self._many(model, fact, place)
            return
        relation = kind.endswith(("Key", "OneToOneField"))
        column = str(fact.data.get("db_column") or (f"{name}_id" if relation else name)).lower()
        yield from _column(model, column, kind, place)
        if relation:
            found = self._target(model, fact, place.path)
            if found is None:
                yield BlindSpot("unknown-relation", place, f"{name} = {kind}({_shown(fact.data.get('to'))})")
            else:
                yield _reference(model.table, found[0], column, place, found[1])

    def _many(self, model: Model, fact: Fact, place: Place) -> Iterator[Node | Edge | BlindSpot]:
        found = self._target(model, fact, place.path)
        name = str(fact.data["name"])
        if found is None:
            shown = _shown(fact.data.get("to"))
            yield BlindSpot("unknown-relation", place, f"{name} = ManyToManyField({shown})")
            return
        if fact.data.get("through") is not None:
            # The model in between has its own foreign keys; this field is further evidence of them.
            middle = self._target(model, fact, place.path, "through")
            if middle is not None:
                for end in (model.table, found[0]):
                    evidence = (Evidence(place),)
                    yield Edge(f"table:{middle[0]}", f"table:{end}", "references", evidence=evidence)
            return
        table = str(fact.data.get("db_table") or f"{model.table}_{name}").replace('"', "").lower()
        near, far = _short(model).lower(), found[2].lower()
        if found[0] == model.table:
            near, far = f"from_{near}", f"to_{far}"
        between = Model(model.info, None, table=table)
        yield Node(f"table:{table}", place.path, place.line, place.line)
        yield from _column(between, "id", "AutoField", place)
        for column in (f"{near}_id", f"{far}_id"):
            yield from _column(between, column, "ForeignKey", place)
        yield _reference(table, model.table, f"{near}_id", place)
        yield _reference(table, found[0], f"{far}_id", place, found[1])

    def _target(
        self, model: Model, fact: Fact, path: str, word: str = "to"
    ) -> tuple[str, Confidence, str] | None:
        """(table, confidence, model's name) that a relation points to; `path` is where it stands."""
        to = fact.data.get(word)
        if isinstance(to, dict):
            code = str(to.get("code", ""))
            named = self.labels.named(code)
            if named is None:
                symbol = self.world.resolve(path, fact.scope, code)
                known = self.by_class.get(symbol.name) if symbol is not None else None
                if known is not None and known.table:
                    return known.table, "certain", _short(known)
                outside = symbol is not None and symbol.kind == "external"
                named = self.labels.external(symbol.name) if symbol is not None and outside else None
            to = named
        if not isinstance(to, str) or not to:
            return None
        if to == "self":
            return model.table, "certain", _short(model)
        label, _, name = to.rpartition(".")
        label = label.rpartition(".")[2] or model.label
        if "." not in to and (label, name.lower()) not in self.by_label:
            return None
        return self.named(label, name)

    def named(self, label: str, name: str) -> tuple[str, Confidence, str]:
        """(table, confidence, model's name) of "label.name": the project's own model, or by convention."""
        own = self.by_label.get((label, name.lower()))
        if own is not None:
            return own.table, "certain", _short(own)
        return self.labels.external_table(label, name), "likely", name


def _short(model: Model) -> str:
    return model.info.definition.name.rpartition(".")[2]


def _shown(to: object) -> str:
    return str(to.get("code", "")) if isinstance(to, dict) else repr(to)


def _column(model: Model, name: str, kind: str, place: Place) -> Iterator[Node | Edge]:
    id = f"column:{model.table}.{name}"
    yield Node(id, place.path, place.line, place.line, (("type", kind),))
    yield Edge(f"table:{model.table}", id, "contains", evidence=(Evidence(place),))


def _reference(source: str, target: str, column: str, place: Place, trust: Confidence = "certain") -> Edge:
    evidence = (Evidence(place, "syntax" if trust == "certain" else "convention"),)
    return Edge(f"table:{source}", f"table:{target}", "references", trust, evidence, columns=(column,))
