"""The graph as JSON, schema `carveout/graph/1`: one node or edge a line, written without detours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from json import dumps

from ...analyzer.model.evidence import CONFIDENCES, SEEN, VIAS
from ...analyzer.model.exported import SCHEMA
from ...analyzer.model.graph import EDGE_KINDS, Graph
from ...analyzer.model.results import AnalysisResult


class GraphJson:
    """All nodes, edges, blind spots and diagnostics of a graph, with its coverage."""

    name = "json"
    accepts = AnalysisResult

    def render(self, result: AnalysisResult) -> bytes:
        """ASCII bytes (other characters as escapes), sorted as the graph is."""
        graph = result.graph
        ids = [dumps(id) for id in graph.columns.ids]
        paths = [dumps(path) for path in graph.columns.paths]
        parts = [
            f'{{"schema": {dumps(SCHEMA)}, "project": {dumps(result.project)},\n"nodes": [',
            ",".join(_nodes(graph, ids, paths)),
            '\n],\n"edges": [',
            ",".join(_edges(graph, ids, paths)),
            '\n],\n"blind_spots": [',
            ",".join(_spots(graph)),
            '\n],\n"diagnostics": [',
            ",".join(_diagnostics(graph)),
            f'\n],\n"coverage": {dumps(asdict(graph.coverage))}}}\n',
        ]
        return "".join(parts).encode("ascii")


def _nodes(graph: Graph, ids: list[str], paths: list[str]) -> Iterator[str]:
    columns = graph.columns
    for index, id in enumerate(columns.ids):
        kind, _, name = id.partition(":")
        path = columns.node_path[index]
        attributes = columns.attributes.get(index)
        yield (
            f'\n{{"id": {ids[index]}, "kind": {dumps(kind)}, "name": {dumps(name)}, '
            f'"path": {"null" if path < 0 else paths[path]}, "line": {columns.node_line[index]}, '
            f'"end_line": {columns.node_end[index]}'
            + (f', "attributes": {dumps(dict(attributes))}' if attributes else "")
            + (f", {columns.needs[index][1:]}" if index in columns.needs else "}")
        )


def _edges(graph: Graph, ids: list[str], paths: list[str]) -> Iterator[str]:
    columns = graph.columns
    seen = [dumps([name for bit, name in enumerate(SEEN) if value >> bit & 1]) for value in range(4)]
    start = 0
    for row, end in enumerate(columns.evidence_end):
        evidence = ", ".join(
            f'{{"path": {paths[columns.at_path[i]]}, "line": {columns.at_line[i]}, '
            f'"column": {columns.at_column[i]}, "via": "{VIAS[columns.at_via[i]]}"}}'
            for i in range(start, end)
        )
        start = end
        yield (
            f'\n{{"source": {ids[columns.source[row]]}, "target": {ids[columns.target[row]]}, '
            f'"kind": "{EDGE_KINDS[columns.kind[row]]}", '
            f'"confidence": "{CONFIDENCES[columns.confidence[row]]}", '
            f'"order": {columns.order[row]}, "count": {columns.count[row]}, '
            f'"columns": {dumps(columns.columns.get(row, ()))}, "seen": {seen[columns.seen[row]]}, '
            + (f'"how": {dumps(columns.how[row])}, ' if row in columns.how else "")
            + f'"evidence": [{evidence}]}}'
        )


def _spots(graph: Graph) -> Iterator[str]:
    for kind, place, text in graph.blind_spots:
        yield "\n" + dumps({"kind": kind, "path": place.path, "line": place.line, "text": text})


def _diagnostics(graph: Graph) -> Iterator[str]:
    for kind, place, message in graph.diagnostics:
        yield "\n" + dumps({"kind": kind, "path": place.path, "line": place.line, "message": message})


report = GraphJson()
