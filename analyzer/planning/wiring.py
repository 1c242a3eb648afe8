"""The calls by which the monolith's application factory wires its application."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..graph.roles import role_of
from ..model.evidence import Evidence
from ..model.graph import Edge, Graph, Node
from ..model.plan import Argument, Wiring

_NONE: Mapping[str, bool] = MappingProxyType({})
_FILLS = {"makes", "registers"}
"""What is said of calls that add routes to the application."""


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
    left: tuple[str, ...] = ()
    """Ids of the functions that a service needs not: the factory, and those that only register blueprints."""
    makes: frozenset[str] = frozenset()
    """Functions (dotted) that are given the application and make routes on it; called where asked for."""


def factory(
    graph: Graph, asked: Collection[str] = (), groups: Collection[str] = (), quiet: Mapping[str, bool] = _NONE
) -> Factory:
    """The application factory outside tests that wires most; its calls in the order of the source.

    Functions that make routes themselves are called where they are `asked` for (dotted names), and what only
    registers blueprints never: a service registers its own. What is done with one blueprint (`of`) is done
    where it is among `groups` (dotted names). `quiet` are blueprints without routes that do something for all
    (handlers of errors): registered where they go along (True), else told.
    """
    calls: dict[str, list[tuple[Edge, Node]]] = defaultdict(list)
    touches: dict[str, list[tuple[Edge, Node]]] = defaultdict(list)
    for edge in graph.edges("configures"):
        node = graph.node(edge.target)
        if node is None or not edge.evidence or role_of(edge.evidence[0].place.path) == "test":
            continue
        attributes = dict(node.attributes)
        of = attributes.get("of", "")
        if attributes.get("on") == "register_blueprint":
            if of not in quiet:
                continue
            if not quiet[of]:
                attributes = {"touches": "flask"}
        elif of not in ("", *groups, *quiet):
            continue
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
    filling = {
        node.id: dict(node.attributes) for _, node in wired if _FILLS & {name for name, _ in node.attributes}
    }
    makes = {id: about["makes"] for id, about in filling.items() if "makes" in about}
    left = {id for id in filling if makes.get(id, "") not in asked}
    wired = [(edge, node) for edge, node in wired if node.id not in left]
    return Factory(
        chosen,
        tuple(_wiring(node) for _, node in wired),
        tuple(edge.evidence[0] for edge, _ in wired),
        tuple(ranked[1:]),
        tuple(Touch(_code(node), edge.evidence[0]) for edge, node in touched),
        (chosen, *sorted(f"function:{filling[id].get('makes') or filling[id]['registers']}" for id in left)),
        frozenset(makes.values()),
    )


def _code(node: Node) -> str:
    attributes = dict(node.attributes)
    return attributes.get("code") or f"app.{attributes.get('on', '')}({attributes.get('of', '')})"


def makers_of_routes(graph: Graph) -> frozenset[str]:
    """Functions (ids) that make or register routes of Flask: called by what makes the application alone."""
    said = (dict(node.attributes) for node in graph.nodes("setting"))
    named = {about.get(kind, "") for about in said for kind in _FILLS}
    named |= {dict(node.attributes).get("blueprint", "").rpartition(".")[0] for node in graph.nodes("route")}
    return frozenset(f"function:{name}" for name in named if name and graph.node(f"function:{name}"))


def _wiring(node: Node) -> Wiring:
    attributes = dict(node.attributes)
    module, name, on = (attributes.get(key, "") for key in ("module", "name", "on"))
    if not module or not (name or on):
        module, _, name = node.name.rpartition(".")
    arguments = tuple(Argument(**row) for row in json.loads(attributes.get("arguments", "[]")))
    return Wiring(module, name, on, arguments, alone="of" in attributes)
