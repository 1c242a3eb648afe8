"""The order in which services are carried out, one at a time, each with what it costs at its turn.

`assess`, the report and `propose --strategy single` all ask here, so that they cannot contradict each other.
The next one is that with the most value for each day of effort. Value is the square root of its entry points:
ten more count less where there are many already, so that a small service goes before the one that half of the
application is, and what answers to nobody goes last, as nobody gains by it alone. A quarter of the value is
left where a service keeps no table of its own (it only moves calls over the network), three quarters where
the risk is medium, half where it is high. What answers more than half of ten or more entry points, and is
tied to others, is what these are carved out of: it stays. What crosses to a service that is out already was
paid for there and counts no more. All that and the model of effort (`effort.py`) are assumptions, not
measurements. Risk is high where transactions write on both sides, medium where tables are shared, else low.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from ..model.assessment import Candidate
from ..model.boundary import SHARED, Boundary, CutEdge
from ..model.evidence import Evidence
from ..model.graph import Edge, Graph
from .access import in_database, table_of
from .cut import Membership
from .effort import Border, effort
from .functionality import ENTRY_KINDS
from .roles import ASIDE, PAST, role_of

_CERTAINTY = {"low": 1.0, "medium": 0.75, "high": 0.5}
_NO_DATA = 0.25
_LARGEST, _FEW = 0.5, 10
_NO_SIZE: dict[str, frozenset[str]] = {"module": frozenset({"test", "migration"}), "table": frozenset(ASIDE)}
"""Roles of files whose modules and tables are not counted: modules as pictures count them."""
_DATA = frozenset({"reads", "writes", "joins", "references"})
_SHOWN = 3


@dataclass(slots=True)
class _Crossing:
    """What crosses between two services, once each."""

    calls: set[tuple[str, str]] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    transactions: set[str] = field(default_factory=set)
    evidence: list[Evidence] = field(default_factory=list)


def order(graph: Graph, boundary: Boundary, cut: Iterable[CutEdge]) -> tuple[Candidate, ...]:
    """All services of a boundary, the one to carry out first in front."""
    borders = _borders(cut)
    sizes, entries = _sizes(graph, boundary)
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in borders:
        beside[one].add(other)
        beside[other].add(one)
    left = {service.name for service in boundary.services}
    owned = sum(number for name, number in entries.items() if name)
    turn: dict[str, Candidate] = {}
    found: list[Candidate] = []
    while left:
        for name in left - turn.keys():
            turn[name] = _candidate(
                name, beside[name] & left, borders, sizes[name], (entries[name], entries[""])
            )
        largest = (each.name for each in turn.values() if each.entries > _LARGEST * owned and each.crossing)
        heart = next(largest, "") if len(left) > 1 and owned >= _FEW else ""
        best = min((each for each in turn.values() if each.name != heart), key=_rank)
        found.append(best)
        left.discard(best.name)
        for name in (best.name, *beside[best.name]):
            turn.pop(name, None)
    return tuple(found)


def _rank(each: Candidate) -> tuple[float, bool, int, str]:
    value = sqrt(each.entries) * _CERTAINTY[each.risk] * (1 if each.tables else _NO_DATA)
    return -value / sum(each.effort), not each.tables, sum(each.effort), each.name


def _borders(cut: Iterable[CutEdge]) -> dict[tuple[str, str], _Crossing]:
    borders: dict[tuple[str, str], _Crossing] = defaultdict(_Crossing)
    for each in cut:
        edge = each.edge
        if SHARED in (each.origin, each.owner) or edge.confidence == "possible" or _is_past(edge):
            continue
        border = borders[each.origin, each.owner]
        if edge.kind == "spans":
            border.transactions.add(edge.source)
            border.evidence += _shown(edge)
        elif edge.kind in _DATA and in_database(edge.target):
            border.tables.add(table_of(edge.target))
            border.evidence += _shown(edge)
        elif edge.kind == "calls" and edge.target.startswith(("function:", "class:")):
            border.calls.add((each.owner, edge.target))
        elif edge.kind == "inherits":
            border.bases.add(edge.target)
            border.evidence += edge.evidence[:1]
    return borders


def _shown(edge: Edge) -> tuple[Evidence, ...]:
    """The first place of an edge in the application's code."""
    return tuple(each for each in edge.evidence if role_of(each.place.path) not in PAST)[:1]


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
        if owner and not (node.path and role_of(node.path) in _NO_SIZE[node.kind]):
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
    beside: Iterable[str],
    borders: dict[tuple[str, str], _Crossing],
    sizes: Sequence[int],
    entries: Sequence[int],
) -> Candidate:
    """A service at its turn; `beside` are those that are left and share a border with it."""
    others = sorted(beside)
    into = [(other, borders[other, name]) for other in others if (other, name) in borders]
    out = [(other, borders[name, other]) for other in others if (name, other) in borders]
    both = [border for _, border in (*into, *out)]
    calls_in = len(set().union(*(border.calls for _, border in into)))
    calls_out = len(set().union(*(border.calls for _, border in out)))
    bases_in = len(set().union(*(border.bases for _, border in into)))
    bases_out = len(set().union(*(border.bases for _, border in out)))
    tables = len(set().union(*(border.tables for border in both)))
    transactions = len(set().union(*(border.transactions for border in both)))
    return Candidate(
        name,
        sizes[0],
        sizes[1],
        entries[0],
        entries[1],
        calls_in,
        calls_out,
        tables,
        transactions,
        effort(Border(calls_in, calls_out, tables, transactions, bases_in, bases_out)),
        "high" if transactions else "medium" if tables else "low",
        tuple(service for service, _ in out),
        tuple(service for service, _ in into),
        tuple(sorted({place for border in both for place in border.evidence}))[:_SHOWN],
        bases_in,
        bases_out,
    )
