"""Which classes are models, their tables, and what names of models mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ...model.evidence import Place
from ...model.facts import Fact
from ...model.world import ClassInfo, World
from ...python.filled_patterns import Patterns
from .columns import Field, Kinds, Target
from .grafts import Grafts
from .labels import Labels
from .migrations import Replay

_ROOT = re.compile(
    r"(?:django\.(?:contrib\.gis\.)?db\.models(?:\.base)?\.Model"
    r"|.*\.(?:MP_Node|NS_Node|AL_Node|MPTTModel|PolymorphicModel|TimeStampedModel|AbstractUser|AbstractBaseUser))\Z"
)
_PLAIN = re.compile(
    r"django\.(?:contrib\.gis\.)?db\.models(?:\.base)?\.Model\Z|(?:builtins|abc|enum|typing)\.|object\Z"
)
_NO_MODEL = re.compile(
    r"(?:django\.(?:db|forms|views|utils|core|test|http|template)|builtins|abc|enum|typing)\."
)
_MODEL_FIELD = re.compile(r"django\.(?:contrib\.\w+\.)?(?:db\.)?models\.|modelcluster\.")


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
        self._patterns: Patterns | None = None
        self.labels = Labels(world)
        self.kinds = Kinds(world)
        self.replay = Replay(world, self.labels)
        self._grafts = Grafts(world)
        self._put: dict[str, list[tuple[str, Fact]]] = {}
        for name, path, fact in self._grafts.put():
            self._put.setdefault(name, []).append((path, fact))
        self.by_class = self._find()
        for model in self.by_class.values():
            model.label = str(self.meta_value(model, "app_label") or self.labels.of(model.info.module))
        for model in self.by_class.values():
            model.table = self._table(model)
        self.by_label: dict[tuple[str, str], Model] = {}
        # Code comes before tests, so that a test's twin of a model does not take its place.
        for model in sorted(self.by_class.values(), key=lambda m: (world.is_test(m.info.path), m.info.name)):
            if not model.abstract:
                self.by_label.setdefault((model.label, short(model).lower()), model)

    def unnamed(self, model: Model) -> bool:
        """Whether the name of a model's table is computed, and no migration tells it."""
        replayed = self.replay.models.get((model.label, short(model).lower()))
        known = replayed is not None and replayed.table == model.table
        computed = "{}" in str(self.meta_value(model, "db_table"))
        return computed and not known and not self._told_table(model)

    def inherits_unseen(self, model: Model) -> bool:
        """Whether a library's class may give a model further fields."""
        ancestors = self.world.ancestors(model.info.name)
        outside = (a.name.removesuffix("()") for a in ancestors if a.kind != "class")
        return any(not _PLAIN.match(base) for base in outside)

    # Which classes are models ---------------------------------------------------------------------

    def _find(self) -> dict[str, Model]:
        metas: dict[tuple[str, str], Mapping[str, object]] = {}
        fields: dict[tuple[str, str], list[Fact]] = {}
        unreal: set[tuple[str, str]] = set()
        for path, fact in self.world.facts("django"):
            if fact.kind == "meta":
                metas[path, fact.scope] = fact.data
            elif fact.kind == "field":
                fields.setdefault((path, fact.scope), []).append(fact)
            elif fact.kind == "typing":
                unreal.add((path, fact.scope))
        for path, fact in self._grafts.made():
            fields.setdefault((path, fact.scope), []).append(fact)
        models = {}
        for name, info in self.world.classes.items():
            key = (info.path, info.definition.name)
            if key not in unreal and (self._is_model(name, fields) or self._is_migrated(info)):
                own = fields.get(key, [])
                models[name] = Model(info, metas.get(key), [f for f in own if self._is_field(info.path, f)])
        return models

    def _is_field(self, path: str, fact: Fact) -> bool:
        """Whether a call in a model's body makes a field; `x = None` takes an inherited one away."""
        return not fact.data["type"] or bool(self.kinds.of(Field(fact.data, Place(path), fact.scope)))

    def _is_model(self, name: str, fields: Mapping[tuple[str, str], list[Fact]]) -> bool:
        ancestors = self.world.ancestors(name)
        # `Base: models.Model = chosen()` says that what is inherited from is an instance; nothing is.
        outside = [a.name.removesuffix("()") for a in ancestors if a.kind != "class"]
        if any(_ROOT.match(base) or self.labels.is_own_model(base) for base in outside):
            return True
        if all(_NO_MODEL.match(base) for base in outside):
            return False
        inside = [self.world.classes[a.name] for a in ancestors if a.kind == "class"]
        facts = (fact for info in inside for fact in fields.get((info.path, info.definition.name), ()))
        return any(_MODEL_FIELD.match(str(fact.data["type"])) for fact in facts)

    def _is_migrated(self, info: ClassInfo) -> bool:
        """Whether a migration creates what a class of that name keeps, whose bases nobody sees to the end."""
        if "models" not in info.module.split(".") or not info.definition.bases:
            return False
        made = (self.labels.of(info.module), info.definition.name.lower()) in self.replay.models
        bases = [a for a in self.world.ancestors(info.name) if a.kind != "class"]
        return made and not any(_NO_MODEL.match(base.name) for base in bases)

    def meta_value(self, model: Model, key: str, depth: int = 8) -> object:
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
                    return self.meta_value(parent, key, depth - 1)
            return None
        for ancestor in self.world.ancestors(model.info.name)[1:]:
            parent = self.by_class.get(ancestor.name)
            if parent is not None and parent.abstract and parent.meta is not None:
                return self.meta_value(parent, key, depth - 1)
        return None

    def _table(self, model: Model) -> str:
        if model.abstract:
            return ""
        if model.proxy:
            parents = (self.by_class.get(a.name) for a in self.world.ancestors(model.info.name)[1:])
            concrete = next((p for p in parents if p is not None and not p.abstract and not p.proxy), None)
            if concrete is not None:
                return self._table(concrete)
            outside = (
                self.labels.external(a.name)
                for a in self.world.ancestors(model.info.name)
                if a.kind == "external"
            )
            for named in filter(None, outside):
                return self.labels.external_table(*named.split("."))
        explicit = self.meta_value(model, "db_table")
        if isinstance(explicit, str) and "{}" in explicit:  # migrations know what was computed
            replayed = self.replay.models.get((model.label, short(model).lower()))
            explicit = replayed.table if replayed is not None else self._told_table(model)
        if isinstance(explicit, str) and explicit:
            return explicit.replace('"', "").replace("`", "").lower()
        return f"{model.label}_{short(model)}".lower()

    def _told_table(self, model: Model) -> str:
        """The `db_table` that constants of other modules tell."""
        parts = (model.meta or {}).get("table_parts")
        if not isinstance(parts, list | tuple):
            return ""
        if self._patterns is None:
            self._patterns = Patterns(self.world)
        text = self._patterns.text(model.info.path, model.info.definition.name, parts)
        return "" if "{" in text else text

    def fields(self, model: Model) -> tuple[dict[str, tuple[str, Fact]], list[Model]]:
        """The fields by name, own ones before those of abstract bases; and the concrete parents."""
        fields: dict[str, tuple[str, Fact]] = {}
        parents: list[Model] = []
        covered: set[str] = set()
        hidden: set[str] = set()
        for ancestor in self.world.ancestors(model.info.name):
            info = self.world.classes.get(ancestor.name)
            base = self.by_class.get(ancestor.name)
            if info is None or ancestor.name in covered:
                continue
            if base is not None and base is not model and base.proxy:
                continue  # the row that it stands for is that of what it inherits from
            if base is not None and base is not model and not base.abstract:
                parents.append(base)
                covered.update(a.name for a in self.world.ancestors(ancestor.name))
                continue
            for fact in base.own if base is not None else ():
                name = str(fact.data["name"])
                if name not in hidden:
                    fields.setdefault(name, (info.path, fact))
            for path, fact in self._put.get(ancestor.name, ()):
                fields.setdefault(str(fact.data["name"]), (path, fact))
            hidden |= self._methods.get((info.path, info.definition.name), set())
        return fields, parents

    @cached_property
    def _methods(self) -> dict[tuple[str, str], set[str]]:
        """(path, class) -> its methods and properties, which hide fields that it would inherit."""
        paths = {model.info.path for model in self.by_class.values()}
        found: dict[tuple[str, str], set[str]] = {}
        for path in paths:
            for definition in self.world.files[path].definitions:
                owner, _, name = definition.name.rpartition(".")
                if owner and definition.kind == "function":
                    found.setdefault((path, owner), set()).add(name)
        return found

    def added(self, model: Model) -> Iterator[tuple[str, Fact]]:
        """The fields of which only migrations tell: metaclasses and signals add some to a model's class."""
        name = short(model).lower()
        replayed = self.replay.models.get((model.label, name)) if model.table and not model.proxy else None
        if replayed is None:
            return
        line = [self.by_class.get(a.name) for a in self.world.ancestors(model.info.name)]
        known = {str(fact.data["name"]) for above in line if above is not None for fact in above.own}
        known.update(str(fact.data["name"]) for _, fact in self._put.get(model.info.name, ()))
        for name, made in replayed.fields.items():
            if name not in known:
                place = made.place
                yield place.path, Fact("field", made.scope, place.line, place.column, made.data)

    def target(self, model: Model, fact: Fact, path: str, word: str = "to") -> Target | None:
        """What a relation points to; `path` is where it stands."""
        to = fact.data.get(word)
        if isinstance(to, dict):
            code = str(to.get("code", ""))
            named = self.labels.named(code)
            if named is None:
                symbol = self.world.resolve(path, fact.scope, code)
                known = self.by_class.get(symbol.name) if symbol is not None else None
                if known is not None and known.table:
                    return Target(known.table, "certain", short(known))
                outside = symbol is not None and symbol.kind == "external"
                named = self.labels.external(symbol.name) if symbol is not None and outside else None
            to = named
        if not isinstance(to, str) or not to:
            return None
        if to == "self":
            return Target(model.table, "certain", short(model))
        label, _, name = to.rpartition(".")
        label = label.rpartition(".")[2] or model.label
        if "." not in to and (label, name.lower()) not in self.by_label:
            return None
        return self.named(label, name)

    def named(self, label: str, name: str) -> Target:
        """What "label.name" means: the project's own model, or by convention."""
        own = self.by_label.get((label, name.lower()))
        if own is not None:
            return Target(own.table, "certain", short(own))
        return Target(self.labels.external_table(label, name), "likely", name)


def short(model: Model) -> str:
    """The model's own name."""
    return model.info.definition.name.rpartition(".")[2]
