"""The dependency graph: typed nodes and edges, every edge with its evidence, held in columns.

A node's id is `kind:name`. Nodes and edges live in arrays, not in objects (60,000 nodes and 400,000
edges take a tenth of what an object graph takes); `Node` and `Edge` are made when asked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .evidence import CONFIDENCES, VIAS, BlindSpot, Confidence, Diagnostic, Evidence, Place, Seen
from .needs import Needs

NODE_KINDS = (
    "module", "script", "class", "function", "table", "column", "view", "sequence", "routine", "trigger",
    "route", "task", "job", "command", "topic", "signal", "cache", "bucket", "host", "template", "static",
    "setting", "state", "model", "transaction", "screen",
)  # fmt: skip
EDGE_KINDS = (
    "contains", "imports", "inherits", "calls", "reads", "writes", "joins", "references", "handles",
    "renders", "links", "enqueues", "publishes", "subscribes", "requests", "configures", "maps", "spans",
    "shows", "patches",
)  # fmt: skip
EDGE_KIND_INDEX = {kind: index for index, kind in enumerate(EDGE_KINDS)}
_CALLS, _POSSIBLE = EDGE_KIND_INDEX["calls"], CONFIDENCES.index("possible")
_CERTAIN = CONFIDENCES.index("certain")
_SEEN_SETS: tuple[tuple[Seen, ...], ...] = ((), ("static",), ("observed",), ("static", "observed"))


class Node(NamedTuple):
    """A node. `path` is None for what lies outside the project (libraries, undeclared tables).

    `attributes` are further facts as sorted pairs, e.g. ("type", "varchar(20)") of a column.
    """

    id: str
    path: str | None = None
    line: int = 0
    end_line: int = 0
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        return self.id.partition(":")[0]

    @property
    def name(self) -> str:
        return self.id.partition(":")[2]


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """An edge `source -> target`; one per (source, target, kind), all its places as evidence.

    `order` is the first position within its function, `count` how often it stands in the source,
    `columns` the columns concerned. `how` tells what `reads` and `writes` of tables do: insert, update,
    delete, upsert, truncate; lock (rows are locked as they are read); loop (in a loop, once for each turn).
    """

    source: str
    target: str
    kind: str
    confidence: Confidence = "certain"
    evidence: tuple[Evidence, ...] = ()
    order: int = 0
    count: int = 1
    columns: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ("static",)
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was understood. Calls and statements count code outside tests only."""

    files: int = 0
    read: int = 0
    lines: int = 0
    test_files: int = 0
    calls: int = 0
    calls_resolved: int = 0
    statements: int = 0
    statements_parsed: int = 0


@dataclass(slots=True, eq=False)
class Columns:
    """The raw arrays of a graph. Edges are sorted by (source, kind, target); row n is one edge."""

    ids: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    node_path: array[int] = field(default_factory=lambda: array("i"))
    node_line: array[int] = field(default_factory=lambda: array("i"))
    node_end: array[int] = field(default_factory=lambda: array("i"))
    attributes: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    needs: dict[int, str] = field(default_factory=dict)
    """What functions need and give, as JSON (see `needs.py`)."""
    source: array[int] = field(default_factory=lambda: array("i"))
    target: array[int] = field(default_factory=lambda: array("i"))
    kind: array[int] = field(default_factory=lambda: array("b"))
    confidence: array[int] = field(default_factory=lambda: array("b"))
    seen: array[int] = field(default_factory=lambda: array("b"))
    order: array[int] = field(default_factory=lambda: array("i"))
    count: array[int] = field(default_factory=lambda: array("i"))
    columns: dict[int, tuple[str, ...]] = field(default_factory=dict)
    how: dict[int, tuple[str, ...]] = field(default_factory=dict)
    evidence_end: array[int] = field(default_factory=lambda: array("i"))
    at_path: array[int] = field(default_factory=lambda: array("i"))
    at_line: array[int] = field(default_factory=lambda: array("i"))
    at_column: array[int] = field(default_factory=lambda: array("i"))
    at_via: array[int] = field(default_factory=lambda: array("b"))

    def places(self, row: int) -> range:
        """Where the places of a row's edge stand in the arrays `at_*`, the first one first."""
        return range(self.evidence_end[row - 1] if row else 0, self.evidence_end[row])


class Graph:
    """An immutable dependency graph. Iteration order is sorted and the same on every run."""

    def __init__(
        self,
        columns: Columns,
        blind_spots: tuple[BlindSpot, ...] = (),
        diagnostics: tuple[Diagnostic, ...] = (),
        coverage: Coverage = Coverage(),
    ) -> None:
        self.columns = columns
        self.blind_spots = blind_spots
        self.diagnostics = diagnostics
        self.coverage = coverage
        self._incoming: dict[int, list[int]] | None = None

    def __contains__(self, id: str) -> bool:
        return self.index_of(id) is not None

    def __len__(self) -> int:
        return len(self.columns.ids)

    @property
    def edge_count(self) -> int:
        return len(self.columns.source)

    def index_of(self, id: str) -> int | None:
        """Where a node stands in the columns, or None."""
        ids = self.columns.ids
        index = bisect_left(ids, id)
        return index if index < len(ids) and ids[index] == id else None

    def _node(self, index: int) -> Node:
        c = self.columns
        path = c.node_path[index]
        return Node(
            c.ids[index],
            None if path < 0 else c.paths[path],
            c.node_line[index],
            c.node_end[index],
            c.attributes.get(index, ()),
        )

    def edge(self, row: int) -> Edge:
        """The edge of a row (position as in `pairs()` without kinds)."""
        c = self.columns
        evidence = tuple(
            Evidence(Place(c.paths[c.at_path[i]], c.at_line[i], c.at_column[i]), VIAS[c.at_via[i]])
            for i in c.places(row)
        )
        return Edge(
            c.ids[c.source[row]],
            c.ids[c.target[row]],
            EDGE_KINDS[c.kind[row]],
            CONFIDENCES[c.confidence[row]],
            evidence,
            c.order[row],
            c.count[row],
            c.columns.get(row, ()),
            _SEEN_SETS[c.seen[row]],
            c.how.get(row, ()),
        )

    def node(self, id: str) -> Node | None:
        """The node of that id, or None."""
        index = self.index_of(id)
        return None if index is None else self._node(index)

    def needs(self, id: str) -> Needs:
        """What a function needs of its parameters, raises and catches; nothing where nothing is known."""
        index = self.index_of(id)
        return Needs.of(self.columns.needs.get(index, "") if index is not None else "")

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """All nodes, or those of the given kinds, sorted by id."""
        ids = self.columns.ids
        if not kinds:
            yield from map(self._node, range(len(ids)))
            return
        for kind in sorted(kinds):
            start = bisect_left(ids, kind + ":")
            for index in range(start, len(ids)):
                if not ids[index].startswith(kind + ":"):
                    break
                yield self._node(index)

    def edges(self, *kinds: str) -> Iterator[Edge]:
        """All edges, or those of the given kinds, sorted by source, kind, target."""
        wanted = {EDGE_KIND_INDEX[kind] for kind in kinds} or set(range(len(EDGE_KINDS)))
        column = self.columns.kind
        return (self.edge(row) for row in range(len(column)) if column[row] in wanted)

    def edges_to(self, kind: str, wanted: Callable[[str], object]) -> Iterator[Edge]:
        """The edges of a kind to nodes whose id is wanted, without the cost of all others."""
        c, number = self.columns, EDGE_KIND_INDEX[kind]
        known: dict[int, bool] = {}
        for row, target in enumerate(c.target):
            if c.kind[row] != number:
                continue
            if target not in known:
                known[target] = bool(wanted(c.ids[target]))
            if known[target]:
                yield self.edge(row)

    def pairs(self, *kinds: str, possible: bool = True) -> Iterator[tuple[str, str, str, int]]:
        """(source, target, kind, count) of the edges, without the cost of their evidence.

        Without `possible`, those are left out that may never hold (`is_possible`).
        """
        c = self.columns
        wanted = {EDGE_KIND_INDEX[kind] for kind in kinds} or set(range(len(EDGE_KINDS)))
        for row, kind in enumerate(c.kind):
            if kind in wanted and (possible or not self.is_possible(row)):
                yield c.ids[c.source[row]], c.ids[c.target[row]], EDGE_KINDS[kind], c.count[row]

    def is_mere_possibility(self, row: int) -> bool:
        """Whether the edge of a row is a call that may never happen: shown, but counted against nobody."""
        c = self.columns
        return c.confidence[row] == _POSSIBLE and c.kind[row] == _CALLS

    def is_possible(self, row: int) -> bool:
        """Whether the edge of a row, of any kind, may never hold: where many values meet, one of them."""
        return self.columns.confidence[row] == _POSSIBLE

    def first_path(self, row: int) -> int:
        """The number of the path of the first place of a row's edge; -1 where it has none."""
        places = self.columns.places(row)
        return self.columns.at_path[places[0]] if places else -1

    def is_certain(self, row: int) -> bool:
        """Whether the names alone say the edge of a row."""
        return self.columns.confidence[row] == _CERTAIN

    def edges_where(self, keep: Iterable[int]) -> Iterator[Edge]:
        """The edges of the given rows (positions as in `pairs()` without kinds)."""
        return map(self.edge, keep)

    def out(self, id: str, *kinds: str) -> Iterator[Edge]:
        """The edges that leave a node."""
        index = self.index_of(id)
        if index is None:
            return
        source, row = self.columns.source, bisect_left(self.columns.source, index)
        while row < len(source) and source[row] == index:
            if not kinds or EDGE_KINDS[self.columns.kind[row]] in kinds:
                yield self.edge(row)
            row += 1

    def into(self, id: str, *kinds: str) -> Iterator[Edge]:
        """The edges that arrive at a node."""
        if self._incoming is None:
            self._incoming = {}
            for row, target in enumerate(self.columns.target):
                self._incoming.setdefault(target, []).append(row)
        index = self.index_of(id)
        if index is None:
            return
        for row in self._incoming.get(index, ()):
            if not kinds or EDGE_KINDS[self.columns.kind[row]] in kinds:
                yield self.edge(row)
