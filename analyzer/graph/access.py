"""Which tables are the application's own, and who touches them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..model.graph import EDGE_KIND_INDEX, Graph, Node
from .roles import ASIDE, PAST, role_of

ACCESS_KINDS = ("reads", "joins", "writes")
_TOUCHING = (*ACCESS_KINDS, "references", "maps")
"""What only migrations touch, and nothing declares any more, is gone."""


def in_database(id: str) -> bool:
    """Whether what is read or written is kept in the database, not in memory, a cache or the settings."""
    return id.startswith(("table:", "view:", "column:"))


def table_of(id: str) -> str:
    """The table (or view) of a column, by their ids; what is no column stands for itself."""
    kind, _, name = id.partition(":")
    return f"table:{name.rpartition('.')[0]}" if kind == "column" else id


@dataclass(frozen=True, slots=True)
class TableAccess:
    """One table with the ids of the nodes that read (or join) it and that write it, sorted."""

    table: str
    readers: tuple[str, ...]
    writers: tuple[str, ...]


def own_tables(graph: Graph) -> tuple[Node, ...]:
    """The tables and views of the application itself, sorted by id.

    These are the ones that its own files declare, and those that its code touches wherever they are
    declared, if anywhere. What only tests, scripts, examples or vendored code know is left out, and so is
    what only migrations touch and nothing declares. What tests declare is theirs, unless the code names it:
    that a base class may ask for rows of any class does not make theirs the application's.
    """
    touched, named = touches(graph), touches(graph, certain=True)
    return tuple(
        node
        for node in graph.nodes("table", "view")
        if node.id in (named if node.path and role_of(node.path) == "test" else touched)
        or (node.path and role_of(node.path) not in ASIDE)
    )


def touches(graph: Graph, *, certain: bool = False) -> Counter[str]:
    """How many (or how many `certain`) edges from the application's own files touch each table or view."""
    own: dict[str, bool] = {}
    touched: Counter[str] = Counter()
    columns = graph.columns
    kinds = {EDGE_KIND_INDEX[kind] for kind in _TOUCHING}
    for row, kind in enumerate(columns.kind):
        if kind not in kinds or (certain and not graph.is_certain(row)):
            continue
        source, target = columns.ids[columns.source[row]], columns.ids[columns.target[row]]
        if source not in own:
            path = _path_of(graph, source)
            own[source] = path is None or role_of(path) not in PAST
        if own[source]:
            touched[target] += 1
    return touched


def _path_of(graph: Graph, id: str) -> str | None:
    """The file of a node; that of its table for a column, which may have none of its own."""
    node = graph.node(id)
    if node is not None and node.path is None and node.kind == "column":
        table = node.name.rpartition(".")[0]
        node = graph.node(f"table:{table}") or graph.node(f"view:{table}")
    return node.path if node is not None else None


def table_access(graph: Graph, *, possible: bool = True) -> tuple[TableAccess, ...]:
    """The access of the application's own tables, sorted by table; only its own code counts.

    `possible`: what may be, where many values meet, counts as well.
    """
    readers: dict[str, set[str]] = {node.id: set() for node in own_tables(graph)}
    writers: dict[str, set[str]] = {id: set() for id in readers}
    for source, target, kind, _ in graph.pairs(*ACCESS_KINDS, possible=possible):
        node = graph.node(source)
        if target not in readers or node is None or (node.path and role_of(node.path) in ASIDE):
            continue
        (writers if kind == "writes" else readers)[target].add(source)
    return tuple(
        TableAccess(id, tuple(sorted(readers[id])), tuple(sorted(writers[id]))) for id in sorted(readers)
    )
