"""Command query responsibility segregation (CQRS): commands and queries on separate models and stores.

When it applies
    A function or SQL file reads many tables of several services in one go and changes nothing: a report
    or a list that joins what many write.

Evidence
    The places of the reads and joins of the tables.

Consequences
    The report reads a model of its own, shaped for it and fed by events; it no longer locks or slows
    the tables that commands write, and survives that these move apart. It is a moment behind.

How to do it
    Build the read model from the events of the writers (or from a change log of the tables), compare
    both for a while, then switch the report over.

Scaffold
    Advice only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.roles import PAST, role_of
from ..graph.survey import survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import listed, recommend

_TABLES, _SERVICES = 6, 3


class Cqrs:
    """Queries over tables of many services."""

    name = "cqrs"
    scaffold: str | None = None
    why = "it joins what several services write, which they can no longer do once they run apart"
    help = "feed a read model with the events of the writers"
    consequences = "reports leave the transactional tables alone and are a moment behind"
    effort = "1 to 2 weeks for each read model"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function or script."""
        asked = survey(graph, boundary)
        for node in graph.nodes("function", "script"):
            if not node.path or role_of(node.path) in PAST:
                continue
            read: dict[str, Edge] = {}
            for edge in asked.edges(asked.index(node.id), "reads", "joins", "writes"):
                if edge.target.startswith(("table:", "view:")):
                    if edge.kind == "writes":
                        read.clear()
                        break
                    read.setdefault(edge.target, edge)
            owners = {asked.owner(table) for table in read} - {None}
            if len(read) >= _TABLES and len(owners) >= _SERVICES:
                title = (
                    f"{name_of(node.id)} reads {len(read)} tables of {len(owners)} services: {listed(read)}"
                )
                yield recommend(self, node.id, title, (p for e in read.values() for p in e.evidence))


detector = Cqrs()
