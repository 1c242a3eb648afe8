"""Access to tables by the values that flow: querysets, managers, instances and what they lead to."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.evidence import Confidence
from ...model.world import RowUse, World
from ...python.flow.subjects import ANY
from ...python.row_accesses import Where
from .base_views import done_by
from .declared import Declared
from .forms import VALIDATES, Forms
from .handed import MANY as MANY_GIVEN
from .handed import SESSION, STATE
from .methods import (
    CHECKS_UNIQUE,
    METHODS,
    OF_INSTANCES,
    OF_KEYED,
    OF_RELATED,
    OF_SESSIONS,
)
from .permissions import OF_PERMISSIONS, permission_tables
from .record import Record
from .relations import MANAGER, MANY, REQUESTS, Relation
from .types import JOINED

_SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"})
_QUERIES = ("QuerySet", "Manager")
_SAVING = (".ModelForm.save", "ModelSerializer.save", "ModelSerializer.create", "ModelSerializer.update")
_LOOKS_AT = frozenset(f"<builtin>.{name}" for name in "isinstance issubclass type id callable super".split())
"""What looks at a queryset without asking for its rows."""
_KEEPS = frozenset("update append setdefault insert add extend".split())
"""Methods of containers, a library's as well, that keep what they are given."""
_HISTORIC = f"{STATE}.Model."
_OF_ADMIN = {"save_model": "save", "delete_model": "delete"}
"""Methods of the admin's classes that do what a method of an instance does."""


class Flowing:
    """Tells the uses of rows, place by place."""

    def __init__(self, world: World, record: Record, declared: Declared) -> None:
        self._world, self._record, self._declared = world, record, declared
        self._relations = record.relations
        self._forms = Forms(world, record.relations, declared)
        self._user = self._relations.user_class()
        self._read: dict[tuple[str, str, int, int, str], Sequence[str]] = {}
        """Models whose attribute was read, by the place and its name: a call there is of what that gave."""
        self._led: dict[str, list[Relation]] = {}
        for name in sorted(self._relations.attributes):
            for relation in self._relations.attributes[name].values():
                if relation.between:
                    self._led.setdefault(relation.target, []).append(relation)

    def uses(self, where: Where, uses: Sequence[RowUse]) -> None:
        """What one place does with rows of one model, or of several."""
        self._record.loads.asks(where, uses)
        self._handed(where, uses[0])
        if uses[0].kind == "call" and uses[0].name.endswith(_SAVING):
            self._saved(where, [use.about for use in uses])
        elif uses[0].kind == "call" and uses[0].name.endswith(VALIDATES):
            self._checked(where, [use.about for use in uses])
        names = self._record.concrete(use.about for use in uses)
        trust = _trust(names, uses[0].sure, uses[0].each)
        if uses[0].kind == "read":
            self._read[where.path, where.scope, where.line, where.column, uses[0].name] = names
        for name in names:
            use = uses[0]._replace(about=name)
            if use.kind == "call":
                sure = "possible" if self._named_otherwise(where, name) else trust
                self._call(where, use, sure)
            elif use.kind == "iterate" and use.name == JOINED:
                self._record.beside_rows(where, name, trust)
            elif use.kind == "iterate" and use.name.endswith((*_QUERIES, "SessionBase")):
                for table in self._record.tables_of(name):
                    self._record.does(where, table, (("reads", ""),), trust)
            elif use.kind == "read" and name != ANY:
                relation = self._relations.attributes[name].get(use.name)
                if relation is not None and not relation.many:
                    self._record.loads.read(where, name, use.name, trust)
                    if name in REQUESTS and use.name == "user":  # the session tells who that is
                        session = self._relations.attributes[name]["session"].table
                        self._record.accesses.add(where, session, "reads", "possible", "convention")

    def _named_otherwise(self, where: Where, name: str) -> bool:
        """Whether what has the method bears the name of another model: `project.save()` saves no swimlane."""
        fact = self._record.queries.get((where.scope, where.order))
        said = self._relations.by_word.get(str(fact.data["receiver"]), ()) if fact is not None else ()
        if len(said) != 1 or name in said:
            return False
        lines = (self._world.ancestors(name), self._world.ancestors(said[0]))
        return not any(symbol.name in (name, said[0]) for line in lines for symbol in line[1:])

    def _saved(self, where: Where, forms: Sequence[str]) -> None:
        """A form or serializer saves an instance of the model that it names."""
        found = (self._declared.model_of(form, "Meta") for form in dict.fromkeys(forms))
        names = self._record.concrete(name for name in found if name)
        for name in names:
            for table in self._record.tables_of(name):
                kinds = (("writes", "insert"), ("writes", "update"))
                self._record.does(where, table, kinds, _trust(names), "convention")

    def _checked(self, where: Where, forms: Sequence[str]) -> None:
        """A form that is validated reads the rows that its fields choose from."""
        several = len(set(forms)) > 1
        for form in dict.fromkeys(forms):
            for model, sure in self._forms.checked(form):
                for table in self._record.tables_of(model):
                    trust: Confidence = "possible" if several else sure
                    self._record.does(where, table, (("reads", ""),), trust, "convention")

    def _call(self, where: Where, use: RowUse, trust: Confidence) -> None:
        owner, _, method = use.name.rpartition(".")
        method = _OF_ADMIN.get(method, method)
        if owner.startswith(_HISTORIC):
            self._historic(where, use.about, owner.removeprefix(_HISTORIC), method, trust)
        elif (done := done_by(owner, method)) is not None:
            sure = trust if done[1] == "likely" else done[1]
            for table in self._record.tables_of(use.about):
                self._record.does(where, table, done[0], sure, "convention")
            if ("writes", "delete") in done[0]:
                self._record.cascades(where, use.about, sure)
        elif method == "get_object":
            for table in self._record.tables_of(use.about):
                self._record.does(where, table, (("reads", ""),), trust)
        elif owner == JOINED:
            if method not in MANY_GIVEN and method not in ("update", "aupdate"):
                self._record.beside_rows(where, use.about, trust)
        elif owner.endswith(_QUERIES):
            self._query(where, use, owner, method, trust)
        elif owner == SESSION:
            kinds = OF_SESSIONS.get(method, (("reads", ""),))
            for table in self._record.tables_of(use.about):
                self._record.does(where, table, kinds, trust, "convention")
        else:
            self._of_instance(where, use, method, trust)

    def _of_instance(self, where: Where, use: RowUse, method: str, trust: Confidence) -> None:
        if method in OF_PERMISSIONS and use.about == self._user:
            for table in permission_tables(self._relations):
                self._record.does(where, table, (("reads", ""),), trust, "convention")
        elif method in OF_INSTANCES and (use.about == ANY or use.about in self._relations.tables):
            does = OF_INSTANCES[method]
            trust = "possible" if method in CHECKS_UNIQUE else trust
            for table in self._record.tables_of(use.about):
                columns = self._record.columns(use.about, where) if does.kinds[0][0] == "writes" else ()
                self._record.does(where, table, self._record.kinds(does, where), trust, columns=columns)
            if ("writes", "delete") in does.kinds:
                self._record.cascades(where, use.about, trust)

    def _historic(self, where: Where, name: str, attribute: str, method: str, trust: Confidence) -> None:
        """What a migration does with rows that a row of an earlier model leads to."""
        relation = self._relations.attributes.get(name, {}).get(attribute)
        if relation is None or not relation.many:
            return
        if relation.between and method in OF_RELATED:
            self._record.does(where, relation.between, OF_RELATED[method], trust)
        elif method in METHODS:
            self._record.does(where, relation.table, METHODS[method].kinds, trust)

    def _query(
        self,
        where: Where,
        use: RowUse,
        owner: str,
        method: str,
        trust: Confidence,
    ) -> None:
        relation = self._relation(where, use.about) if owner == MANY else None
        if relation is not None and relation.between:
            if method in OF_RELATED:
                self._record.does(where, relation.between, OF_RELATED[method], trust)
            elif method in METHODS:
                self._record.accesses.add(where, relation.between, "joins", trust, "value-flow")
        elif owner == MANAGER and method in OF_KEYED:
            for table in self._record.tables_of(use.about):
                self._record.does(where, table, (("writes", "update"),), trust)
        does = METHODS.get(method)
        if does is None:
            return
        # A queryset that a loop narrows step by step (`found = found.filter(...)`) is asked once.
        again = not does.lazy or not owner.endswith("QuerySet")
        if does.lazy and self._record.in_class(where, self._record.tables_of(use.about), trust):
            return
        if does.lazy and self._record.only_changes(where, use.about):
            does = does._replace(kinds=())
        columns = self._record.columns(use.about, where)
        for table in self._record.tables_of(use.about):
            self._record.does(where, table, does.kinds, trust, columns=columns, again=again)
        self._record.joins(where, use.about, trust)
        self._record.ordered(where, use.about, does)
        if ("writes", "delete") in does.kinds:
            self._record.cascades(where, use.about, trust, instance=False)

    def _relation(self, where: Where, about: str) -> Relation | None:
        """The many-to-many relation in `order.products.add(...)`; None if it may be several."""
        target = self._record.chains.target(where.scope, where.order).rpartition(".")[0]
        owner, _, name = target.removesuffix("()").rpartition(".")
        leading = self._led.get(about, [])
        found = {r.between: r for r in leading if r.name == name} or {r.between: r for r in leading}
        if len(found) > 1 and owner:
            symbol = self._world.resolve(where.path, where.scope, owner)
            read = self._read.get((where.path, where.scope, where.line, where.column, name), ())
            models = (
                [symbol.name] if symbol is not None and symbol.name in self._relations.attributes else read
            )
            told = [self._relations.attributes.get(model, {}).get(name) for model in models]
            known = {each.between: each for each in told if each is not None and each.between in found}
            return next(iter(known.values())) if len(known) == 1 else None
        return next(iter(found.values())) if len(found) == 1 else None

    def _handed(self, where: Where, use: RowUse) -> None:
        """Querysets that are given to something outside are asked for their rows there."""
        if use.name in _LOOKS_AT:
            return
        shortcut = use.name.rpartition(".")[2] in _SHORTCUTS
        asked = [
            name
            for place, kind, name in use.given
            if use.name
            and (kind.endswith(_QUERIES) or (shortcut and place in ("0", "klass") and kind == "class"))
        ]
        names = self._record.concrete(asked)
        trust = _trust(names, use.sure, use.each)
        if names and self._record.in_class(
            where, [table for name in names for table in self._record.tables_of(name)], trust
        ):
            return
        owner, _, method = use.name.rpartition(".")  # whoever takes it out asks for it, if anybody does
        kept = method in _KEEPS and not owner.endswith(_QUERIES)
        beside = () if kept else (n for _, kind, n in use.given if kind == JOINED and use.name)
        for name in self._record.concrete(beside):
            self._record.beside_rows(where, name, trust)
        for name in names:
            columns = self._record.columns(name, where) if shortcut else ()
            for table in self._record.tables_of(name):
                self._record.does(where, table, (("reads", ""),), trust, columns=columns)
            if shortcut:
                self._record.joins(where, name, trust)


def _trust(names: Sequence[str], sure: bool = True, each: bool = False) -> Confidence:
    """What may be about several models is merely possible, unless it is about each in its turn."""
    return "likely" if sure and (each or (len(names) == 1 and names[0] != ANY)) else "possible"
