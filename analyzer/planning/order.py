"""The order in which services are carried out, one at a time, each with what it costs at its turn.

The next one is that with the most value for each day of effort, where value is the square root of its entry
points (plus one): ten more count less where there are many already, so that a small service goes before the
one that half of the application is. What crosses to a service that is out
already was paid for there and counts no more; `effort.py` has the model of effort. Risk is high where
transactions write on both sides, medium where tables are shared, else low.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from ..graph.access import in_database, table_of
from ..graph.cut import Membership
from ..graph.functionality import ENTRY_KINDS
from ..graph.roles import ASIDE, PAST, role_of
from ..model.assessment import Candidate
from ..model.boundary import SHARED, Boundary, CutEdge
from ..model.evidence import Evidence
from ..model.graph import Edge, Graph
from .effort import Border, effort

_DATA = frozenset({"reads", "writes", "joins", "references"})
_SHOWN = 3


@dataclass(slots=True)
class _Crossing:
    """What crosses between two services, once each."""

    calls: set[tuple[str, str]] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    transactions: set[str] = field(default_factory=set)
    evidence: list[Evidence] = field(default_factory=list)


def order(graph: Graph, boundary: Boundary, cut: Sequence[CutEdge]) -> tuple[Candidate, ...]:
    """All services of a boundary, the one to carry out first in front."""
    borders = _borders(cut)
    sizes, entries = _sizes(graph, boundary)
    left = {service.name for service in boundary.services}
    found = []
    while left:
        turn = [_candidate(name, left, borders, sizes, entries) for name in sorted(left)]
        best = min(turn, key=lambda each: (-sqrt(each.entries + 1) / sum(each.effort), each.name))
        found.append(best)
        left.discard(best.name)
    return tuple(found)


def _borders(cut: Sequence[CutEdge]) -> dict[tuple[str, str], _Crossing]:
    borders: dict[tuple[str, str], _Crossing] = defaultdict(_Crossing)
    for each in cut:
        edge = each.edge
        if SHARED in (each.origin, each.owner) or edge.confidence == "possible" or _is_past(edge):
            continue
        border = borders[each.origin, each.owner]
        if edge.kind == "spans":
            border.transactions.add(edge.source)
            border.evidence += edge.evidence[:1]
        elif edge.kind in _DATA and in_database(edge.target):
            border.tables.add(table_of(edge.target))
            border.evidence += edge.evidence[:1]
        elif edge.kind == "calls" and edge.target.startswith(("function:", "class:")):
            border.calls.add((each.owner, edge.target))
    return borders


def _is_past(edge: Edge) -> bool:
    """Whether only migrations or code beside the application say so."""
    return bool(edge.evidence) and all(role_of(each.place.path) in PAST for each in edge.evidence)


def _sizes(graph: Graph, boundary: Boundary) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Modules and tables of each service; entry points of each, and of all under ""."""
    membership = Membership(graph, boundary)
    sizes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    entries: dict[str, int] = defaultdict(int)
    for node in graph.nodes("module", "table"):
        owner = membership.of(node.id)
        if owner and not (node.path and role_of(node.path) in ASIDE):
            sizes[owner][node.kind == "table"] += 1
    for node in graph.nodes(*(kind for kind in ENTRY_KINDS if kind not in ("signal", "topic"))):
        if node.path and role_of(node.path) in ASIDE:
            continue
        entries[""] += 1
        owner = membership.of(node.id)
        if owner:
            entries[owner] += 1
    return sizes, entries


def _candidate(
    name: str,
    left: set[str],
    borders: dict[tuple[str, str], _Crossing],
    sizes: dict[str, list[int]],
    entries: dict[str, int],
) -> Candidate:
    into = [(o, b) for (o, owner), b in sorted(borders.items()) if owner == name and o in left]
    out = [(t, b) for (origin, t), b in sorted(borders.items()) if origin == name and t in left]
    both = [border for _, border in (*into, *out)]
    calls_in = len(set().union(*(border.calls for _, border in into)))
    calls_out = len(set().union(*(border.calls for _, border in out)))
    tables = len(set().union(*(border.tables for border in both)))
    transactions = len(set().union(*(border.transactions for border in both)))
    return Candidate(
        name,
        sizes[name][0],
        sizes[name][1],
        entries[name],
        entries[""],
        calls_in,
        calls_out,
        tables,
        transactions,
        effort(Border(calls_in, calls_out, tables, transactions)),
        "high" if transactions else "medium" if tables else "low",
        tuple(service for service, _ in out),
        tuple(sorted({place for border in both for place in border.evidence}))[:_SHOWN],
    )
