"""Access to tables through sessions, queries and statements, as far as names tell it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from ...model.evidence import BlindSpot, Confidence, Place, Via
from ...model.facts import Fact
from ...model.graph import Edge
from ...model.world import Symbol, Syntax, World
from ...python.call_chains import CallChains
from ...python.row_accesses import RowAccesses, Where
from .core_names import MARK
from .flowing import Flowing
from .given import AGGREGATES
from .mentions import mentioned, of_a_row
from .named_code import class_query, code_of, handed_queries, receiver_code
from .relations import Relation, Relations
from .saving import saved
from .types import LOADERS
from .unit_of_work import GATHERED, UnitOfWork

_READS = frozenset(
    {
        "query",
        "select",
        "get",
        "get_one",
        "get_or_404",
        "select_from",
        "exists",
        "aliased",
        "scalars",
        "scalar",
    }
)
_JOINS = frozenset({"join", "outerjoin", "join_from", "outerjoin_from"})
_CONDITIONS = frozenset({"filter", "where", "having", "order_by", "group_by", "join", "outerjoin"})
_WRITES = frozenset({"insert", "update", "delete", "add", "add_all", "merge", "bulk_save_objects",
                     "bulk_insert_mappings", "bulk_update_mappings"})  # fmt: skip
_EAGER = frozenset(LOADERS)
_WHOLE = frozenset({"query", "select", "get", "get_one", "get_or_404", "scalars", "scalar"})
"""Of what reads: what gives whole rows, with all that is loaded beside them."""
_BULK_OR_CORE = frozenset({"update", "delete", "insert", "select"})
_ADDS = frozenset({"add", "add_all", "merge", "delete"})
_NO_SESSION = re.compile(r"(?:set|dict|list|tuple|str|bytes|frozenset)\(|(?:.*\.)?\w*cache\w*(?:\.|\(|\Z)")
"""Receivers of `add`, `get`, `delete` ... that are plain containers or caches."""
_KEYED = frozenset({"get", "get_one", "get_or_404"})
_MOST = 12
HOW = {
    "add": "insert", "add_all": "insert", "insert": "insert", "bulk_insert_mappings": "insert",
    "bulk_save_objects": "insert", "merge": "upsert", "update": "update", "bulk_update_mappings": "update",
    "delete": "delete",
}  # fmt: skip
"""What methods of sessions and statements do."""


def read_access(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `access`: {mode: reads | joins | writes, code: path expressions of what is named}."""
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        mode = "writes" if name in _WRITES else "joins" if name in _JOINS else "reads"
        code: list[str] = []
        receiver = ""
        if name in _WRITES or name in _READS or name in _JOINS:
            receiver = syntax.express(function.value, scope) if isinstance(function, ast.Attribute) else ""
            if _NO_SESSION.match(receiver):
                continue
            named = (code_of(syntax, argument, scope) for argument in _arguments(node)[:_MOST])
            code = [text for text in named if text]
            if name in ("query", "select"):
                code += mentioned(syntax, [a for a in node.args if isinstance(a, ast.Call)], scope)
            if not code and name in _BULK_OR_CORE and isinstance(function, ast.Attribute):
                code = receiver_code(syntax, function.value, scope)
            if not code and name in _ADDS and _is_session(receiver) and node.args:
                unknown = {"mode": "unknown", "text": ast.unparse(node)[:100], "method": name}
                unknown["parameter"] = getattr(node.args[0], "id", "")
                yield Fact("access", scope, node.lineno, node.col_offset, unknown)
        if name in _EAGER:
            named = (syntax.express(argument, scope) for argument in node.args[:_MOST])
            code, mode = [text for text in named if "." in text], "eager"
        if not code:
            code, mode = class_query(syntax, node, scope), "reads"
        if code:
            data = {"mode": mode, "code": list(dict.fromkeys(code)), "method": name}
            data |= {"receiver": receiver} if node.args and _may_be_a_row(mode, name, receiver) else {}
            data |= {"sums_up": True} if mode == "reads" and _sums_up(node) else {}
            yield Fact("access", scope, node.lineno, node.col_offset, data)
        yield from handed_queries(syntax, node, scope)
        if name in _CONDITIONS and isinstance(function, ast.Attribute):
            code = mentioned(syntax, [*node.args, *(keyword.value for keyword in node.keywords)], scope)
            if code:
                data = {"mode": "conditions", "code": code, "method": name}
                yield Fact("access", scope, node.lineno, node.col_offset, data)


def _arguments(node: ast.Call) -> list[ast.expr]:
    """The arguments of a call, with those of a list apart: `select([orders.c.id, lines.c.id])`."""
    parts = ([*a.elts] if isinstance(a, ast.List | ast.Tuple) else [a] for a in node.args)
    return [each for part in parts for each in part]


def _is_session(receiver: str) -> bool:
    """Does code name a session? `session.info.setdefault("seen", set())` is none."""
    return "session" in receiver.lower() and ".info." not in receiver


def _sums_up(node: ast.Call) -> bool:
    """Whether `func.count(...)` or the like is asked for, also in what the call is chained to."""
    asked: list[ast.expr] = list(node.args)
    while isinstance(node.func, ast.Attribute):
        if node.func.attr == "count" and not node.args:
            return True
        if not isinstance(node.func.value, ast.Call):
            break
        node = node.func.value
        asked += node.args
    called = (part.func for each in asked for part in ast.walk(each) if isinstance(part, ast.Call))
    return any(
        isinstance(each, ast.Attribute) and each.attr in AGGREGATES and _is_func(each.value)
        for each in called
    )


def _is_func(node: ast.expr) -> bool:
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")) == "func"


def _may_be_a_row(mode: str, name: str, receiver: str) -> bool:
    """Whether a row may have a method of its own by this name, which is no session's."""
    return mode == "writes" and name in _ADDS and bool(receiver) and not receiver.startswith("?")


def link_access(world: World, tables: Mapping[str, str]) -> Iterator[Edge | BlindSpot]:
    """`reads`, `joins` and `writes` of the tables of mapped classes and Core tables."""
    yield from _Access(world, {**_variables(world, tables), **tables}).edges()


def _variables(world: World, tables: Mapping[str, str]) -> dict[str, str]:
    """Variable -> the table that it was given: `orders = Order.__table__`, also with `.alias()`."""
    found: dict[str, str] = {}
    for path in world.files:
        for binding in world.files[path].bindings:
            owner, _, rest = binding.value.partition(".__table__")
            if owner and not binding.scope and rest in ("", ".alias()"):
                named = _named(world, tables, path, "", owner, ("class",))
                if named is not None:
                    found[f"{world.module_of(path)}.{binding.name}"] = named[0]
    return found


class _Access:
    def __init__(self, world: World, tables: Mapping[str, str]) -> None:
        self._world, self._tables = world, tables
        self._chains = ("", CallChains(()))
        self._beside_rows: set[tuple[str, str]] = set()
        """(class, attribute) of what options load beside rows: going over these loads nothing more."""
        self._accesses, self._relations = RowAccesses(world), Relations(world, tables)
        self._unit = UnitOfWork(world, self._accesses)

    def edges(self) -> Iterator[Edge | BlindSpot]:
        facts = [(path, fact) for path, fact in self._world.facts("sqlalchemy") if fact.kind == "access"]
        for path, fact in facts:
            if fact.data["mode"] == "eager":
                self._eager(path, fact)
            elif fact.data["mode"] not in ("conditions", "unknown"):
                self._named_access(path, fact)
        flowing = Flowing(
            self._world, self._tables, self._relations, self._accesses, self._unit, self._beside_rows
        )
        for path in self._world.files:
            flowing.file(path)
        self._accesses.inherit(flowing.inherited)
        for where, table, method in saved(self._world, self._tables, facts):
            self._accesses.add(where, table, "writes", "likely", "value-flow", how=(HOW[method],))
        for path, fact in facts:  # once it is known what is read anyway
            if fact.data["mode"] == "conditions":
                self._conditions(path, fact)
        yield from self._accesses.edges()
        yield from self._unknown(facts)

    def _named_access(self, path: str, fact: Fact) -> None:
        mode, method = str(fact.data["mode"]), str(fact.data["method"])
        where = Where(path, fact.scope, fact.line, fact.column)
        if mode == "reads" and self._last(path, fact) in ("update", "delete"):
            return  # a query for nothing but what is done to its rows reads none
        receiver = str(fact.data.get("receiver", ""))
        if receiver and _named(self._world, self._tables, path, fact.scope, receiver, ("instance",)):
            return  # `category.delete(users)`: a method of the row's own, no session's
        found: dict[str, bool] = {}
        for code in fact.data["code"]:
            if mode == "writes" and of_a_row(str(code)):
                continue  # `session.delete(order.owner)`: values tell whose rows these are
            relation = self._relation(path, fact.scope, str(code).rstrip(">")) if mode != "writes" else None
            if relation is not None and (mode == "joins" or str(code).endswith(">")):
                self._joins(where, relation, "certain")
                continue
            # `query.get(id, self)`: what is merely handed on is not asked for
            kinds = ("class", "instance") if mode == "writes" or method not in _KEYED else ("class",)
            named = _named(self._world, self._tables, path, fact.scope, str(code).rstrip(">"), kinds)
            if named is not None:
                found.setdefault(*named)
                if mode == "reads" and method in _WHOLE:
                    self._beside(where, str(code))
        how = [HOW[method]] if mode == "writes" else ["aggregate"] if fact.data.get("sums_up") else []
        for position, (table, evident) in enumerate(found.items()):
            kind = "joins" if mode == "reads" and position else mode
            trust: Confidence = "certain" if evident else "likely"
            via: Via = "syntax" if evident else "value-flow"
            again = kind != "writes" or method not in GATHERED or self._unit.writes_each_turn(where)
            self._accesses.add(where, table, kind, trust, via, how=how, again=again)

    def _unknown(self, facts: Sequence[tuple[str, Fact]]) -> Iterator[BlindSpot]:
        """What a session is given whose class neither names nor values told."""
        for path, fact in facts:
            where = Where(path, fact.scope, fact.line, fact.column)
            if fact.data["mode"] == "unknown" and not self._accesses.writes_at(where):
                yield BlindSpot("unknown-write", Place(path, fact.line, fact.column), str(fact.data["text"]))

    def _last(self, path: str, fact: Fact) -> str:
        """The last method of the chain of calls that a fact stands in."""
        if self._chains[0] != path:
            self._chains = (path, CallChains(self._world.files[path].calls))
        return self._chains[1].last(fact.scope, fact.line, fact.column)

    def _relation(self, path: str, scope: str, code: str) -> Relation | None:
        """The relation that `Order.lines` names."""
        owner, _, attribute = code.rpartition(".")
        symbol = self._world.resolve(path, scope, owner) if owner else None
        return self._relations.of_class.get(symbol.name if symbol is not None else "", {}).get(attribute)

    def _beside(self, where: Where, code: str) -> None:
        """What is loaded with each row of a class."""
        symbol = self._world.resolve(where.path, where.scope, code)
        for relation in self._relations.beside(symbol.name) if symbol is not None else ():
            self._joins(where, relation, "likely")

    def _joins(self, where: Where, relation: Relation, trust: Confidence) -> None:
        for table in (relation.table, relation.between):
            if table:
                self._accesses.add(where, table, "joins", trust, "syntax", again=False)

    def _eager(self, path: str, fact: Fact) -> None:
        """`joinedload(Order.lines)`: what is fetched beside."""
        for code in fact.data["code"]:
            relation = self._relation(path, fact.scope, str(code))
            if relation is not None:
                owner = self._world.resolve(path, fact.scope, str(code).rpartition(".")[0])
                self._beside_rows.add((owner.name if owner is not None else "", relation.name))
                self._joins(Where(path, fact.scope, fact.line, fact.column), relation, "likely")

    def _conditions(self, path: str, fact: Fact) -> None:
        """Tables that conditions name (`filter(Line.id == 1)`) are joined, unless they are used anyway."""
        where = Where(path, fact.scope, fact.line, fact.column)
        for code in fact.data["code"]:
            text = str(code)
            relation = self._relation(path, fact.scope, text.rstrip(">"))
            if text.endswith(">") and relation is not None:
                self._joins(where, relation, "certain")
                continue
            named = _named(self._world, self._tables, path, fact.scope, text.rstrip(">"), ("class",))
            if named is not None and not self._accesses.touches(where, named[0]):
                trust: Confidence = "certain" if named[1] else "likely"
                self._accesses.add(where, named[0], "joins", trust, "syntax", again=False)


def _named(
    world: World, tables: Mapping[str, str], path: str, scope: str, code: str, kinds: Sequence[str]
) -> tuple[str, bool] | None:
    """(table, evident) of a class, an instance, an attribute of one, or a Core table."""
    if code.startswith(MARK):
        return code.removeprefix(MARK), True
    text = code
    while text:
        symbol: Symbol | None = world.resolve(path, scope, text)
        whole = text == code or (symbol is not None and symbol.kind == "class")
        if symbol is not None and whole and symbol.kind in kinds and symbol.name in tables:
            return tables[symbol.name], symbol.evident
        located = ".".join(part for part in world.locate(path, scope, text) if part)
        if located in tables:
            return tables[located], True
        text = text.rpartition(".")[0]
    return None
