"""Collects nodes and edges in any order and makes the one graph that they describe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from .evidence import CONFIDENCES, SEEN, VIAS, BlindSpot, Diagnostic, Evidence, Seen
from .graph import EDGE_KIND_INDEX, Columns, Coverage, Edge, Graph, Node

_NOTHING = Coverage()


class _Draft(NamedTuple):
    """An edge that is still being added to."""

    evidence: set[Evidence]
    columns: set[str]
    seen: set[Seen]
    numbers: list[int]  # confidence rank, order, count
    how: set[str]


class GraphBuilder:
    """A graph in the making.

    `rank` orders the paths that claim to define one node: the lowest wins, then the first by name (by
    default all are equal). So the order of arrival does not matter.
    """

    def __init__(self, rank: Callable[[str], int] = lambda path: 0) -> None:
        self._rank = rank
        self._nodes: dict[str, Node] = {}
        self._drafts: dict[tuple[str, str, str], _Draft] = {}
        self._blind_spots: set[BlindSpot] = set()
        self._diagnostics: set[Diagnostic] = set()
        self._needs: dict[str, str] = {}

    def add(self, item: Node | Edge | BlindSpot | Diagnostic) -> None:
        """Add one record. Nodes and edges of the same identity are merged."""
        if isinstance(item, Edge):
            self._add_edge(item)
        elif isinstance(item, Node):
            self._add_node(item)
        elif isinstance(item, BlindSpot):
            self._blind_spots.add(item)
        else:
            self._diagnostics.add(item)

    def add_needs(self, id: str, needs: str) -> None:
        """What a function needs, as `Needs.text` tells it; of several told, the first by its text."""
        self._needs[id] = min(needs, self._needs.get(id, needs))

    def _add_node(self, node: Node) -> None:
        known = self._nodes.get(node.id)
        if known is None:
            self._nodes[node.id] = node
            return
        placed = [n for n in (known, node) if n.path is not None]
        first = min(placed, key=self._precedence) if placed else known
        attributes: Mapping[str, str] = dict(sorted({*known.attributes, *node.attributes}, reverse=True))
        self._nodes[node.id] = first._replace(attributes=tuple(sorted(attributes.items())))

    def _precedence(self, node: Node) -> tuple[int, str, int, int]:
        path = node.path or ""
        return self._rank(path), path, node.line, node.end_line

    def replace(self, renamed: Mapping[str, str]) -> None:
        """Makes one node of two that turned out to be the same thing: old id -> id of both."""
        for old, new in renamed.items():
            node = self._nodes.pop(old, None)
            if node is not None:
                self._add_node(node._replace(id=new))
        for key in [key for key in self._drafts if key[0] in renamed or key[2] in renamed]:
            draft = self._drafts.pop(key)
            source, kind, target = key
            known = self._drafts.setdefault(
                (renamed.get(source, source), kind, renamed.get(target, target)), draft
            )
            if known is not draft:
                known.evidence.update(draft.evidence)
                known.columns.update(draft.columns)
                known.seen.update(draft.seen)
                known.how.update(draft.how)
                low = [min(pair) for pair in zip(known.numbers[:2], draft.numbers[:2], strict=True)]
                known.numbers[:] = [*low, known.numbers[2] + draft.numbers[2]]

    def defines(self, id: str) -> bool:
        """Whether a node of that id was added with its place."""
        return id in self._nodes and self._nodes[id].path is not None

    def nodes(self, kind: str) -> list[Node]:
        """The nodes of a kind so far, sorted."""
        return sorted(node for id, node in self._nodes.items() if id.startswith(f"{kind}:"))

    def ids(self, kind: str) -> list[str]:
        """The ids of the nodes of a kind so far, those that only edges name included, sorted."""
        named = {id for source, _, target in self._drafts for id in (source, target)}
        return sorted(id for id in named | self._nodes.keys() if id.startswith(f"{kind}:"))

    def edges(self, *kinds: str) -> Iterator[Edge]:
        """The edges of these kinds so far, sorted by source, kind and target."""
        for source, kind, target in sorted(key for key in self._drafts if key[1] in kinds):
            draft = self._drafts[source, kind, target]
            rank, order, count = draft.numbers
            evidence, columns = tuple(sorted(draft.evidence)), tuple(sorted(draft.columns))
            how = tuple(sorted(draft.how))
            yield Edge(source, target, kind, CONFIDENCES[rank], evidence, order, count, columns, how=how)

    def _add_edge(self, edge: Edge) -> None:
        key = (edge.source, edge.kind, edge.target)
        rank = CONFIDENCES.index(edge.confidence)
        draft = self._drafts.get(key)
        if draft is None:
            numbers = [rank, edge.order, edge.count]
            self._drafts[key] = _Draft(
                set(edge.evidence), set(edge.columns), set(edge.seen), numbers, set(edge.how)
            )
            return
        draft.evidence.update(edge.evidence)
        draft.columns.update(edge.columns)
        draft.seen.update(edge.seen)
        draft.how.update(edge.how)
        numbers = draft.numbers
        numbers[0], numbers[1] = min(numbers[0], rank), min(numbers[1], edge.order)
        numbers[2] += edge.count

    def build(self, coverage: Coverage = _NOTHING) -> Graph:
        """The graph. End points that nobody described become nodes without a place."""
        for source, _, target in self._drafts:
            for id in (source, target):
                if id not in self._nodes:
                    self._nodes[id] = Node(id)
        columns = Columns(ids=sorted(self._nodes))
        places = {e.place.path for draft in self._drafts.values() for e in draft.evidence}
        places.update(node.path for node in self._nodes.values() if node.path is not None)
        columns.paths = sorted(places)
        path_index = {path: index for index, path in enumerate(columns.paths)}
        self._fill_nodes(columns, path_index)
        self._fill_edges(columns, path_index)
        return Graph(columns, tuple(sorted(self._blind_spots)), tuple(sorted(self._diagnostics)), coverage)

    def _fill_nodes(self, columns: Columns, path_index: Mapping[str, int]) -> None:
        for index, id in enumerate(columns.ids):
            node = self._nodes[id]
            columns.node_path.append(-1 if node.path is None else path_index[node.path])
            columns.node_line.append(node.line)
            columns.node_end.append(node.end_line)
            if node.attributes:
                columns.attributes[index] = node.attributes
            if id in self._needs:
                columns.needs[index] = self._needs[id]

    def _fill_edges(self, columns: Columns, path_index: Mapping[str, int]) -> None:
        position = {id: index for index, id in enumerate(columns.ids)}
        kinds = EDGE_KIND_INDEX
        keyed = sorted((position[s], kinds[k], position[t], (s, k, t)) for s, k, t in self._drafts)
        for row, (source, kind, target, key) in enumerate(keyed):
            draft = self._drafts[key]
            columns.source.append(source)
            columns.target.append(target)
            columns.kind.append(kind)
            columns.confidence.append(draft.numbers[0])
            columns.order.append(draft.numbers[1])
            columns.count.append(draft.numbers[2])
            columns.seen.append(sum(1 << SEEN.index(s) for s in draft.seen))
            if draft.columns:
                columns.columns[row] = tuple(sorted(draft.columns))
            if draft.how:
                columns.how[row] = tuple(sorted(draft.how))
            for place, via in sorted(draft.evidence):
                columns.at_path.append(path_index[place.path])
                columns.at_line.append(place.line)
                columns.at_column.append(place.column)
                columns.at_via.append(VIAS.index(via))
            columns.evidence_end.append(len(columns.at_path))
