"""What each entry point costs before and after the services run apart."""

from __future__ import annotations

from ..graph.cut import Membership
from ..graph.reach import traced
from ..model.assessment import Walk
from ..model.boundary import SHARED, Boundary
from ..model.graph import Graph

_TOUCHES = frozenset({"reads", "writes", "joins"})


def walks(graph: Graph, boundary: Boundary) -> tuple[Walk, ...]:
    """The entry points that would cross a network, those with the most calls first."""
    membership = Membership(graph, boundary)
    found = []
    for each in traced(graph):
        calls, services, written = set[tuple[str, str]](), set[str](), set[str]()
        for step in each.steps:
            origin, owner = membership.of(step.caller), membership.of(step.id)
            if owner is None or owner == SHARED:
                continue
            services.add(owner)
            if origin not in (None, SHARED, owner) and step.kind in ("calls", *_TOUCHES):
                calls.add((step.caller, step.id))
            if step.kind == "writes":
                written.add(owner)
        if calls:
            found.append(Walk(each.entry, len(calls), tuple(sorted(services)), tuple(sorted(written))))
    return tuple(sorted(found, key=lambda walk: (-walk.calls, walk.entry)))
