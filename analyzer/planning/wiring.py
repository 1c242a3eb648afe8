"""The calls by which the monolith's application factory wires its application."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from ..graph.roles import role_of
from ..model.evidence import Evidence
from ..model.graph import Edge, Graph
from ..model.plan import Wiring


class Factory(NamedTuple):
    """The function that makes the application (its id, "" when there is none) and what it calls with it."""

    id: str
    wiring: tuple[Wiring, ...]
    evidence: tuple[Evidence, ...]
    others: tuple[str, ...]
    """Ids of further factories, which are not replayed."""


def factory(graph: Graph) -> Factory:
    """The application factory outside tests that wires most; its calls in the order of the source."""
    calls: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges("configures"):
        node = graph.node(edge.target)
        if node is None or dict(node.attributes).get("wiring") != "flask":
            continue
        if not edge.evidence or role_of(edge.evidence[0].place.path) != "test":
            calls[edge.source].append(edge)
    if not calls:
        return Factory("", (), (), ())
    ranked = sorted(calls, key=lambda source: (-len(calls[source]), source))
    edges = sorted(calls[ranked[0]], key=lambda edge: (edge.order, edge.target))
    return Factory(
        ranked[0],
        tuple(_wiring(graph, edge.target) for edge in edges),
        tuple(evidence for edge in edges for evidence in edge.evidence),
        tuple(ranked[1:]),
    )


def _wiring(graph: Graph, id: str) -> Wiring:
    node = graph.node(id)
    attributes = dict(node.attributes) if node else {}
    module, name = attributes.get("module", ""), attributes.get("name", "")
    if not module or not name:
        module, _, name = id.partition(":")[2].rpartition(".")
    return Wiring(module, name)
