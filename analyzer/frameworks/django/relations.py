"""How models lead to each other: foreign keys, tables in between, reverse accessors, lookup strings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...model.facts import Fact
from ...model.world import Row
from .deletions import Deletions
from .handed import SESSION
from .models import Model, Models, short
from .third_party import third_party

MANAGER = "django.db.models.fields.related.RelatedManager"
MANY = "django.db.models.fields.related.ManyRelatedManager"
REQUESTS = ("django.http.HttpRequest", "rest_framework.request.Request")
LIBRARY = {
    "django.contrib.admin.models.LogEntry": ("admin", "LogEntry"),
    "django.contrib.auth.models.Group": ("auth", "Group"),
    "django.contrib.auth.models.Permission": ("auth", "Permission"),
    "django.contrib.auth.models.User": ("auth", "User"),
    "django.contrib.contenttypes.models.ContentType": ("contenttypes", "ContentType"),
    "django.contrib.sessions.models.Session": ("sessions", "Session"),
    "django.contrib.sites.models.Site": ("sites", "Site"),
}
"""Models that Django brings: dotted class -> label and name."""
_AUTH = "django.contrib.auth.models"
_PERMITTED = re.compile(r"\.(?:AbstractUser|PermissionsMixin)\Z")
_SESSIONS = "django.contrib.sessions.models.Session"
_GIVE_USER = ("django.contrib.auth.get_user_model", "django.conf.settings.AUTH_USER_MODEL")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_KEY = frozenset({"id", "pk"})
_LOOKUPS = frozenset("exact iexact in isnull gt gte lt lte range".split())
_FORWARD = ("Key", "OneToOneField")
_MOST_PARTS = 12


class Relation(NamedTuple):
    """One direction of a relation: `table` is that of the other side, `target` its class ("" if outside).

    `many` tells whether it leads to many rows, `between` the table in between, `column` the foreign key's,
    `reverse` that the key is the other side's.
    """

    name: str
    table: str
    target: str
    many: bool
    between: str
    column: str
    reverse: bool
    cascades: bool = False


class Relations:
    """The relations of every model: by the names of attributes, and by those that lookups use."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self.tables = {name: models.by_class[name].table for name in sorted(models.by_class)}
        """Class of the project or of a library -> table, "" for abstract ones."""
        self._of_table: dict[str, str] = {}
        world = models.world
        for name in sorted(
            self.tables, key=lambda name: (world.is_test(models.by_class[name].info.path), name)
        ):
            if self.tables[name] and not models.by_class[name].proxy:
                self._of_table.setdefault(self.tables[name], name)
        self.third_party = third_party(world, models.labels) if self.tables else {}
        self._outside = {**self.third_party, **LIBRARY}
        self._library = [name for name in self._outside if name not in self.tables] if self.tables else []
        for name in self._library:
            self.tables[name] = models.labels.external_table(*self._outside[name])
            self._of_table.setdefault(self.tables[name], name)
        self.attributes: dict[str, dict[str, Relation]] = {name: {} for name in self.tables}
        self._lookups: dict[str, dict[str, Relation]] = {name: {} for name in self.tables}
        self.columns: dict[str, dict[str, str]] = {}
        self.deletions = Deletions(self, models)
        self.parents: dict[str, list[str]] = {}
        """The tables above a model's own: those of the models that it inherits from."""
        for name in sorted(models.by_class):
            self._add(name, models.by_class[name])
        self._relate_users()
        self._inherit()
        self.below: dict[str, list[str]] = {}
        """The models with tables of their own that inherit from an abstract one."""
        for name in sorted(models.by_class):
            for ancestor in models.world.ancestors(name)[1:] if models.by_class[name].table else ():
                self.below.setdefault(ancestor.name, []).append(name)
        self._lead_from_above()
        for request in REQUESTS if self.tables else ():
            user, session = self.user_table(), models.labels.external_table("sessions", "Session")
            self.attributes[request] = {
                "user": Relation("user", user, self._of_table.get(user, ""), False, "", "", False),
                "session": Relation("session", session, _SESSIONS, False, "", "", False),
            }
        self.by_word: dict[str, list[str]] = {}
        """Models by the name that one of their instances usually has."""
        for name in sorted(models.by_class):
            if models.by_class[name].table and not world.is_test(models.by_class[name].info.path):
                word = _WORDS.sub("_", short(models.by_class[name])).lower()
                self.by_word.setdefault(word, []).append(name)

    def _add(self, name: str, model: Model) -> None:
        fields, parents = self._models.fields(model)
        self.parents[name] = [parent.info.name for parent in parents]
        columns = self.columns[name] = {}
        for path, fact in (*fields.values(), *self._models.added(model)):
            kind, field = str(fact.data["type"]).rpartition(".")[2], str(fact.data["name"])
            if not kind:
                continue
            explicit = fact.data.get("db_column")
            if kind.endswith("ManyToManyField"):
                self._relate(name, model, path, fact, many=True)
            elif kind.endswith(_FORWARD):
                columns[field] = str(explicit or f"{field}_id").lower()
                columns[f"{field}_id"] = columns[field]
                self._relate(name, model, path, fact, many=False)
            elif kind.endswith("GenericRelation"):
                self._relate_generic(name, model, path, fact)
            else:
                columns[field] = str(explicit or field).lower()

    def _relate(self, name: str, model: Model, path: str, fact: Fact, many: bool) -> None:
        found = self._models.target(model, fact, path)
        if found is None:
            return
        field, table = str(fact.data["name"]), found[0]
        target = self._of_table.get(table, "")
        between = self._between(model, path, fact) if many and not model.abstract else ""
        column = "" if many else self.columns[name][field]
        forward = Relation(field, table, target, many, between, column, False)
        self.attributes[name][field] = self._lookups[name][field] = forward
        if model.abstract or not target or not model.table:
            return
        accessor, query = self._reverse_names(model, fact, many)
        if not accessor:
            return
        one = str(fact.data["type"]).endswith("OneToOneField")
        cascades = not many and "CASCADE" in str(fact.data.get("on_delete", "")).upper()
        back = Relation(accessor, model.table, name, not one, between, column, not many, cascades)
        self.attributes[target].setdefault(accessor, back)
        self._lookups[target].setdefault(query, back)

    def _relate_generic(self, name: str, model: Model, path: str, fact: Fact) -> None:
        """`GenericRelation(Tag)`: rows of another table point here by a content type and a key, and are
        deleted along.
        """
        found = self._models.target(model, fact, path)
        if found is not None:
            field, table = str(fact.data["name"]), found[0]
            relation = Relation(
                field, table, self._of_table.get(table, ""), True, "", "", True, cascades=True
            )
            self.attributes[name][field] = self._lookups[name][field] = relation

    def _between(self, model: Model, path: str, fact: Fact) -> str:
        if fact.data.get("through") is not None:
            middle = self._models.target(model, fact, path, "through")
            return middle[0] if middle is not None else ""
        table = fact.data.get("db_table") or f"{model.table}_{fact.data['name']}"
        return str(table).replace('"', "").lower()

    def _reverse_names(self, model: Model, fact: Fact, many: bool) -> tuple[str, str]:
        """(attribute, name in lookups) on the other side."""
        related = fact.data.get("related_name")
        plain = short(model).lower()
        if isinstance(related, str) and related:
            if related.endswith("+"):
                return "", ""
            related = related.replace("%(class)s", plain).replace("%(app_label)s", model.label.lower())
            return related, str(fact.data.get("related_query_name") or related)
        if related is not None:
            return "", ""
        one = str(fact.data["type"]).endswith("OneToOneField")
        return (plain if one else f"{plain}_set"), plain

    def _relate_users(self) -> None:
        """The relations of Django's own users, groups and permissions."""
        groups, permissions, users = (f"{_AUTH}.{name}" for name in ("Group", "Permission", "User"))
        user = self._of_table.get(self.user_table(), "") if self.tables else ""
        pairs = [(groups, "permissions", permissions, "group_set")]  # permissions lead to users less often
        if user == users or any(_PERMITTED.search(a.name) for a in self._models.world.ancestors(user)):
            pairs += [(user, "groups", groups, "user_set"), (user, "user_permissions", permissions, "")]
        for name, field, other, accessor in pairs:
            if name in self.tables and other in self._library:
                between = f"{self.tables[name]}_{field}"
                back = Relation(accessor, self.tables[name], name, True, between, "", False)
                forward = Relation(field, self.tables[other], other, True, between, "", False)
                self.attributes[name].setdefault(field, forward)
                self._lookups[name].setdefault(field, forward)
                if accessor:
                    self.attributes[other].setdefault(accessor, back)
                self._lookups[other].setdefault(accessor.removesuffix("_set") or "user", back)

    def _inherit(self) -> None:
        """Models have what those have that they inherit from, proxies what their model has."""
        for name in sorted(self._models.by_class):
            for ancestor in self._models.world.ancestors(name)[1:]:
                if ancestor.name in self._models.by_class:
                    for key, relation in self.attributes[ancestor.name].items():
                        self.attributes[name].setdefault(key, relation)
                    for key, relation in self._lookups[ancestor.name].items():
                        self._lookups[name].setdefault(key, relation)
                    for key, column in self.columns[ancestor.name].items():
                        self.columns[name].setdefault(key, column)

    def _lead_from_above(self) -> None:
        """An abstract model leads where the one model below it does: keys of others name that one alone."""
        world = self._models.world
        for above, below in sorted(self.below.items()):
            heirs = [name for name in below if not world.is_test(self._models.by_class[name].info.path)]
            model = self._models.by_class.get(above)
            if model is None or model.table or len(heirs) != 1:
                continue
            for known, own in ((self.attributes, above), (self._lookups, above)):
                for key, relation in known[heirs[0]].items():
                    known[own].setdefault(key, relation)

    # What is asked --------------------------------------------------------------------------------

    def user_table(self) -> str:
        """The table of the model that users are kept in."""
        label, _, name = str(self._models.labels.named("get_user_model()")).rpartition(".")
        return self._models.named(label, name)[0]

    def user_class(self) -> str:
        """The model that users are kept in."""
        return self._of_table.get(self.user_table(), "") if self.tables else ""

    def rows(self) -> Iterator[Row]:
        """The models as rows, with what leads from one to another."""
        user = self.user_class()
        for module, store in (("backends.db", "SessionStore"), ("backends.base", "SessionBase")):
            yield Row(f"django.contrib.sessions.{module}", ((store, SESSION, _SESSIONS),))
        for name in sorted(self.attributes):
            leads = []
            for key, relation in sorted(self.attributes[name].items()):
                if relation.target:
                    many = MANAGER if relation.reverse else MANY
                    many = SESSION if name in REQUESTS and key == "session" else many
                    leads.append((key, many if relation.many or many == SESSION else "", relation.target))
            base = "django.db.models.Model" if name in self._library else ""
            least = "django.db.models.Model" if name in self._models.by_class else ""
            given_by = _GIVE_USER if name == user else ()
            if name in self._library:  # `apps.get_model("auth", "Group")`
                given_by = (*given_by, ".".join(self._outside[name]))
            yield Row(name, tuple(leads), base, given_by, inherits=least, told=self._told(name))

    def _told(self, name: str) -> tuple[tuple[str, str], ...]:
        """What the class says of itself by `_meta`."""
        model, table = self._models.by_class.get(name), self.tables.get(name, "")
        if model is None or not table:
            return (("", name), ("._meta.db_table", table)) if table else ()
        own = short(model)
        said = {
            "db_table": table, "app_label": model.label, "model_name": own.lower(), "object_name": own,
            "label": f"{model.label}.{own}", "label_lower": f"{model.label}.{own.lower()}",
        }  # fmt: skip
        return (("", name), *((f"._meta.{key}", value) for key, value in said.items()))

    def walk(self, name: str, lookup: str) -> tuple[str, list[Relation]]:
        """(column of the model's own table, relations that lead away from it) of `user__address__city`."""
        parts = lookup.lstrip("-").split("__")[:_MOST_PARTS]
        found: list[Relation] = []
        for part in parts:
            relation = self._lookups.get(name, {}).get(part)
            if relation is None:
                break
            found.append(relation)
            name = relation.target
        own = self.columns.get(name, {}) if not found else {}
        return own.get(parts[0], "") or (found[0].column if found and not found[0].reverse else ""), found

    def ordered(self, name: str, depth: int = 3) -> list[str]:
        """The tables that a query of a model's rows joins to put them in the order of its `class Meta`."""
        found: dict[str, None] = {}
        for lookup in self._ordering(name):
            relations = self.walk(name, lookup)[1]
            found.update(dict.fromkeys(self.crossed(lookup, relations)))
            whole = relations and len(relations) == len(lookup.split("__"))
            if whole and depth and self._ordering(relations[-1].target):  # in the order of those rows
                found.update(
                    dict.fromkeys([relations[-1].table, *self.ordered(relations[-1].target, depth - 1)])
                )
        return list(found)

    def _ordering(self, name: str) -> Sequence[str]:
        model = self._models.by_class.get(name)
        lookups = self._models.meta_value(model, "ordering") if model is not None else None
        return lookups if isinstance(lookups, list | tuple) else ()

    def crossed(self, lookup: str, relations: Sequence[Relation]) -> list[str]:
        """The tables that a lookup joins; Django leaves out the last one where only its key is asked for."""
        parts = lookup.lstrip("-").split("__")
        rest = [part for part in parts[len(relations) :] if part not in _KEY]
        tables = [table for r in relations for table in (r.between, r.table) if table]
        key_alone = not rest or rest[0] in _LOOKUPS
        if relations and key_alone and (relations[-1].between or not relations[-1].reverse):
            return tables[:-1]
        return tables
