"""Access to tables through managers, querysets, instances and the attributes that lead from one to another.

Names tell the plain cases, also in tests (`Order.objects.filter()`); the values that flow tell the others:
querysets in variables, parameters and attributes, methods of the project's own managers, related managers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact
from ...model.graph import Edge
from ...model.protocols import RowUse, World
from ...python.call_chains import CallChains
from ...python.flow.subjects import ANY, MOST_BELOW
from ...python.row_accesses import ANY_TABLE, RowAccesses, Where
from .declared import Declared
from .handed import MANY as MANY_GIVEN
from .handed import SESSION, STATE
from .loads import Loads
from .methods import CHECKS_UNIQUE, METHODS, OF_INSTANCES, OF_KEYED, OF_RELATED, OF_USERS, SAVES_SESSION, Does
from .models import Models
from .named import NamedCalls
from .relations import MANAGER, MANY, REQUESTS, Relation, Relations
from .types import JOINED

_SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"})
_QUERIES = ("QuerySet", "Manager")
_SAVING = (".ModelForm.save", "ModelSerializer.save", "ModelSerializer.create", "ModelSerializer.update")
_HISTORIC = f"{STATE}.Model."
_OF_ADMIN = {"save_model": "save", "delete_model": "delete"}
"""Methods of the admin's classes that do what a method of an instance does."""


def link_access(world: World, models: Models) -> Iterator[Edge | BlindSpot]:
    """`reads`, `joins` and `writes` of tables from the functions that ask for, change or follow rows."""
    yield from _Access(world, models).items()


class _Access:
    def __init__(self, world: World, models: Models) -> None:
        self._world, self._models = world, models
        self._relations = Relations(models)
        self._accesses = RowAccesses(world)
        self._named = NamedCalls(world, models)
        self._declared = Declared(world, self._relations.tables)
        self._chains = CallChains(())
        self._loads = Loads(self._relations)
        self._of_classes: dict[tuple[str, str], tuple[Confidence, Place]] = {}
        """Querysets that stand in classes: what takes them from there asks for their rows."""
        self._inherited: list[tuple[Where, str, dict[str, Sequence[str]]]] = []
        self._led: dict[str, list[Relation]] = {}
        for name in sorted(self._relations.attributes):
            for relation in self._relations.attributes[name].values():
                if relation.between:
                    self._led.setdefault(relation.target, []).append(relation)

    def items(self) -> Iterator[Edge | BlindSpot]:
        if not self._models.by_class:
            return
        for path in self._world.files:
            self._file(path)
        self._accesses.inherit(self._inherited)
        for where, table, trust, again in self._loads.items():
            self._does(where, table, (("reads", ""),), trust, again=again)
        yield from self._accesses.edges()
        for (class_, table), (sure, place) in sorted(self._of_classes.items()):
            evidence = (Evidence(place, "syntax"),)
            yield Edge(f"class:{class_}", f"table:{table}", "reads", sure, evidence)
        yield from self._views()

    def _inherits(self, where: Where, method: str, uses: Sequence[RowUse]) -> None:
        """A method that is about several models is called on something that is about one."""
        known = [use.about for use in uses if use.about in self._relations.tables or use.about == ANY]
        tables = {name: self._tables(name) for name in known}
        if tables:
            self._inherited.append((where, method, tables))

    def _file(self, path: str) -> None:
        self._chains = CallChains(self._world.files[path].calls)
        queries = {
            (fact.scope, int(fact.data["number"])): fact
            for fact in self._world.files[path].facts.get("django", ())
            if fact.kind == "query"
        }
        for call, table, name, does, trust, via in self._named.calls(path):
            where = Where(path, call.scope, call.line, call.column, call.order)
            lazy = does.lazy and call.target.count("()") > 0
            if does.lazy and self._in_class(where, [table], trust):
                continue
            if does.lazy and self._only_changes(where, name):
                does = does._replace(kinds=())
            kinds, columns = self._kinds(does, queries, where), self._columns(name, queries, where)
            self._does(where, table, kinds, trust, via, columns, not lazy)
            self._joins(where, name, queries, trust)
            self._ordered(where, name, does)
            if ("writes", "delete") in does.kinds:
                self._cascades(where, name, trust)
        for call, symbol in self._world.calls(path):
            if symbol is not None and symbol.kind == "external" and symbol.name in OF_USERS:
                where = Where(path, call.scope, call.line, call.column, call.order)
                self._of_users(where, OF_USERS[symbol.name])
        for key, uses in groupby(self._world.row_uses(path), key=lambda use: use[:6]):
            if key[4] == "inherited":
                self._inherits(Where(path, *key[:4]), key[5], list(uses))
                continue
            where = Where(path, *key[:4])
            self._uses(where, list(uses), queries)

    def _only_changes(self, where: Where, name: str) -> bool:
        """Whether a queryset is built for nothing but an update or deletion of its rows that reads none."""
        last = self._chains.last(where.scope, where.line, where.column)
        deletes = last in ("delete", "adelete") and not self._relations.fetched(name)
        return deletes or last in ("update", "aupdate")

    def _in_class(self, where: Where, tables: Sequence[str], trust: Confidence) -> bool:
        """Whether a place stands in a class, not in its methods; its tables are then the class's."""
        class_ = f"{self._world.module_of(where.path)}.{where.scope}"
        if not where.scope or class_ not in self._world.classes:
            return False
        for table in tables:
            if table != ANY_TABLE and not self._world.is_test(where.path):
                place = Place(where.path, where.line, where.column)
                self._of_classes.setdefault((class_, table), (trust, place))
        return True

    def _views(self) -> Iterator[Edge]:
        """What the library does for generic views, with the model that they name: the class stands for it."""
        for name, path, model, does in self._declared.views():
            if self._world.is_test(path):
                continue
            evidence = (Evidence(Place(path, self._world.classes[name].definition.line), "convention"),)
            for table in self._tables(model):
                for kind in dict.fromkeys(kind for kind, _ in does):
                    how = tuple(sorted(word for other, word in does if other == kind and word))
                    yield Edge(f"class:{name}", f"table:{table}", kind, "likely", evidence, how=how)

    def _uses(self, where: Where, uses: Sequence[RowUse], queries: Mapping[tuple[str, int], Fact]) -> None:
        """What one place does with rows of one model, or of several."""
        self._loads.asks(where, uses)
        self._handed(where, uses[0], queries)
        if uses[0].kind == "call" and uses[0].name.endswith(_SAVING):
            self._saved(where, [use.about for use in uses])
        names = self._concrete(use.about for use in uses)
        trust = _trust(names, uses[0].sure)
        for name in names:
            use = uses[0]._replace(about=name)
            if use.kind == "call":
                sure = "possible" if self._named_otherwise(queries, where, name) else trust
                self._call(where, use, sure, queries)
            elif use.kind == "iterate" and use.name == JOINED:
                self._beside_rows(where, name, trust)
            elif use.kind == "iterate" and use.name.endswith((*_QUERIES, "SessionBase")):
                for table in self._tables(name):
                    self._does(where, table, (("reads", ""),), trust)
            elif use.kind == "read" and name != ANY:
                relation = self._relations.attributes[name].get(use.name)
                if relation is not None and not relation.many:
                    self._loads.read(where, name, use.name, trust)
                    if name in REQUESTS and use.name == "user":  # the session tells who that is
                        session = self._relations.attributes[name]["session"].table
                        self._accesses.add(where, session, "reads", "possible", "convention")

    def _named_otherwise(self, queries: Mapping[tuple[str, int], Fact], where: Where, name: str) -> bool:
        """Whether what has the method bears the name of another model: `project.save()` saves no swimlane."""
        fact = queries.get((where.scope, where.order))
        said = self._relations.by_word.get(str(fact.data["receiver"]), ()) if fact is not None else ()
        if len(said) != 1 or name in said:
            return False
        lines = (self._world.ancestors(name), self._world.ancestors(said[0]))
        return not any(symbol.name in (name, said[0]) for line in lines for symbol in line[1:])

    def _saved(self, where: Where, forms: Sequence[str]) -> None:
        """A form or serializer saves an instance of the model that it names."""
        found = (self._declared.model_of(form, "Meta") for form in dict.fromkeys(forms))
        names = self._concrete(name for name in found if name)
        for name in names:
            for table in self._tables(name):
                kinds = (("writes", "insert"), ("writes", "update"))
                self._does(where, table, kinds, _trust(names), "convention")

    def _concrete(self, names: Iterable[str]) -> list[str]:
        """Models with tables: for abstract ones, where nothing else is told, those below them."""
        names = list(names)
        if ANY in names:
            return [ANY]
        known = [name for name in dict.fromkeys(names) if name in self._relations.attributes]
        found = [name for name in known if self._relations.tables.get(name) or name in REQUESTS]
        below = [name for above in known for name in self._relations.below.get(above, ())]
        below = [] if found else list(dict.fromkeys(below))
        return found or (below if len(below) <= MOST_BELOW else [ANY])

    # Calls ----------------------------------------------------------------------------------------

    def _call(
        self, where: Where, use: RowUse, trust: Confidence, queries: Mapping[tuple[str, int], Fact]
    ) -> None:
        owner, _, method = use.name.rpartition(".")
        method = _OF_ADMIN.get(method, method)
        if owner.startswith(_HISTORIC):
            self._historic(where, use.about, owner.removeprefix(_HISTORIC), method, trust)
        elif method == "get_object":
            for table in self._tables(use.about):
                self._does(where, table, (("reads", ""),), trust)
        elif owner == JOINED:
            if method not in MANY_GIVEN and method not in ("update", "aupdate"):
                self._beside_rows(where, use.about, trust)
        elif owner.endswith(_QUERIES):
            self._query(where, use, owner, method, trust, queries)
        elif owner == SESSION:
            saves = (("writes", "insert"), ("writes", "delete"))
            for table in self._tables(use.about):
                kinds = saves if method in SAVES_SESSION else (("reads", ""),)
                self._does(where, table, kinds, trust, "convention")
        elif method in OF_INSTANCES and (use.about == ANY or use.about in self._relations.tables):
            does = OF_INSTANCES[method]
            trust = "possible" if method in CHECKS_UNIQUE else trust
            for table in self._tables(use.about):
                columns = self._columns(use.about, queries, where) if does.kinds[0][0] == "writes" else ()
                self._does(where, table, self._kinds(does, queries, where), trust, columns=columns)
            if ("writes", "delete") in does.kinds:
                self._cascades(where, use.about, trust)

    def _historic(self, where: Where, name: str, attribute: str, method: str, trust: Confidence) -> None:
        """What a migration does with rows that a row of an earlier model leads to."""
        relation = self._relations.attributes.get(name, {}).get(attribute)
        if relation is None or not relation.many:
            return
        if relation.between and method in OF_RELATED:
            self._does(where, relation.between, OF_RELATED[method], trust)
        elif method in METHODS:
            self._does(where, relation.table, METHODS[method].kinds, trust)

    def _ordered(self, where: Where, name: str, does: Does) -> None:
        """Rows come in the order of their model, unless the query says another."""
        if does.lazy and "order_by" not in self._chains.target(where.scope, where.order):
            for table in self._relations.ordered(name) if ("reads", "") in does.kinds else ():
                self._accesses.add(where, table, "joins", "possible", "convention", again=False)

    def _beside_rows(self, where: Where, name: str, trust: Confidence) -> None:
        """Rows that a queryset asks for beside its own."""
        for table in self._tables(name)[:1]:
            self._accesses.add(where, table, "joins", trust, "value-flow", again=False)

    def _query(
        self,
        where: Where,
        use: RowUse,
        owner: str,
        method: str,
        trust: Confidence,
        queries: Mapping[tuple[str, int], Fact],
    ) -> None:
        relation = self._relation(where, use.about) if owner == MANY else None
        if relation is not None and relation.between:
            if method in OF_RELATED:
                self._does(where, relation.between, OF_RELATED[method], trust)
            elif method in METHODS:
                self._accesses.add(where, relation.between, "joins", trust, "value-flow")
        elif owner == MANAGER and method in OF_KEYED:
            for table in self._tables(use.about):
                self._does(where, table, (("writes", "update"),), trust)
        does = METHODS.get(method)
        if does is None:
            return
        # A queryset that a loop narrows step by step (`found = found.filter(...)`) is asked once.
        again = not does.lazy or not owner.endswith("QuerySet")
        if does.lazy and self._in_class(where, self._tables(use.about), trust):
            return
        if does.lazy and self._only_changes(where, use.about):
            does = does._replace(kinds=())
        columns = self._columns(use.about, queries, where)
        for table in self._tables(use.about):
            self._does(where, table, does.kinds, trust, columns=columns, again=again)
        self._joins(where, use.about, queries, trust)
        self._ordered(where, use.about, does)
        if ("writes", "delete") in does.kinds:
            self._cascades(where, use.about, trust)

    def _relation(self, where: Where, about: str) -> Relation | None:
        """The many-to-many relation in `order.products.add(...)`; None if it may be several."""
        target = self._chains.target(where.scope, where.order).rpartition(".")[0]
        owner, _, name = target.removesuffix("()").rpartition(".")
        leading = self._led.get(about, [])
        found = {r.between: r for r in leading if r.name == name} or {r.between: r for r in leading}
        if len(found) > 1 and owner:
            symbol = self._world.resolve(where.path, where.scope, owner)
            told = self._relations.attributes.get(symbol.name if symbol is not None else "", {}).get(name)
            return told if told is not None and told.between in found else None
        return next(iter(found.values())) if len(found) == 1 else None

    def _handed(self, where: Where, use: RowUse, queries: Mapping[tuple[str, int], Fact]) -> None:
        """Querysets that are given to something outside are asked for their rows there."""
        shortcut = use.name.rpartition(".")[2] in _SHORTCUTS
        asked = [
            name
            for place, kind, name in use.given
            if use.name and (kind.endswith(_QUERIES) or (shortcut and place == "0" and kind == "class"))
        ]
        names = self._concrete(asked)
        trust = _trust(names, use.sure)
        if names and self._in_class(where, [table for name in names for table in self._tables(name)], trust):
            return
        for name in self._concrete(n for _, kind, n in use.given if kind == JOINED and use.name):
            self._beside_rows(where, name, trust)
        for name in names:
            columns = self._columns(name, queries, where) if shortcut else ()
            for table in self._tables(name):
                self._does(where, table, (("reads", ""),), trust, columns=columns)
            if shortcut:
                self._joins(where, name, queries, trust)

    def _of_users(self, where: Where, does: Sequence[tuple[str, str, str]]) -> None:
        """What Django's own functions do with users and sessions."""
        tables = {
            "user": self._relations.user_table(),
            "session": self._relations.attributes[REQUESTS[0]]["session"].table,
            "site": self._models.labels.external_table("sites", "Site"),
        }
        for whose, kind, how in does:
            table = tables[whose]
            self._accesses.add(where, table, kind, "likely", "convention", how=(how,) if how else ())

    def _cascades(self, where: Where, name: str, trust: Confidence) -> None:
        """What goes with a deleted row: rows that point to it, at once or further away."""
        for table, direct, fetched in self._relations.cascade(name):
            sure: Confidence = trust if direct and trust == "possible" else "likely" if direct else "possible"
            read: Confidence = sure if fetched else "possible"
            self._accesses.add(where, table, "reads", read, "convention", weak=not (direct and fetched))
            self._accesses.add(where, table, "writes", sure, "convention", how=("delete",), weak=not direct)

    # Tables and columns ---------------------------------------------------------------------------

    def _tables(self, name: str) -> Sequence[str]:
        """The tables of a model: its own, and those of the models that it inherits from."""
        if name == ANY:
            return [ANY_TABLE]
        names = (name, *self._relations.parents.get(name, ()))
        return list(
            dict.fromkeys(self._relations.tables[name] for name in names if name in self._relations.tables)
        )

    def _does(
        self,
        where: Where,
        table: str,
        kinds: Sequence[tuple[str, str]],
        trust: Confidence,
        via: Via = "value-flow",
        columns: Sequence[str] = (),
        again: bool = True,
    ) -> None:
        for kind in dict.fromkeys(kind for kind, _ in kinds):
            how = [word for other, word in kinds if other == kind and word]
            self._accesses.add(where, table, kind, trust, via, columns, how, again)

    def _kinds(
        self, does: Does, queries: Mapping[tuple[str, int], Fact], where: Where
    ) -> Sequence[tuple[str, str]]:
        """What a call does; `save(update_fields=...)` never inserts."""
        fact = queries.get((where.scope, where.order))
        if fact is None or not fact.data["updates"]:
            return does.kinds
        return [kind for kind in does.kinds if kind != ("writes", "insert")]

    def _columns(self, name: str, queries: Mapping[tuple[str, int], Fact], where: Where) -> Sequence[str]:
        """The columns of a model's own table that a call names."""
        fact = queries.get((where.scope, where.order))
        if fact is None or name not in self._relations.tables:
            return ()
        found = [
            self._relations.walk(name, text)[0] for text in (*fact.data["keywords"], *fact.data["texts"])
        ]
        return [column for column in dict.fromkeys(found) if column]

    def _joins(
        self, where: Where, name: str, queries: Mapping[tuple[str, int], Fact], trust: Confidence
    ) -> None:
        """The tables that lookups such as `user__subscription__plan` lead through."""
        fact = queries.get((where.scope, where.order))
        if fact is None or name not in self._relations.tables:
            return
        follows = fact.data["method"] in ("select_related", "prefetch_related", "prefetch_related_objects")
        for text in (*fact.data["keywords"], *fact.data["texts"]):
            relations = self._relations.walk(name, text)[1]
            for owner, relation in zip((name, *(r.target for r in relations)), relations, strict=False):
                if follows:
                    self._loads.beside.add((owner, relation.name))
            whole = [table for r in relations for table in (r.between, r.table) if table]
            for table in whole if follows else self._relations.crossed(text, relations):
                self._accesses.add(where, table, "joins", trust, "convention", again=False)


def _trust(names: Sequence[str], sure: bool = True) -> Confidence:
    """What may be about several models is merely possible."""
    return "likely" if sure and len(names) == 1 and names[0] != ANY else "possible"
