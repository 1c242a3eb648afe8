"""What the monolith asks before each request of routes that move, and the service would not: who asks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from ..graph.roles import role_of
from ..model.evidence import Evidence, Place
from ..model.findings import Hazard
from ..model.graph import Graph
from ..model.plan import Blueprint, Wiring
from .wiring import Factory

_SHOWN = 5
_FOR_ALL = re.compile(r"\.before_app_request\((\w+)\)\Z")


def guards(
    graph: Graph, files: Collection[str], groups: Iterable[Blueprint], factory: Factory
) -> Iterator[Hazard]:
    """One hazard for all hooks that are neither run by importing the service's `files` nor repeated there."""
    own = {f"{group.module}.{group.name}" for group in groups}
    repeated = _reached(graph, (f"function:{call.module}.{call.name}" for call in factory.wiring))
    again = {(each.place.path, each.place.line) for each in factory.evidence}
    wired = _reached(graph, [factory.id]) if factory.id else frozenset()
    groups_of_all = {dict(node.attributes).get("blueprint", "") for node in graph.nodes("route")} - {""}
    left: list[tuple[Place, str]] = []
    for edge in graph.edges("configures"):
        node = graph.node(edge.target)
        if node is None or dict(node.attributes).get("hook") != "flask" or not own:
            continue
        place = edge.evidence[0].place
        unregistered = dict(node.attributes)["on"] in groups_of_all - own
        imported = place.path in files and edge.source.startswith("module:") and not unregistered
        runs = imported or edge.source in repeated or (place.path, place.line) in again
        if runs or role_of(place.path) == "test":
            continue
        said = dict(node.attributes)
        of_all = said["on"] not in groups_of_all or ".before_app_request(" in said["code"]
        reached = not factory.id or edge.source in wired or unregistered
        if said["on"] in own or (of_all and reached):
            left.append((place, dict(node.attributes)["code"]))
    if left:
        left.sort()
        told = "; ".join(f"{code} at {place.path}:{place.line}" for place, code in left[:_SHOWN])
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        yield Hazard(
            id="guard-left-behind",
            title=f"the monolith asks before requests of its routes what the service does not: {told}{more}",
            severity="error",
            evidence=tuple(Evidence(place) for place, _ in left[:20]),
            consequence="where that is who is asking, the service answers anyone",
            help="accept it, and do the same in configure() of the service's settings.py before the service "
            "gets a request",
        )


def hooks_for_all(
    graph: Graph, files: Collection[str], groups: Iterable[Blueprint]
) -> Iterator[tuple[Wiring, Evidence]]:
    """What blueprints of others ask before all requests (`before_app_request`), where it goes along anyway.

    The service does not register these blueprints: what they ask is asked by its application.
    """
    own = {f"{group.module}.{group.name}" for group in groups}
    routed = {dict(node.attributes).get("blueprint", "") for node in graph.nodes("route")} - {""}
    for edge in graph.edges("configures"):
        node = graph.node(edge.target)
        said = dict(node.attributes) if node is not None else {}
        hook = _FOR_ALL.search(said.get("code", "")) if said.get("hook") == "flask" else None
        if hook is None or said["on"] not in routed - own or not edge.source.startswith("module:"):
            continue
        module, path = edge.source.partition(":")[2], edge.evidence[0].place.path
        if path in files and graph.node(f"function:{module}.{hook[1]}") is not None:
            yield Wiring(module, hook[1], "before_request"), edge.evidence[0]


def _reached(graph: Graph, ids: Iterable[str]) -> frozenset[str]:
    """Code and all that it calls, directly or not."""
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting += [edge.target for edge in graph.out(id, "calls") if edge.confidence != "possible"]
    return frozenset(found)
