"""The tables of an application and what its code does with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..model.boundary import SHARED, Boundary
from ..model.evidence import Place
from ..model.graph import Edge, Graph, Node
from ..model.tables import LETTERS, SequenceView, SpanningTransaction, TableUse, TableView, TableViews
from .access import ACCESS_KINDS, own_tables
from .cut import Membership
from .functionality import functionalities
from .homes import Homes
from .roles import ASIDE, role_of
from .transactions import transactions

_LETTERS = {"insert": "C", "update": "U", "delete": "D", "truncate": "D", "upsert": "CU", "copy": "C"}


def table_views(graph: Graph, boundary: Boundary | None = None) -> TableViews:
    """The tables by what is done with them; by service where services are agreed, else by package."""
    homes = Homes(graph)
    membership = Membership(graph, boundary) if boundary is not None and boundary.services else None
    letters: dict[tuple[str, str], str] = {}
    uses: dict[str, list[TableUse]] = defaultdict(list)
    nodes = {node.id: node for node in own_tables(graph)}
    edges: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    possible: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges(*ACCESS_KINDS):
        if edge.target in nodes and edge.confidence != "possible":
            edges[edge.source, edge.target].append(edge)
        elif edge.target in nodes:
            possible[edge.target].add(edge.source)
    for (source, target), several in sorted(edges.items()):
        how = letters[source, target] = _how(several)
        node = graph.node(source)
        if node is not None and (node.path is None or role_of(node.path) == "code"):
            home = (membership.of(source) if membership else homes.of(source)) or ""
            uses[target].append(_use(source, home, how, several))
    uses = defaultdict(list, {target: list(_by_code(found)) for target, found in uses.items()})
    reached = _functionalities(graph, letters)
    tables = []
    for id, node in sorted(nodes.items()):
        owner = membership.of(id) if membership else _owner(graph, node, homes, uses.get(id, ()))
        may = len(possible.get(id, set()) - {use.source for use in uses.get(id, ())})
        tables.append(TableView(node, owner or "", tuple(uses.get(id, ())), reached.get(id, {}), may))
    return _told(graph, tables, membership.of if membership else homes.of, agreed=membership is not None)


def tables_by(graph: Graph, views: TableViews, boundary: Boundary) -> TableViews:
    """The same tables and uses, told by the services of another boundary."""
    of = Membership(graph, boundary).of
    tables = []
    for table in views.tables:
        uses = tuple(use._replace(home=of(use.source) or "") for use in table.uses)
        tables.append(replace(table, owner=of(table.node.id) or "", uses=uses))
    return _told(graph, tables, of, agreed=True)


def _told(
    graph: Graph, tables: Sequence[TableView], home_of: Callable[[str], str | None], *, agreed: bool
) -> TableViews:
    owners = {table.node.id: table.owner for table in tables}
    users = sorted({use.home for table in tables for use in table.uses})
    numbered = tuple(_sequences(graph, owners, home_of))
    return TableViews(tuple(tables), tuple(users), _spanning(graph, owners), agreed, numbered)


def _sequences(
    graph: Graph, owners: Mapping[str, str], home_of: Callable[[str], str | None]
) -> Iterator[SequenceView]:
    """Who takes numbers from which sequence: tables by defaults, code, and triggers for their tables."""
    for node in graph.nodes("sequence"):
        tables, homes = set(), set()
        for edge in graph.into(node.id, "references", *ACCESS_KINDS):
            user = graph.node(edge.source)
            if user is None or (user.path and role_of(user.path) in ASIDE):
                continue
            told = [f"table:{name}" for key, name in user.attributes if key == "table"]
            for id in told or [edge.source]:
                if id.startswith("table:"):
                    tables.add(id)
                    homes.add(owners.get(id, ""))
                elif user.kind != "script":
                    homes.add(home_of(id) or "")
        yield SequenceView(node.id, tuple(sorted(tables)), tuple(sorted(homes - {""})))


def _how(edges: Iterable[Edge]) -> str:
    found: set[str] = set()
    for edge in edges:
        if edge.kind == "writes":
            told = {letter for word in edge.how for letter in _LETTERS.get(word, "")}
            found |= told or {"W"}
        else:
            found.add("R")
    return "".join(letter for letter in LETTERS if letter in found)


def _by_code(uses: Sequence[TableUse]) -> Iterator[TableUse]:
    """The uses, but of scripts whose every statement is run by code by its name: the code uses them."""
    run = {place for use in uses if not use.source.startswith("script:") for place in use.places}
    return (use for use in uses if not (use.source.startswith("script:") and run.issuperset(use.places)))


def _use(source: str, home: str, how: str, edges: Iterable[Edge]) -> TableUse:
    words = {word for edge in edges for word in edge.how}
    places = sorted({item.place for edge in edges for item in edge.evidence})
    return TableUse(source, home, how, tuple(places), "loop" in words, "lock" in words)


def _functionalities(graph: Graph, letters: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    """Table -> entry point -> letters."""
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for functionality in functionalities(graph):
        for step in functionality.steps:
            if step.kind in ACCESS_KINDS and (step.caller, step.id) in letters:
                known = found[step.id].setdefault(functionality.entry, set())
                known.update(letters[step.caller, step.id])
    return {
        table: {
            entry: "".join(letter for letter in LETTERS if letter in known)
            for entry, known in sorted(entries.items())
        }
        for table, entries in found.items()
    }


def _owner(graph: Graph, node: Node, homes: Homes, uses: Iterable[TableUse]) -> str:
    """The package whose module declares the model of a table, else the one that writes it most."""
    models = (graph.node(edge.source) for edge in graph.into(node.id, "maps"))
    for declared in (*models, node):
        path = declared.path if declared is not None else None
        if path and path.endswith(".py") and role_of(path) == "code":
            return homes.of_path(path)
    writers = Counter(use.home for use in uses if use.writes and use.home)
    return min(writers, key=lambda home: (-writers[home], home)) if writers else ""


def _spanning(graph: Graph, owners: Mapping[str, str]) -> tuple[SpanningTransaction, ...]:
    found = []
    for transaction in transactions(graph):
        path = transaction.node.path or ""
        owned: dict[str, list[str]] = defaultdict(list)
        for table in transaction.writes:
            if owners.get(table, "") not in ("", SHARED):
                owned[owners[table]].append(table)
        outbound = transaction.of("requests", "enqueues")
        if role_of(path) == "code" and (len(owned) > 1 or (owned and outbound)):
            place = Place(path, transaction.node.line)
            by_owner = {owner: tuple(owned[owner]) for owner in sorted(owned)}
            source, opened = transaction.owner, transaction.opened
            found.append(SpanningTransaction(transaction.node.id, source, place, opened, by_owner, outbound))
    return tuple(sorted(found, key=lambda item: (-len(item.owners), item.id)))
