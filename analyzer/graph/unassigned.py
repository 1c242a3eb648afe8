"""What belongs to no service yet, and the service that it has most to do with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..model.boundary import SHARED
from ..model.graph import EDGE_KIND_INDEX, Graph, Node
from .access import own_tables
from .cut import Membership
from .roles import role_of

_BESIDE = frozenset(EDGE_KIND_INDEX[kind] for kind in ("contains", "patches", "configures"))


def modules(graph: Graph) -> list[Node]:
    """The application's modules that define, import or call something."""
    code = (node for node in graph.nodes("module") if node.path and role_of(node.path) == "code")
    return [node for node in code if any(graph.out(node.id))]


def tables(graph: Graph) -> list[Node]:
    """The application's tables and views, without those that migrations alone know: these are gone."""
    columns = graph.columns
    dated = [role_of(path) == "migration" for path in columns.paths]
    known = set()
    for source, target in zip(columns.source, columns.target, strict=True):
        path = columns.node_path[source]
        if path < 0 or not dated[path]:
            known.add(columns.ids[target])
    return [
        node
        for node in own_tables(graph)
        if (node.path and role_of(node.path) != "migration") or node.id in known
    ]


def nearest(graph: Graph, membership: Membership, ids: Iterable[str]) -> dict[str, str]:
    """The service of more than half of the edges between a module (with all in it) or table and services."""
    wanted = set(ids)
    if not wanted:
        return {}
    columns = graph.columns
    place = [_place(id, wanted) for id in columns.ids]
    counted: dict[str, Counter[str]] = {}
    for source, target, kind in zip(columns.source, columns.target, columns.kind, strict=True):
        if kind in _BESIDE:
            continue
        for here, there in ((source, target), (target, source)):
            owner = membership.of(columns.ids[there]) if place[here] else None
            if owner is not None and owner != SHARED:
                counted.setdefault(place[here], Counter())[owner] += 1
    found = {}
    for id, owners in sorted(counted.items()):
        best = min(owners, key=lambda owner: (-owners[owner], owner))
        if owners[best] * 2 > owners.total():
            found[id] = best
    return found


def _place(id: str, wanted: set[str]) -> str:
    """Which of the wanted nodes a node is, or lies in; "" for none."""
    if id in wanted:
        return id
    kind, _, name = id.partition(":")
    if kind not in ("function", "class", "state", "model", "column"):
        return ""
    outer = "table" if kind == "column" else "module"
    while "." in name:
        name = name.rpartition(".")[0]
        if f"{outer}:{name}" in wanted:
            return f"{outer}:{name}"
    return ""
