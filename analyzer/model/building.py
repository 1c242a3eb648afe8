"""Collects nodes and edges in any order and makes the one graph that they describe."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from .evidence import CONFIDENCES, SEEN, VIAS, BlindSpot, Confidence, Diagnostic, Evidence
from .graph import EDGE_KIND_INDEX, EDGE_KINDS, Columns, Coverage, Edge, Graph, Node

_NOTHING = Coverage()


_Key = tuple[str, str, str]
"""Source, kind and target: there is one edge of each."""


def _surest_first(told: Iterable[Edge]) -> tuple[Evidence, ...]:
    """The places of one edge: first those that tell it most surely, else by where they stand."""
    ranks: dict[Evidence, int] = {}
    for edge in told:
        rank = CONFIDENCES.index(edge.confidence)
        for item in edge.evidence:
            ranks[item] = min(rank, ranks.get(item, rank))
    return tuple(sorted(ranks, key=lambda item: (ranks[item], item)))


class GraphBuilder:
    """A graph in the making.

    `rank` orders the paths that claim to define one node: the lowest wins, then the first by name (by
    default all are equal). So the order of arrival does not matter. `ordered`: edges are those of a
    graph that was made before, with their places in its order.
    """

    def __init__(self, rank: Callable[[str], int] = lambda path: 0, *, ordered: bool = False) -> None:
        self._rank, self._ordered = rank, ordered
        self._nodes: dict[str, Node] = {}
        self._edges: dict[_Key, Edge] = {}
        self._further: dict[_Key, list[Edge]] = {}
        """What was told again of edges that were known: there are few of these, and many of the others."""
        self._blind_spots: set[BlindSpot] = set()
        self._diagnostics: set[Diagnostic] = set()
        self._needs: dict[str, str] = {}
        self._told: dict[str, list[Node]] = {}
        """All that was told of the nodes that were told of more than once."""

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
        self._told.setdefault(node.id, [known]).append(node)
        placed = [n for n in (known, node) if n.path is not None]
        first = min(placed, key=self._precedence) if placed else known
        attributes: Mapping[str, str] = dict(sorted({*known.attributes, *node.attributes}, reverse=True))
        self._nodes[node.id] = first._replace(attributes=tuple(sorted(attributes.items())))

    def _precedence(self, node: Node) -> tuple[int, str, int, int]:
        path = node.path or ""
        return self._rank(path), path, node.line, node.end_line

    def replace(self, same: Iterable[tuple[str, str, Confidence]]) -> None:
        """Makes one node of two that are the same thing: (old id, id of both, how sure that is)."""
        renamed = {old: (new, trust) for old, new, trust in same}
        if not renamed:
            return
        for old, (new, _) in renamed.items():
            node = self._nodes.pop(old, None)
            for told in self._told.pop(old, [node] if node is not None else []):
                self._add_node(told._replace(id=new))
        for key in [key for key in self._edges if key[0] in renamed or key[2] in renamed]:
            for edge in (self._edges.pop(key), *self._further.pop(key, ())):
                source, one = renamed.get(edge.source, (edge.source, edge.confidence))
                target, other = renamed.get(edge.target, (edge.target, edge.confidence))
                trust = max(one, other, edge.confidence, key=CONFIDENCES.index)
                self._add_edge(replace(edge, source=source, target=target, confidence=trust))

    def told(self, id: str) -> list[Node]:
        """All that was told of a node."""
        return self._told.get(id) or ([self._nodes[id]] if id in self._nodes else [])

    def several(self, kind: str) -> bool:
        """Whether a node of a kind was told of more than once."""
        return any(id.startswith(f"{kind}:") for id in self._told)

    def defines(self, id: str) -> bool:
        """Whether a node of that id was added with its place."""
        return id in self._nodes and self._nodes[id].path is not None

    def nodes(self, kind: str) -> list[Node]:
        """The nodes of a kind so far, sorted."""
        return sorted(node for id, node in self._nodes.items() if id.startswith(f"{kind}:"))

    def ids(self, *kinds: str) -> dict[str, list[str]]:
        """The ids of the nodes of each kind so far, those that only edges name included, sorted."""
        heads = tuple(f"{kind}:" for kind in kinds)
        found = {id for id in self._nodes if id.startswith(heads)}
        for source, _, target in self._edges:
            if target.startswith(heads):
                found.add(target)
            if source.startswith(heads):
                found.add(source)
        ids: dict[str, list[str]] = {kind: [] for kind in kinds}
        for id in sorted(found):
            ids[id.partition(":")[0]].append(id)
        return ids

    def edges(self, *kinds: str) -> Iterator[Edge]:
        """The edges of these kinds so far, sorted by source, kind and target."""
        for key in sorted(key for key in self._edges if key[1] in kinds):
            yield self._merged(key)

    def _add_edge(self, edge: Edge) -> None:
        key = (edge.source, edge.kind, edge.target)
        if key in self._edges:
            self._further.setdefault(key, []).append(edge)
        else:
            self._edges[key] = edge

    def _merged(self, key: _Key) -> Edge:
        """All that was told of one edge."""
        edge = self._edges[key]
        further = self._further.get(key)
        if further is None and len(edge.evidence) < 2 and len(edge.columns) < 2 and len(edge.how) < 2:
            return edge
        told = [edge, *(further or ())]
        return Edge(
            *(edge.source, edge.target, edge.kind),
            CONFIDENCES[min(CONFIDENCES.index(each.confidence) for each in told)],
            edge.evidence if self._ordered and not further else _surest_first(told),
            min(each.order for each in told),
            sum(each.count for each in told),
            tuple(sorted({item for each in told for item in each.columns})),
            tuple(sorted({item for each in told for item in each.seen})),
            tuple(sorted({item for each in told for item in each.how})),
        )

    def part(self, *kinds: str) -> Graph:
        """The graph so far, with the edges of these kinds alone and without blind spots."""
        return Graph(self._columns(kinds), (), (), _NOTHING)

    def build(self, coverage: Coverage = _NOTHING) -> Graph:
        """The graph. End points that nobody described become nodes without a place."""
        columns = self._columns(EDGE_KINDS)
        return Graph(columns, tuple(sorted(self._blind_spots)), tuple(sorted(self._diagnostics)), coverage)

    def _columns(self, kinds: Collection[str]) -> Columns:
        for source, _, target in self._edges:
            for id in (source, target):
                if id not in self._nodes:
                    self._nodes[id] = Node(id)
        columns = Columns(ids=sorted(self._nodes))
        every = (self._edges.values(), *self._further.values())
        places = {item.place.path for edges in every for edge in edges for item in edge.evidence}
        places.update(node.path for node in self._nodes.values() if node.path is not None)
        columns.paths = sorted(places)
        path_index = {path: index for index, path in enumerate(columns.paths)}
        self._fill_nodes(columns, path_index)
        self._fill_edges(columns, path_index, kinds)
        return columns

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

    def _fill_edges(self, columns: Columns, path_index: Mapping[str, int], kinds: Collection[str]) -> None:
        keyed = self._numbered(columns.ids, kinds)
        numbers = sorted(keyed)
        edges = [self._merged(keyed[number]) for number in numbers]
        del keyed
        several, every = len(EDGE_KIND_INDEX), len(columns.ids)
        columns.target.extend([number % every for number in numbers])
        columns.kind.extend([number // every % several for number in numbers])
        columns.source.extend([number // every // several for number in numbers])
        ranks = {confidence: rank for rank, confidence in enumerate(CONFIDENCES)}
        columns.confidence.extend([ranks[edge.confidence] for edge in edges])
        columns.order.extend([edge.order for edge in edges])
        columns.count.extend([edge.count for edge in edges])
        bits = {seen: 1 << index for index, seen in enumerate(SEEN)}
        columns.seen.extend([sum(map(bits.__getitem__, edge.seen)) for edge in edges])
        columns.columns = {row: edge.columns for row, edge in enumerate(edges) if edge.columns}
        columns.how = {row: edge.how for row, edge in enumerate(edges) if edge.how}
        places = [item for edge in edges for item in edge.evidence]
        ways = {way: index for index, way in enumerate(VIAS)}
        columns.at_path.extend([path_index[place.path] for place, _ in places])
        columns.at_line.extend([place.line for place, _ in places])
        columns.at_column.extend([place.column for place, _ in places])
        columns.at_via.extend([ways[way] for _, way in places])
        columns.evidence_end.extend(accumulate(len(edge.evidence) for edge in edges))

    def _numbered(self, ids: Sequence[str], kinds: Collection[str]) -> dict[int, _Key]:
        """The edges of some kinds by source, kind and target, these three as one number."""
        position, several = {id: index for index, id in enumerate(ids)}, len(EDGE_KIND_INDEX)
        return {
            (position[key[0]] * several + EDGE_KIND_INDEX[key[1]]) * len(ids) + position[key[2]]: key
            for key in self._edges
            if key[1] in kinds
        }
