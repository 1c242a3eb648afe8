"""Access to tables through managers, querysets, instances and the attributes that lead from one to another.

Names tell the plain cases, also in tests (`Order.objects.filter()`); the values that flow tell the others:
querysets in variables, parameters and attributes, methods of the project's own managers, related managers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ...model.evidence import BlindSpot, Confidence, Via
from ...model.facts import Fact
from ...model.graph import Edge
from ...model.protocols import RowUse, World
from ...python.row_accesses import RowAccesses, Where
from .methods import METHODS, OF_INSTANCES, OF_KEYED, OF_RELATED
from .models import Models
from .named import NamedCalls
from .relations import MANAGER, MANY, Relation, Relations

_SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"})
_QUERIES = ("QuerySet", "Manager")
_MOST_BELOW = 6


def link_access(world: World, models: Models) -> Iterator[Edge | BlindSpot]:
    """`reads`, `joins` and `writes` of tables from the functions that ask for, change or follow rows."""
    yield from _Access(world, models).items()


class _Access:
    def __init__(self, world: World, models: Models) -> None:
        self._world, self._models = world, models
        self._relations = Relations(models)
        self._accesses = RowAccesses(world)
        self._named = NamedCalls(world, models)

    def items(self) -> Iterator[Edge | BlindSpot]:
        if not self._models.by_class:
            return
        for path in self._world.files:
            queries = {
                (fact.scope, int(fact.data["number"])): fact
                for fact in self._world.files[path].facts.get("django", ())
                if fact.kind == "query"
            }
            for call, table, name, does, trust, via in self._named.calls(path):
                where = Where(path, call.scope, call.line, call.column, call.order)
                lazy = does.lazy and call.target.count("()") > 0
                self._does(
                    where, table, does.kinds, trust, via, self._columns(name, queries, where), not lazy
                )
                self._joins(where, name, queries, trust)
            for key, uses in groupby(self._world.row_uses(path), key=lambda use: use[:6]):
                where = Where(path, *key[:4])
                self._uses(where, list(uses), queries)
        yield from self._accesses.edges()

    def _uses(self, where: Where, uses: Sequence[RowUse], queries: Mapping[tuple[str, int], Fact]) -> None:
        """What one place does with rows of one model, or of several."""
        self._handed(where, uses[0], queries)
        names = self._concrete(use.about for use in uses)
        trust: Confidence = "likely" if len(names) == 1 else "possible"
        for name in names:
            use = uses[0]._replace(about=name)
            if use.kind == "call":
                self._call(where, use, trust, queries)
            elif use.kind == "iterate" and use.name.endswith(_QUERIES):
                for table in self._tables(name):
                    self._does(where, table, (("reads", ""),), trust)
            elif use.kind == "read":
                relation = self._relations.attributes[name].get(use.name)
                if relation is not None and not relation.many:
                    self._does(where, relation.table, (("reads", ""),), trust)

    def _concrete(self, names: Iterable[str]) -> list[str]:
        """Models with tables: for abstract ones, where nothing else is told, the few below them."""
        known = [name for name in dict.fromkeys(names) if name in self._models.by_class]
        found = [name for name in known if self._models.by_class[name].table]
        below = [name for above in known for name in self._relations.below.get(above, ())]
        return found or (list(dict.fromkeys(below)) if len(below) <= _MOST_BELOW else [])

    # Calls ----------------------------------------------------------------------------------------

    def _call(
        self, where: Where, use: RowUse, trust: Confidence, queries: Mapping[tuple[str, int], Fact]
    ) -> None:
        owner, _, method = use.name.rpartition(".")
        if owner.endswith(_QUERIES):
            self._query(where, use, owner, method, trust, queries)
        elif owner.endswith(".Model") and method in OF_INSTANCES:
            does = OF_INSTANCES[method]
            for table in self._tables(use.about):
                columns = self._columns(use.about, queries, where) if does.kinds[0][0] == "writes" else ()
                self._does(where, table, does.kinds, trust, columns=columns)

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
        columns = self._columns(use.about, queries, where)
        for table in self._tables(use.about):
            self._does(where, table, does.kinds, trust, columns=columns, again=again)
        self._joins(where, use.about, queries, trust)

    def _relation(self, where: Where, about: str) -> Relation | None:
        """The many-to-many relation in `order.products.add(...)`, by the attribute's name."""
        calls = self._world.files[where.path].calls
        target = self._targets(where.path).get((where.scope, where.order), "") if calls else ""
        parts = target.split(".")
        name = parts[-2].removesuffix("()") if len(parts) > 1 else ""
        found: dict[str, Relation] = {}
        for relation in self._leading(about):
            found.setdefault(relation.between, relation)
            if relation.name == name:
                return relation
        return next(iter(found.values())) if len(found) == 1 else None

    def _leading(self, about: str) -> Iterator[Relation]:
        """The many-to-many relations that lead to a model."""
        if not hasattr(self, "_led"):
            self._led: dict[str, list[Relation]] = {}
            for name in sorted(self._relations.attributes):
                for relation in self._relations.attributes[name].values():
                    if relation.between:
                        self._led.setdefault(relation.target, []).append(relation)
        return iter(self._led.get(about, ()))

    def _targets(self, path: str) -> Mapping[tuple[str, int], str]:
        if getattr(self, "_path", None) != path:
            self._path = path
            self._known = {(call.scope, call.order): call.target for call in self._world.files[path].calls}
        return self._known

    def _handed(self, where: Where, use: RowUse, queries: Mapping[tuple[str, int], Fact]) -> None:
        """Querysets that are given to something outside are asked for their rows there."""
        shortcut = use.name.rpartition(".")[2] in _SHORTCUTS
        asked = [
            name
            for place, kind, name in use.given
            if use.name and (kind.endswith(_QUERIES) or (shortcut and place == "0" and kind == "class"))
        ]
        names = self._concrete(asked)
        trust: Confidence = "likely" if len(names) == 1 else "possible"
        for name in names:
            columns = self._columns(name, queries, where) if shortcut else ()
            for table in self._tables(name):
                self._does(where, table, (("reads", ""),), trust, columns=columns)
            if shortcut:
                self._joins(where, name, queries, trust)

    # Tables and columns ---------------------------------------------------------------------------

    def _tables(self, name: str) -> Sequence[str]:
        """The tables of a model: its own, and those of the models that it inherits from."""
        names = (name, *self._relations.parents.get(name, ()))
        return list(dict.fromkeys(self._models.by_class[name].table for name in names))

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

    def _columns(self, name: str, queries: Mapping[tuple[str, int], Fact], where: Where) -> Sequence[str]:
        """The columns of a model's own table that a call names."""
        fact = queries.get((where.scope, where.order))
        if fact is None or name not in self._models.by_class:
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
        if fact is None or name not in self._models.by_class:
            return
        method = self._targets(where.path).get((where.scope, where.order), "").rpartition(".")[2]
        follows = method in ("select_related", "prefetch_related", "prefetch_related_objects")
        for text in (*fact.data["keywords"], *fact.data["texts"]):
            relations = self._relations.walk(name, text)[1]
            for relation in relations if follows else self._relations.crossed(text, relations):
                for table in (relation.between, relation.table):
                    if table:
                        self._accesses.add(where, table, "joins", trust, "convention", again=False)
