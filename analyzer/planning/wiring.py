"""The calls by which the monolith's application factory wires its application."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import NamedTuple

from ..graph.roles import role_of
from ..model.evidence import Evidence
from ..model.graph import Edge, Graph, Node
from ..model.plan import Argument, Wiring


class Touch(NamedTuple):
    """Something that the factory does with the application and that cannot be repeated as it stands."""

    code: str
    evidence: Evidence


class Factory(NamedTuple):
    """The function that makes the application (its id, "" when there is none) and what it calls with it.

    `evidence` has one item for each of `wiring`.
    """

    id: str = ""
    wiring: tuple[Wiring, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    others: tuple[str, ...] = ()
    """Ids of further factories, which are not replayed."""
    touches: tuple[Touch, ...] = ()


def factory(graph: Graph) -> Factory:
    """The application factory outside tests that wires most; its calls in the order of the source."""
    calls: dict[str, list[tuple[Edge, Node]]] = defaultdict(list)
    touches: dict[str, list[tuple[Edge, Node]]] = defaultdict(list)
    for edge in graph.edges("configures"):
        node = graph.node(edge.target)
        if node is None or not edge.evidence or role_of(edge.evidence[0].place.path) == "test":
            continue
        attributes = dict(node.attributes)
        if attributes.get("wiring") == "flask":
            calls[edge.source].append((edge, node))
        elif attributes.get("touches") == "flask":
            touches[edge.source].append((edge, node))
    ranked = sorted(
        {*calls, *touches}, key=lambda source: (-len(calls[source]), -len(touches[source]), source)
    )
    if not ranked:
        return Factory()
    chosen = ranked[0]
    wired, touched = (
        sorted(found[chosen], key=lambda pair: (pair[0].order, pair[0].target)) for found in (calls, touches)
    )
    return Factory(
        chosen,
        tuple(_wiring(node) for _, node in wired),
        tuple(edge.evidence[0] for edge, _ in wired),
        tuple(ranked[1:]),
        tuple(Touch(dict(node.attributes).get("code", ""), edge.evidence[0]) for edge, node in touched),
    )


def _wiring(node: Node) -> Wiring:
    attributes = dict(node.attributes)
    module, name, on = (attributes.get(key, "") for key in ("module", "name", "on"))
    if not module or not (name or on):
        module, _, name = node.name.rpartition(".")
    arguments = tuple(Argument(**row) for row in json.loads(attributes.get("arguments", "[]")))
    return Wiring(module, name, on, arguments)
