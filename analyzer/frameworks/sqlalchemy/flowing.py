"""Access to tables by the values that flow: queries, statements, instances and what they lead to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from ...model.evidence import Confidence
from ...model.world import RowUse, World
from ...python.call_chains import CallChains
from ...python.flow.subjects import ANY
from ...python.row_accesses import ANY_TABLE, Inherited, RowAccesses, Where, each_apart
from .given import AGGREGATE, JOIN, QUERY, READ, is_session, kinds_of
from .relations import Relation, Relations
from .types import COLUMN, JOINED, MANY, OF_COLUMNS
from .unit_of_work import GATHERED, UnitOfWork

_BUILDS = frozenset(
    "filter filter_by order_by options limit offset distinct group_by having where join outerjoin "
    "select_from execution_options yield_per with_entities add_columns subquery".split()
)
"""Methods that only add to a query."""
_CHANGES = {"append": "insert", "extend": "insert", "insert": "insert", "add": "insert", "remove": "delete",
            "clear": "delete", "pop": "delete"}  # fmt: skip
_MOST_CASCADES = 20
_SEVERAL, _FEW = ("add_all", "execute"), 4


class Flowing:
    """Tells the uses of rows, file by file."""

    def __init__(
        self,
        world: World,
        tables: Mapping[str, str],
        relations: Relations,
        accesses: RowAccesses,
        unit: UnitOfWork,
        beside: Collection[tuple[str, str]],
    ) -> None:
        self._beside_rows = beside
        self._world, self._tables, self._relations, self._accesses = world, tables, relations, accesses
        self._chains, self._unit = CallChains(()), unit
        self._asked: dict[Where, set[str]] = {}
        """What queries are about that are asked at a place, of one file."""
        self._led: dict[tuple[str, int, str], set[str]] = {}
        """The classes of whose rows an attribute is read on a line."""
        self._with_any = {**tables, ANY: ANY_TABLE}
        self.inherited: list[Inherited] = []
        """Calls of methods that are about several classes, on something that is about one."""

    def file(self, path: str) -> None:
        """All uses of one file."""
        uses = self._world.row_uses(path)
        self._chains = CallChains(self._world.files[path].calls if uses else ())
        targets = (
            {(call.scope, call.order): call.target for call in self._world.files[path].calls} if uses else {}
        )
        self._asked, self._led = {}, {}
        for use in uses:
            if use.kind == "read":
                self._led.setdefault((use.scope, use.line, use.name), set()).add(use.about)
            if use.kind in ("iterate", "call"):
                named = use.name if use.kind == "iterate" else use.name.rpartition(".")[0]
                if named.endswith(QUERY):
                    self._asked.setdefault(Where(path, *use[:4]), set()).add(use.about)
        for key, group in groupby(uses, key=lambda use: (use[:5], use.name)):
            where = Where(path, *key[0][:4])
            self._uses(where, list(group), targets.get((where.scope, where.order), ""))

    def _uses(self, where: Where, uses: Sequence[RowUse], target: str) -> None:
        first = uses[0]
        if first.kind == "inherited":
            tables = self._with_any
            known = {use.about: (tables[use.about],) for use in uses if use.about in tables}
            self.inherited += each_apart(where, first.name, known, first.each, bool(first.given))
            return
        if first.kind == "call":
            self._given(where, first, target)
        if first.about == ANY and first.kind in ("call", "iterate"):
            self._any(where, first)
        names = [
            name for name in dict.fromkeys(use.about for use in uses) if name in self._relations.of_class
        ]
        trust: Confidence = "likely" if (len(names) == 1 or first.each) and first.sure else "possible"
        for name in names:
            if first.kind == "call":
                self._call(where, first, name, trust, target)
            elif first.kind == "iterate" and first.name == OF_COLUMNS:
                self._add(where, self._tables[name], READ, trust)
            elif first.kind == "iterate" and first.name.endswith(QUERY):
                self._rows(where, name, trust)
            elif first.kind == "iterate" and first.name == JOINED:
                self._joined(where, name, trust)
            elif first.kind == "read":
                self._read(where, name, first.name, trust)
            elif first.kind in ("assign", "make"):
                self._assign(where, name, first.name, trust, first.kind == "make")

    def _any(self, where: Where, use: RowUse) -> None:
        """Something is done to rows of one of very many classes."""
        owner, _, method = use.name.rpartition(".")
        if use.kind == "iterate" and use.name.endswith(QUERY):
            kinds: Sequence[tuple[str, str]] = READ
        elif use.kind == "call" and owner.endswith(QUERY) and method != "with_for_update":
            kinds = (("writes", method),) if method in ("delete", "update") else READ
        else:
            return
        self._add(where, ANY_TABLE, kinds, "possible")

    def _add(
        self,
        where: Where,
        table: str,
        kinds: Sequence[tuple[str, str]],
        trust: Confidence,
        columns: Sequence[str] = (),
        again: bool = True,
        weak: bool = False,
    ) -> None:
        for kind, how in kinds:
            words = [how] if how else []
            self._accesses.add(where, table, kind, trust, "value-flow", columns, words, again, weak)

    # Attributes -----------------------------------------------------------------------------------

    def _read(self, where: Where, name: str, attribute: str, trust: Confidence) -> None:
        if where.scope.endswith(".__init__"):
            return  # a row in the making has nothing to load
        relation = self._relations.of_class[name].get(attribute)
        column = () if relation is not None else (attribute.lower(),)
        if relation is not None or attribute in self._relations.columns[name]:
            # A row that has expired is loaded again.
            self._add(where, self._tables[name], (("reads", ""),), "possible", column, False, weak=True)
            self._beside(where, name, "possible", weak=True)
        if relation is not None:
            trust = "possible" if relation.eager else trust  # it came with the row
            again = not relation.eager and (name, attribute) not in self._beside_rows
            self._add(where, relation.table, (("reads", ""),), trust, again=again, weak=relation.eager)
            if relation.between:
                self._add(where, relation.between, (("joins", ""),), trust)
            self._beside(where, relation.target, trust, name)

    def _assign(self, where: Where, name: str, attribute: str, trust: Confidence, making: bool) -> None:
        relation = self._relations.of_class[name].get(attribute)
        if where.scope.endswith(".__init__") or (making and relation is None):
            return  # a row in the making: it is written once it is added, be it by what it is related to
        again = self._unit.writes_each_turn(where)
        if relation is not None and relation.between:
            # What was there before is loaded, to tell what goes.
            kinds = (("reads", ""), ("writes", "insert"), ("writes", "delete"))
            self._add(where, relation.between, kinds, trust)
        elif relation is not None and relation.many:
            self._add(where, relation.table, (("reads", ""), ("writes", "update")), trust)
        elif relation is not None:
            self._add(where, self._tables[name], (("writes", "update"),), trust, again=again)
        elif attribute in self._relations.columns[name]:
            self._add(where, self._tables[name], (("writes", "update"),), trust, (attribute.lower(),), again)

    # Calls ----------------------------------------------------------------------------------------

    def _only_changes(self, where: Where) -> bool:
        """Whether a query is built for nothing but an update or deletion of its rows, which reads none."""
        return self._chains.last(where.scope, where.line, where.column) in ("update", "delete")

    def _call(self, where: Where, use: RowUse, name: str, trust: Confidence, target: str) -> None:
        owner, _, method = use.name.rpartition(".")
        table = self._tables[name]
        if owner == JOINED:
            if method not in _BUILDS:
                self._joined(where, name, trust)
        elif owner == MANY:
            self._change(where, name, method, trust, target)
        elif owner.endswith(QUERY):
            if method == "with_for_update":
                self._add(where, table, (("reads", "lock"),), trust)
            elif method in ("delete", "update"):
                self._add(where, table, (("writes", method),), trust)
            elif method in _BUILDS or method in ("count", "exists") or owner == OF_COLUMNS:
                kinds = () if self._only_changes(where) else AGGREGATE if method == "count" else READ
                self._add(where, table, kinds, trust, again=method not in _BUILDS)
            else:
                self._rows(where, name, trust)

    def _rows(self, where: Where, name: str, trust: Confidence) -> None:
        """Rows of a class are loaded, with what is loaded beside each."""
        self._add(where, self._tables[name], (("reads", ""),), trust)
        self._beside(where, name, trust)

    def _beside(self, where: Where, name: str, trust: Confidence, back: str = "", weak: bool = False) -> None:
        """What is loaded with each row of a class."""
        for relation in self._relations.beside(name, back):
            for table in (relation.table, relation.between):
                if table:
                    self._add(where, table, (("joins", ""),), trust, again=False, weak=weak)

    def _joined(self, where: Where, name: str, trust: Confidence) -> None:
        """A class is joined, by the table in between if one alone leads to it."""
        if len(self._asked.get(where, ())) > 1:
            trust = "possible"  # by one of several queries
        between = {relation.between for relation in self._relations.leading.get(name, ())} - {""}
        for table in (self._tables[name], *(between if len(between) == 1 else ())):
            self._add(where, table, (("joins", ""),), trust)

    def _change(self, where: Where, name: str, method: str, trust: Confidence, target: str) -> None:
        """`order.lines.append(line)`."""
        how = _CHANGES.get(method)
        relations = self._relation_of(where, name, target)
        between = [relation.between for relation in relations if relation.between]
        again = self._unit.writes_each_turn(where)
        if how is None:
            self._add(where, self._tables[name], (("reads", ""),), trust)
        elif between and len(between) == len(relations):
            for table in between:
                sure: Confidence = trust if len(between) == 1 else "possible"
                self._add(where, table, (("writes", how),), sure, again=again)
        else:
            how = "update" if how == "delete" else how
            self._add(where, self._tables[name], (("writes", how),), trust, again=again)

    def _relation_of(self, where: Where, name: str, target: str) -> list[Relation]:
        """The relation that `order.lines` of `order.lines.append` is; several where nothing tells which."""
        owner, _, attribute = target.rpartition(".")[0].rpartition(".")
        leading = (r for r in self._relations.leading.get(name, ()) if r.name == attribute)
        found = {relation.between: relation for relation in leading}
        if len(found) > 1 and owner:
            symbol = self._world.resolve(where.path, where.scope, owner)
            classes = self._led.get((where.scope, where.line, attribute), set())
            for known in (symbol.name if symbol is not None else "", *(classes if len(classes) == 1 else ())):
                relation = self._relations.of_class.get(known, {}).get(attribute)
                if relation is not None:
                    return [relation]
        return [found[between] for between in sorted(found)]

    def _given(self, where: Where, use: RowUse, target: str) -> None:
        """What sessions are given; queries that anything outside is given are asked for their rows."""
        owner, _, method = use.name.rpartition(".")
        if not use.name:
            owner, _, method = target.rpartition(".")
        session = is_session(owner)
        found: dict[tuple[tuple[tuple[str, str], ...], bool], dict[str, None]] = {}
        for _, kind, name in use.given:
            kinds = kinds_of(kind, method, session, bool(use.name), owner)
            if kinds and (name in self._relations.of_class or name == ANY):
                found.setdefault((kinds, kind not in (COLUMN, OF_COLUMNS)), {})[name] = None
        for (kinds, whole), names in found.items():
            few = len(names) == 1 or use.each or (method in _SEVERAL and len(names) <= _FEW)
            for name in names:
                sure = few and name != ANY and use.sure
                self._give(where, method, kinds, name, "likely" if sure else "possible", whole)

    def _give(
        self,
        where: Where,
        method: str,
        kinds: Sequence[tuple[str, str]],
        name: str,
        trust: Confidence,
        whole: bool,
    ) -> None:
        """Something about a class is given to a session, or to what runs queries; `whole`: about its rows."""
        if kinds == READ and self._only_changes(where):
            return
        if name == ANY:
            self._add(where, ANY_TABLE, kinds, trust)
            return
        if kinds == JOIN:
            self._joined(where, name, trust)
        elif kinds == READ and whole:
            self._rows(where, name, trust)
        else:
            gathered = method in GATHERED
            again = not gathered or self._unit.writes_each_turn(where)
            self._add(where, self._tables[name], kinds, trust, again=again)
        if method == "delete":
            self._left(where, name, trust)
        elif method in ("add", "add_all"):  # with what it was made of
            for relation in self._relations.of_class[name].values():
                if relation.between:
                    self._add(where, relation.between, (("writes", "insert"),), "possible")

    def _left(self, where: Where, name: str, trust: Confidence) -> None:
        """Rows in between go with a deleted row; those that point to it go, or are loaded and changed."""
        waiting, seen = [(name, trust)], {name}
        while waiting and len(seen) < _MOST_CASCADES:
            owner, trust = waiting.pop()
            for relation in self._relations.of_class[owner].values():
                if relation.between:
                    self._add(where, relation.between, (("reads", ""), ("writes", "delete")), trust)
                if relation.deletes:
                    self._add(where, relation.table, (("reads", ""), ("writes", "delete")), trust)
                    if relation.target not in seen:
                        seen.add(relation.target)
                        waiting.append((relation.target, "possible"))
                elif relation.many and not relation.between and owner == name:
                    self._add(where, relation.table, (("reads", ""), ("writes", "update")), trust)
