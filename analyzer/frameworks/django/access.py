"""Access to tables through managers, querysets, instances and the attributes that lead from one to another.

Names tell the plain cases, also in tests (`Order.objects.filter()`); the values that flow tell the others:
querysets in variables, parameters and attributes, methods of the project's own managers, related managers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.graph import Edge
from ...model.world import RowUse, World
from ...python.flow.subjects import ANY
from ...python.row_accesses import Inherited, Where, each_apart
from .class_lookups import link_class_lookups
from .declared import EVERYTHING, Declared
from .flowing import Flowing
from .methods import METHODS, OF_USERS
from .models import Models
from .named import NamedCalls
from .permissions import OF_ADMIN, permission_tables
from .record import Record
from .relations import REQUESTS, Relations
from .told_later import told_later


def link_access(world: World, models: Models) -> Iterator[Edge | BlindSpot]:
    """`reads`, `joins` and `writes` of tables from the functions that ask for, change or follow rows."""
    yield from _Access(world, models).items()


class _Access:
    def __init__(self, world: World, models: Models) -> None:
        self._world, self._models = world, models
        self._relations = Relations(models)
        self._record = Record(world, self._relations)
        self._named = NamedCalls(world, models, self._relations)
        self._declared = Declared(world, self._relations.tables)
        self._flowing = Flowing(world, self._record, self._declared)
        self._inherited: list[Inherited] = []
        self._given: list[tuple[Where, str, str]] = []

    def items(self) -> Iterator[Edge | BlindSpot]:
        if not self._models.by_class:
            return
        for path in self._world.files:
            self._file(path)
        self._record.accesses.give_rows(self._given)
        self._record.accesses.inherit(self._inherited)
        for where, table, trust, again in self._record.loads.items():
            self._record.does(where, table, (("reads", ""),), trust, again=again)
        places: set[tuple[str, int]] = set()
        for item in self._record.accesses.edges():
            if isinstance(item, Edge):
                places.update((seen.place.path, seen.place.line) for seen in item.evidence)
            yield item
        for spot in told_later(self._world):
            if (spot.place.path, spot.place.line) not in places:
                yield spot
        for (class_, table), (sure, place) in sorted(self._record.of_classes.items()):
            evidence = (Evidence(place, "syntax"),)
            yield Edge(f"class:{class_}", f"table:{table}", "reads", sure, evidence)
        yield from self._views()
        yield from link_class_lookups(self._world, self._declared, self._relations)

    def _inherits(self, where: Where, method: str, uses: Sequence[RowUse]) -> None:
        """A method that is about several models is called on something that is about one."""
        known = [use.about for use in uses if use.about in self._relations.tables or use.about == ANY]
        tables = {name: self._record.tables_of(name) for name in known}
        self._inherited += each_apart(where, method, tables, uses[0].each)
        whole = list(dict.fromkeys(table for several in tables.values() for table in several))
        if len(whole) == 1 and not self._record.only_changes(where, known[0]):
            self._given.append((where, method, whole[0]))

    def _file(self, path: str) -> None:
        self._record.begin(path)
        for call, table, name, does, trust, via in self._named.calls(path):
            where = Where(path, call.scope, call.line, call.column, call.order)
            lazy = does.lazy and call.target.count("()") > 0
            if does.lazy and self._record.in_class(where, [table], trust):
                continue
            if does.lazy and self._record.only_changes(where, name):
                does = does._replace(kinds=())
            kinds, columns = self._record.kinds(does, where), self._record.columns(name, where)
            self._record.does(where, table, kinds, trust, via, columns, not lazy)
            self._record.joins(where, name, trust)
            self._record.ordered(where, name, does)
            if ("writes", "delete") in does.kinds:
                owner = call.target.rpartition(".")[0].rpartition(".")[2].removesuffix("()")
                self._record.cascades(where, name, trust, owner not in METHODS or METHODS[owner].fetches)
        for call, symbol in self._world.calls(path):
            where = Where(path, call.scope, call.line, call.column, call.order)
            if symbol is not None and symbol.kind != "external":
                continue
            if symbol is not None and symbol.name in OF_USERS:
                self._of_users(where, OF_USERS[symbol.name])
            elif OF_ADMIN.match(call.target):
                for table in permission_tables(self._relations):
                    self._record.does(where, table, (("reads", ""),), "possible", "convention")
        for key, uses in groupby(self._world.row_uses(path), key=lambda use: use[:6]):
            if key[4] == "inherited":
                self._inherits(Where(path, *key[:4]), key[5], list(uses))
                continue
            where = Where(path, *key[:4])
            self._flowing.uses(where, list(uses))

    def _views(self) -> Iterator[Edge]:
        """What the library does for generic views, with the model that they name: the class stands for it.

        The module that registers a model with the admin stands for what a class of another file does.
        """
        for name, path, model, does in self._declared.views():
            if not self._world.is_test(path):
                place = Place(path, self._world.classes[name].definition.line)
                yield from self._done_with(f"class:{name}", place, model, does)
        for path, fact, model in self._declared.shown_elsewhere():
            place = Place(path, fact.line, fact.column)
            yield from self._done_with(self._world.scope_id(path, fact.scope), place, model, EVERYTHING)

    def _done_with(
        self, source: str, place: Place, model: str, does: Sequence[tuple[str, str]]
    ) -> Iterator[Edge]:
        evidence = (Evidence(place, "convention"),)
        for table in self._record.tables_of(model):
            for kind in dict.fromkeys(kind for kind, _ in does):
                how = tuple(sorted(word for other, word in does if other == kind and word))
                yield Edge(source, f"table:{table}", kind, "likely", evidence, how=how)

    def _of_users(self, where: Where, does: Sequence[tuple[str, str, str]]) -> None:
        """What Django's own functions do with users and sessions."""
        tables = {
            "user": self._relations.user_table(),
            "session": self._relations.attributes[REQUESTS[0]]["session"].table,
            "site": self._models.labels.external_table("sites", "Site"),
        }
        for whose, kind, how in does:
            table = tables[whose]
            self._record.accesses.add(where, table, kind, "likely", "convention", how=(how,) if how else ())
