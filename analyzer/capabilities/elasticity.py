"""Elasticity: follows the load up and down by itself.

What counts
    Values that functions change and that live in one process alone (sessions, registries, counters),
    and threads and schedulers that the application starts itself.

Why it matters
    A second process has its own copy: users are signed out, counters differ, nightly jobs run twice.

How to fix it
    Keep such values in a store that all processes share; run schedules in a process of their own.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..graph.interfaces import name_of
from ..graph.roles import ASIDE, role_of
from ..model.evidence import Evidence
from ..model.findings import Weakness
from ..model.graph import Graph
from . import weakness

_STARTS = (
    "function:threading.Thread",
    "class:threading.Thread",
    "function:apscheduler.",
    "function:sched.scheduler",
)
_SHARED_SCOPES = frozenset({"thread", "context"})


class Elasticity:
    """State of one process, and what runs in it beside requests."""

    name = "elasticity"

    def find(self, graph: Graph) -> Iterable[Weakness]:
        """One weakness for each variable, and for each function that starts something."""
        for node in graph.nodes("state"):
            if (
                dict(node.attributes).get("scope") in _SHARED_SCOPES
                or not node.path
                or node.name.endswith("()")
            ):
                continue
            places = [
                p
                for e in graph.into(node.id, "writes")
                if e.confidence != "possible"
                for p in _code(e.evidence)
            ]
            if places and role_of(node.path) not in ASIDE:
                yield weakness(
                    self.name,
                    "process-state",
                    f"{node.name} lives in one process and is changed there",
                    places,
                    "a second process has its own copy",
                    "keep it in a store that all processes share",
                )
        for edge in graph.edges("calls"):
            if edge.target.startswith(_STARTS) and _code(edge.evidence):
                yield weakness(
                    self.name,
                    "own-thread",
                    f"{name_of(edge.source)} starts {name_of(edge.target)}",
                    _code(edge.evidence),
                    "each process of the application starts its own",
                    "run it in a process of its own",
                )


def _code(evidence: Iterable[Evidence]) -> list[Evidence]:
    return [each for each in evidence if role_of(each.place.path) not in ASIDE]


capability = Elasticity()
