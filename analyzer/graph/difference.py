"""Compares two graphs of one project: what crosses now and did not, what is new and what is gone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ..model.boundary import Boundary, CutEdge
from ..model.difference import Difference, KindChange, PairChange
from ..model.graph import EDGE_KINDS, Graph
from .cut import cut, test_nodes
from .packages import packages
from .roles import role_of
from .tables import table_views

_SHOWN = ("module", "class", "function", "table", "view", "routine", "trigger", "route", "task", "job",
          "command", "topic", "signal", "cache", "bucket", "host", "template")  # fmt: skip
"""Kinds of nodes that a reviewer wants to hear of; columns and settings are many and follow from others."""
_Key = tuple[str, str, str]
_PLAIN = frozenset({"contains", "patches"})


def difference(
    before: Graph,
    after: Graph,
    boundary: Boundary | None,
    *,
    project: str = "",
    base: str = "base",
    head: str = "head",
) -> Difference:
    """What changed from `before` to `after`, told by the services of `boundary`, else by packages."""
    agreed = boundary is not None and bool(boundary.services)
    old, new = (_cut(graph, boundary if agreed else None) for graph in (before, after))
    return Difference(
        project=project,
        base=base,
        head=head,
        before=before,
        after=after,
        groups="service" if agreed else "package",
        pairs=pair_changes(old, new),
        nodes=_nodes(before, after),
        edges=_edges(before, after),
        blind_spots=(len(before.blind_spots), len(after.blind_spots)),
    )


def _cut(graph: Graph, boundary: Boundary | None) -> tuple[CutEdge, ...]:
    return cut(graph, boundary or packages(graph, table_views(graph, None)))


def pair_changes(old: Iterable[CutEdge], new: Iterable[CutEdge]) -> tuple[PairChange, ...]:
    """What two cuts differ in, by pair: those that nothing crossed before first, then by what they gain."""
    pairs: dict[tuple[str, str], tuple[dict[_Key, CutEdge], dict[_Key, CutEdge]]] = {}
    for side, edges in enumerate((old, new)):
        for edge in edges:
            pairs.setdefault((edge.origin, edge.owner), ({}, {}))[side][edge.key] = edge
    changes = []
    for (origin, owner), (was, now) in pairs.items():
        added = tuple(edge for key, edge in now.items() if key not in was)
        removed = tuple(edge for key, edge in was.items() if key not in now)
        if added or removed:
            changes.append(PairChange(origin, owner, len(was), len(now), added, removed))
    changes.sort(
        key=lambda c: (not (c.added and not c.before), -len(c.added), -len(c.removed), c.origin, c.owner)
    )
    return tuple(changes)


def _nodes(before: Graph, after: Graph) -> tuple[KindChange, ...]:
    names: list[dict[str, set[str]]] = []
    for graph in (before, after):
        found: dict[str, set[str]] = defaultdict(set)
        for node in graph.nodes(*_SHOWN):
            if node.path is None or role_of(node.path) != "test":
                inside = node.path is not None or node.kind not in ("module", "class", "function")
                if inside:
                    found[node.kind].add(node.name)
        names.append(found)
    old, new = names
    changes = []
    for kind in _SHOWN:
        added, removed = sorted(new[kind] - old[kind]), sorted(old[kind] - new[kind])
        if added or removed:
            changes.append(KindChange(kind, tuple(added), tuple(removed)))
    return tuple(changes)


def _edges(before: Graph, after: Graph) -> dict[str, tuple[int, int]]:
    old, new = _keys(before), _keys(after)
    added = Counter(kind for _, _, kind in new - old)
    removed = Counter(kind for _, _, kind in old - new)
    return {kind: (added[kind], removed[kind]) for kind in EDGE_KINDS if added[kind] or removed[kind]}


def _keys(graph: Graph) -> set[_Key]:
    tests = {graph.columns.ids[index] for index in test_nodes(graph)}
    return {
        (source, target, kind)
        for source, target, kind, _ in graph.pairs()
        if kind not in _PLAIN and source not in tests
    }
