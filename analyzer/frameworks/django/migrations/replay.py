"""All migrations in their order -> the models that they leave, as Django's own state of a project is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....model.evidence import Place
from ....model.facts import Fact
from ....model.world import World
from ....sql.declared import Key, Table, apply_changes
from ..columns import Field
from ..labels import Labels
from .order import in_order

Name = tuple[str, str]
"""(label, model's name in lower case)."""


@dataclass(slots=True)
class Replayed:
    """A model after all migrations."""

    label: str
    name: str
    place: Place
    fields: dict[str, Field] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    indexes: list[list[str]] = field(default_factory=list)
    unique: list[list[str]] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The table, "" where the name is computed."""
        explicit = self.options.get("db_table")
        if isinstance(explicit, str) and explicit:
            return "" if "{}" in explicit else explicit.replace('"', "").replace("`", "").lower()
        return f"{self.label}_{self.name}".lower()


class Replay:
    """The models that the migrations of each app leave. `labels` are the apps that have any."""

    def __init__(self, world: World, labels: Labels) -> None:
        self.models: dict[Name, Replayed] = {}
        self.labels: set[str] = set()
        self.dropped: set[str] = set()
        self.raw: dict[str, Table] = {}
        """Tables that SQL creates."""
        self.keys: dict[str, list[Key]] = {}
        """Foreign keys that SQL adds to tables of models."""
        unclear = {
            path
            for path, facts in world.files.items()
            if any(problem.kind == "dynamic-migration" for problem in facts.problems)
        }
        self.unclear: set[str] = set()
        """The labels of apps of which a migration is computed."""
        found: dict[Name, tuple[str, Fact]] = {}
        for path, fact in world.facts("django"):
            if fact.kind == "migration" and not world.is_test(path) and _is_found(path):
                package, _, name = world.module_of(path).rpartition(".")
                app = package.rpartition(".")[0] or "/".join(path.split("/")[-3:-2])
                label = labels.of(app) if app else ""
                found.setdefault((label, name), (path, fact))
                self.labels.add(label)
                if path in unclear:
                    self.unclear.add(label)
        for label, name in in_order({key: fact.data for key, (_, fact) in found.items()}):
            path, fact = found[label, name]
            for operation in fact.data["operations"]:
                _Step(self, label, path, fact.scope).run(operation)

    def tables(self) -> Iterator[tuple[str, Replayed]]:
        """(table, model) of each model that has a table of its own."""
        for key in sorted(self.models):
            model = self.models[key]
            if model.table and not model.options.get("proxy") and model.table not in self.dropped:
                yield model.table, model


def _is_found(path: str) -> bool:
    """Whether Django finds a migration: not one with a dot in its name, `0001_v1.0.0.py`."""
    return "." not in path.rpartition("/")[2].removesuffix(".py")


class _Step:
    """Runs the operations of one migration."""

    def __init__(self, replay: Replay, label: str, path: str, scope: str) -> None:
        self.replay, self.models, self.label = replay, replay.models, label
        self.path, self.scope = path, scope

    def run(self, operation: Sequence[Any]) -> None:
        """One operation: [kind, line, words]."""
        kind, line, words = operation
        model = self.models.get((self.label, str(words.get("model_name") or words.get("name") or "").lower()))
        if kind == "CreateModel":
            self._create(int(line), words)
        elif kind == "RunSQL":
            self._sql(words["changes"], Place(self.path, int(line)))
        elif kind == "RenameModel":
            self._rename(str(words.get("old_name") or ""), str(words.get("new_name") or ""))
        elif model is not None:
            self._change(model, kind, words)

    def _create(self, line: int, words: Mapping[str, Any]) -> None:
        name = str(words["name"])
        model = Replayed(self.label, name, Place(self.path, line))
        for made in words.get("fields", ()):
            self._put(model, made)
        model.options = dict(words.get("options") or {})
        model.indexes = list(model.options.pop("indexes", ()))
        model.unique = list(model.options.pop("unique", ()))
        self.models[self.label, name.lower()] = model

    def _put(self, model: Replayed, made: Sequence[Any] | None) -> None:
        if made is not None:
            line, column, data = made
            model.fields[str(data["name"])] = Field(
                data, Place(self.path, int(line), int(column)), self.scope
            )

    def _change(self, model: Replayed, kind: str, words: Mapping[str, Any]) -> None:
        name = str(words.get("name") or "")
        if kind == "DeleteModel":
            del self.models[self.label, model.name.lower()]
        elif kind in ("AddField", "AlterField"):
            self._put(model, words.get("field"))
        elif kind == "RemoveField":
            model.fields.pop(name, None)
        elif kind == "RenameField":
            self._rename_field(model, str(words.get("old_name") or ""), str(words.get("new_name") or ""))
        elif kind == "AlterModelTable":
            model.options["db_table"] = words.get("table")
        elif kind == "AlterModelOptions":
            changed = words.get("options") or {}
            model.options = {**model.options, **{k: v for k, v in changed.items() if k == "managed"}}
        elif kind == "AlterOrderWithRespectTo":
            model.options["order_with_respect_to"] = words.get("order_with_respect_to")
        elif kind in ("AlterUniqueTogether", "AddConstraint"):
            model.unique = [*(model.unique if kind == "AddConstraint" else ()), *words.get("columns", ())]
        else:
            model.indexes = [*model.indexes, *words.get("columns", ())]

    def _rename_field(self, model: Replayed, old: str, new: str) -> None:
        known = model.fields.pop(old, None)
        if known is not None:
            model.fields[new] = known._replace(data={**known.data, "name": new})
        for groups in (model.indexes, model.unique):
            groups[:] = [[new if name == old else name for name in group] for group in groups]

    def _rename(self, old: str, new: str) -> None:
        """A model gets another name; what refers to it follows."""
        model = self.models.pop((self.label, old.lower()), None)
        if model is None:
            return
        model.name = new
        self.models[self.label, new.lower()] = model
        before, after = f"{self.label}.{old}".lower(), f"{self.label}.{new}"
        for other in self.models.values():
            for name, known in list(other.fields.items()):
                changed = {
                    word: after
                    for word in ("to", "through")
                    if str(known.data.get(word)).lower()
                    in (before, old.lower() if other is model else before)
                }
                if changed:
                    other.fields[name] = known._replace(data={**known.data, **changed})

    def _sql(self, changes: Sequence[Sequence[Any]], place: Place) -> None:
        """Tables that SQL creates, drops or names anew, and keys that it adds to tables of models."""
        apply_changes(self.replay.raw, changes, place)
        for action, name, target, _, keys in changes:
            if action == "alter" and str(name) not in self.replay.raw:
                added = [
                    Key(tuple(columns), str(to), place, str(on_delete)) for columns, to, on_delete in keys
                ]
                self.replay.keys.setdefault(str(name), []).extend(added)
            for model in list(self.models.values()):
                if model.table == name:
                    if action == "drop":
                        self.replay.dropped.add(name)
                    elif action == "rename":
                        model.options["db_table"] = target
            if action in ("create", "rename"):
                self.replay.dropped.discard(name if action == "create" else target)
