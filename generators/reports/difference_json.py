"""A difference as JSON, schema `carveout/diff/1`."""

from __future__ import annotations

from json import dumps
from typing import Any

from ...analyzer.model.boundary import CutEdge
from ...analyzer.model.difference import Difference

SCHEMA = "carveout/diff/1"


class DifferenceJson:
    """Pairs with their new and gone edges, names of nodes and numbers of edges by kind."""

    name = "json"
    accepts = Difference

    def render(self, result: Difference) -> bytes:
        """ASCII bytes."""
        document = {
            "schema": SCHEMA,
            "project": result.project,
            "base": result.base,
            "head": result.head,
            "groups": result.groups,
            "pairs": [
                {
                    "from": pair.origin,
                    "to": pair.owner,
                    "before": pair.before,
                    "after": pair.after,
                    "added": [_edge(edge) for edge in pair.added],
                    "removed": [_edge(edge) for edge in pair.removed],
                }
                for pair in result.pairs
            ],
            "nodes": {kind: {"added": added, "removed": removed} for kind, added, removed in result.nodes},
            "edges": {kind: {"added": a, "removed": r} for kind, (a, r) in result.edges.items()},
            "blind_spots": {"before": result.blind_spots[0], "after": result.blind_spots[1]},
        }
        return f"{dumps(document, indent=1)}\n".encode("ascii")


def _edge(edge: CutEdge) -> dict[str, Any]:
    return {
        "kind": edge.edge.kind,
        "source": edge.edge.source,
        "target": edge.edge.target,
        "confidence": edge.edge.confidence,
        "consequence": edge.consequence,
        "evidence": [{"path": e.place.path, "line": e.place.line, "via": e.via} for e in edge.edge.evidence],
    }


report = DifferenceJson()
