"""What a place of the code does with the tables of a model, put down as accesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...model.evidence import Confidence, Place, Via
from ...model.facts import Fact
from ...model.world import World
from ...python.call_chains import CallChains
from ...python.flow.subjects import ANY, MOST_BELOW
from ...python.row_accesses import ANY_TABLE, RowAccesses, Where
from .loads import Loads
from .methods import Does
from .queries import JOINS
from .relations import REQUESTS, Relations
from .soft_deletion import SoftDeletion


class Record:
    """Accesses of all files, made one file after the other: `begin` says which."""

    def __init__(self, world: World, relations: Relations) -> None:
        self.world, self.relations = world, relations
        self.accesses = RowAccesses(world)
        self.loads = Loads(relations)
        self._soft = SoftDeletion(world)
        self.chains = CallChains(())
        self.queries: Mapping[tuple[str, int], Fact] = {}
        """What was read of the calls of one file that ask for rows, by scope and order."""
        self.of_classes: dict[tuple[str, str], tuple[Confidence, Place]] = {}
        """Querysets that stand in classes: what takes them from there asks for their rows."""

    def begin(self, path: str) -> None:
        """Go on with this file."""
        facts = self.world.files[path]
        self.chains = CallChains(facts.calls)
        self.queries = {
            (fact.scope, int(fact.data["number"])): fact
            for fact in facts.facts.get("django", ())
            if fact.kind == "query"
        }

    def does(
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
            self.accesses.add(where, table, kind, trust, via, columns, how, again)

    def joins(self, where: Where, name: str, trust: Confidence) -> None:
        """The tables that lookups such as `user__subscription__plan` lead through."""
        fact = self.queries.get((where.scope, where.order))
        if fact is None or name not in self.relations.tables:
            return
        if fact.data["method"] == JOINS:
            for table in fact.data["texts"]:
                self.accesses.add(where, str(table), "joins", trust, "convention", again=False)
            return
        follows = fact.data["method"] in ("select_related", "prefetch_related", "prefetch_related_objects")
        for text in (*fact.data["keywords"], *fact.data["texts"]):
            relations = self.relations.walk(name, text)[1]
            for owner, relation in zip((name, *(r.target for r in relations)), relations, strict=False):
                if follows:
                    self.loads.beside.add((owner, relation.name))
            whole = [table for r in relations for table in (r.between, r.table) if table]
            for table in whole if follows else self.relations.crossed(text, relations):
                self.accesses.add(where, table, "joins", trust, "convention", again=False)

    def cascades(self, where: Where, name: str, trust: Confidence, instance: bool = True) -> None:
        """What goes with a deleted row: rows that point to it, at once or further away.

        `instance`: it is deleted by itself, not by a queryset.
        """
        inside = self.chains.target(where.scope, where.order).startswith("{super")
        if not inside and self._soft.is_soft(name, instance):
            return
        for table, direct, fetched in self.relations.deletions.cascade(name):
            sure: Confidence = trust if direct and trust == "possible" else "likely" if direct else "possible"
            read: Confidence = sure if fetched else "possible"
            self.accesses.add(where, table, "reads", read, "convention", weak=not (direct and fetched))
            self.accesses.add(where, table, "writes", sure, "convention", how=("delete",), weak=not direct)

        for table in self.relations.deletions.cascade_order(name):
            self.accesses.add(where, table, "joins", "possible", "convention", again=False, weak=True)

    def ordered(self, where: Where, name: str, does: Does) -> None:
        """Rows come in the order of their model, unless the query says another."""
        if does.lazy and "order_by" not in self.chains.target(where.scope, where.order):
            for table in self.relations.ordered(name) if ("reads", "") in does.kinds else ():
                self.accesses.add(where, table, "joins", "possible", "convention", again=False)

    def beside_rows(self, where: Where, name: str, trust: Confidence) -> None:
        """Rows that a queryset asks for beside its own."""
        for table in self.tables_of(name)[:1]:
            self.accesses.add(where, table, "joins", trust, "value-flow", again=False)

    def only_changes(self, where: Where, name: str) -> bool:
        """Whether a queryset is built for nothing but an update or deletion of its rows that reads none."""
        if self.crosses(where, name):
            return False  # the rows are asked for in a query of their own, inside the other
        last = self.chains.last(where.scope, where.line, where.column)
        deletes = last in ("delete", "adelete", "_raw_delete") and not self.relations.deletions.fetched(name)
        return deletes or last in ("update", "aupdate")

    def crosses(self, where: Where, name: str) -> bool:
        """Whether lookups lead to other tables."""
        fact = self.queries.get((where.scope, where.order))
        if fact is None or name not in self.relations.tables:
            return False
        walked = ((text, self.relations.walk(name, text)[1]) for text in fact.data["keywords"])
        return any(self.relations.crossed(text, relations) for text, relations in walked)

    def in_class(self, where: Where, tables: Sequence[str], trust: Confidence) -> bool:
        """Whether a place stands in a class, not in its methods; its tables are then the class's."""
        class_ = f"{self.world.module_of(where.path)}.{where.scope}"
        if not where.scope or class_ not in self.world.classes:
            return False
        for table in tables:
            if table != ANY_TABLE and not self.world.is_test(where.path):
                place = Place(where.path, where.line, where.column)
                self.of_classes.setdefault((class_, table), (trust, place))
        return True

    def concrete(self, names: Iterable[str]) -> list[str]:
        """Models with tables: for abstract ones, where nothing else is told, those below them."""
        names = list(names)
        if ANY in names:
            return [ANY]
        known = [name for name in dict.fromkeys(names) if name in self.relations.attributes]
        found = [name for name in known if self.relations.tables.get(name) or name in REQUESTS]
        below = [name for above in known for name in self.relations.below.get(above, ())]
        below = [] if found else list(dict.fromkeys(below))
        return found or (below if len(below) <= MOST_BELOW else [ANY])

    def tables_of(self, name: str) -> Sequence[str]:
        """The tables of a model: its own, and those of models that it inherits from (abstract ones: none)."""
        if name == ANY:
            return [ANY_TABLE]
        names = (name, *self.relations.parents.get(name, ()))
        return list(
            dict.fromkeys(self.relations.tables[name] for name in names if self.relations.tables.get(name))
        )

    def kinds(self, does: Does, where: Where) -> Sequence[tuple[str, str]]:
        """What a call does; `save(update_fields=...)` never inserts."""
        fact = self.queries.get((where.scope, where.order))
        if fact is None or not fact.data["updates"]:
            return does.kinds
        return [kind for kind in does.kinds if kind != ("writes", "insert")]

    def columns(self, name: str, where: Where) -> Sequence[str]:
        """The columns of a model's own table that a call names."""
        fact = self.queries.get((where.scope, where.order))
        if fact is None or name not in self.relations.tables:
            return ()
        found = [self.relations.walk(name, text)[0] for text in (*fact.data["keywords"], *fact.data["texts"])]
        return [column for column in dict.fromkeys(found) if column]
