"""What detectors ask of a graph: who touches which tables, also through calls, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ..model.boundary import SHARED, Boundary
from ..model.evidence import CONFIDENCES
from ..model.graph import EDGE_KIND_INDEX, Edge, Graph
from .access import in_database
from .by_hand import by_hand
from .cut import Membership
from .roles import PAST, role_of

_POSSIBLE = CONFIDENCES.index("possible")
_CALLS, _WRITES = EDGE_KIND_INDEX["calls"], EDGE_KIND_INDEX["writes"]
_TOUCHES = {EDGE_KIND_INDEX[kind] for kind in ("reads", "writes")}
_MOST = 150
"""Functions that are looked at behind one."""


class Behind(NamedTuple):
    """The tables that a function and what it calls read and write."""

    reads: frozenset[str]
    writes: frozenset[str]


class Survey:
    """A graph under a boundary. Merely possible edges, tests, scripts and migrations do not count."""

    def __init__(self, graph: Graph, boundary: Boundary) -> None:
        self.graph, self.boundary = graph, boundary
        self._columns = graph.columns
        self._membership = Membership(graph, boundary)
        self._behind: dict[int, Behind] = {}
        self._made: dict[int, Edge] = {}

    @cached_property
    def _rows(self) -> dict[int, list[int]]:
        """The edges of each node that surely or likely are, by their row."""
        c = self._columns
        found: dict[int, list[int]] = {}
        for row, source in enumerate(c.source):
            if c.confidence[row] != _POSSIBLE:
                found.setdefault(source, []).append(row)
        return found

    @cached_property
    def functions(self) -> tuple[int, ...]:
        """The functions of the application itself, by their index; not those that only people start."""
        c = self._columns
        ours = [role_of(path) not in PAST for path in c.paths]
        beside = by_hand(self.graph)
        return tuple(
            index
            for index, id in enumerate(c.ids)
            if id.startswith("function:")
            and c.node_path[index] >= 0
            and ours[c.node_path[index]]
            and index not in beside
        )

    def id(self, index: int) -> str:
        """The id of a node."""
        return self._columns.ids[index]

    def edges(self, index: int, *kinds: str) -> Iterator[Edge]:
        """The edges of these kinds that leave a node."""
        wanted = {EDGE_KIND_INDEX[kind] for kind in kinds}
        for row in self._rows.get(index, ()):
            if self._columns.kind[row] in wanted:
                if row not in self._made:  # detectors ask for the same edges again and again
                    self._made[row] = self.graph.edge(row)
                yield self._made[row]

    def calls(self, index: int) -> Iterator[Edge]:
        """The calls that stand in a function itself; what a router has called before it stands elsewhere."""
        node = self.graph.node(self.id(index))
        for edge in self.edges(index, "calls"):
            place = edge.evidence[0].place if edge.evidence else None
            if place is None or node is None or node.path is None or place.path == node.path:
                yield edge

    def targets(self, index: int, kind: str, start: str = "") -> list[str]:
        """The ids of what a node has edges of a kind to, where they begin so."""
        c, wanted = self._columns, EDGE_KIND_INDEX[kind]
        found = [c.ids[c.target[row]] for row in self._rows.get(index, ()) if c.kind[row] == wanted]
        return [id for id in found if id.startswith(start)]

    def index(self, id: str) -> int:
        """The index of a node that is there."""
        found = self.graph.index_of(id)
        assert found is not None
        return found

    def behind(self, index: int) -> Behind:
        """What a function does to tables, itself and through what it calls."""
        known = self._behind.get(index)
        if known is not None:
            return known
        c, reads, writes = self._columns, set[str](), set[str]()
        seen, waiting = {index}, [index]
        while waiting:
            for row in self._rows.get(waiting.pop(), ()):
                kind, target = c.kind[row], c.target[row]
                if kind in _TOUCHES and in_database(c.ids[target]):
                    (writes if kind == _WRITES else reads).add(c.ids[target])
                elif kind == _CALLS and self._is_own(target) and target not in seen and len(seen) < _MOST:
                    seen.add(target)
                    waiting.append(target)
        found = self._behind[index] = Behind(frozenset(reads), frozenset(writes))
        return found

    def is_own(self, id: str) -> bool:
        """Whether a node is a function of the project."""
        found = self.graph.index_of(id)
        return found is not None and self._is_own(found)

    def _is_own(self, index: int) -> bool:
        return self._columns.node_path[index] >= 0 and self._columns.ids[index].startswith("function:")

    def owner(self, id: str) -> str | None:
        """The service of a node; None for none, and for the shared kernel."""
        found = self._membership.of(id)
        return None if found == SHARED else found


def survey(graph: Graph, boundary: Boundary) -> Survey:
    """The survey of a graph under a boundary, made once for all detectors that ask in a row."""
    last = _last[0] if _last else None
    if last is None or last.graph is not graph or last.boundary is not boundary:
        last = Survey(graph, boundary)
        _last[:] = [last]
    return last


_last: list[Survey] = []
"""The last one: a survey holds its graph, so that no more than one is kept."""
