"""Elasticity: follows the load up and down by itself.

What counts
    Values that functions change while it runs and that live in one process alone (sessions, counters,
    caches that are emptied; not registries that are filled while modules are imported, nor what is made
    at its first use, or remembered by its key, and stays: each process comes to the same),
    threads and schedulers that the application starts itself, and settings that decide something while a
    module is imported.

Why it matters
    A second process has its own copy: users are signed out, counters differ, nightly jobs run twice.

How to fix it
    Keep such values in a store that all processes share; run schedules in a process of their own;
    look at a switch where it counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..graph.apart import apart
from ..graph.by_hand import by_hand
from ..graph.interfaces import name_of
from ..graph.practices import practices
from ..graph.roles import ASIDE, PAST, role_of
from ..graph.starting import runs_once
from ..model.evidence import Evidence, Place
from ..model.findings import Weakness
from ..model.graph import Edge, Graph
from . import weakness

_STARTS = (
    "function:threading.Thread",
    "class:threading.Thread",
    "function:apscheduler.",
    "function:sched.scheduler",
)
_FIXED = frozenset({"DEBUG", "INSTALLED_APPS", "TESTING", "BASE_DIR"})
"""Settings that differ between installations, and are never switched while one runs."""
_OWN = re.compile(r"(?i)(?:\A|[._])(?:pool|engine|session|client|conn|connection|lock)\Z|warned|logged_once")
"""Names of what each process has for itself: its ways to the outside, and what it has said once."""
_SHARED_SCOPES = frozenset({"thread", "context"})


class Elasticity:
    """State of one process, and what runs in it beside requests."""

    name = "elasticity"

    def find(self, graph: Graph) -> Iterable[Weakness]:
        """One weakness for each variable, and for each function that starts something."""
        beside, away = by_hand(graph), apart(graph)
        for node in graph.nodes("state"):
            if (
                dict(node.attributes).get("scope") in _SHARED_SCOPES
                or not node.path
                or node.name.endswith("()")
                or _OWN.search(node.name)
                or node.path in away
            ):
                continue
            places = [
                p
                for e in graph.into(node.id, "writes")
                if e.confidence != "possible" and graph.index_of(e.source) not in beside
                if "once" not in e.how
                if not runs_once(graph, e.source)
                for p in _code(e.evidence)
            ]
            if places and role_of(node.path) not in PAST:
                yield weakness(
                    self.name,
                    "process-state",
                    f"{node.name} lives in one process and is changed there",
                    [Evidence(Place(node.path, node.line)), *places],
                    "a second process has its own copy",
                    "keep it in a store that all processes share",
                )
        yield from self._switches(graph)
        for edge in graph.edges_to("calls", lambda id: id.startswith(_STARTS)):
            what = name_of(edge.target).removesuffix(".start")
            # Triggers, jobs and stores of a scheduler run nothing by themselves.
            if what.startswith("apscheduler.") and not what.endswith("Scheduler"):
                continue
            if _code(edge.evidence) and not _is_own_base(edge):
                yield weakness(
                    self.name,
                    "own-thread",
                    f"{name_of(edge.source)} starts {what}, one for each process",
                    _code(edge.evidence),
                    "each process of the application starts its own",
                    "run it in a process of its own",
                )

    def _switches(self, graph: Graph) -> Iterator[Weakness]:
        """One for each setting that a module looks at while it is imported."""
        found: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for each in practices(graph, "import-switch"):
            if each.what not in _FIXED:
                found[each.id, each.what].append(Evidence(each.place))
        for (id, what), places in sorted(found.items()):
            yield weakness(
                self.name,
                "switch-at-import",
                f"{name_of(id)} looks at {what} when it is imported",
                places,
                "a change reaches no process that runs, and processes that started apart differ",
                "look at it where it counts",
            )


def _is_own_base(edge: Edge) -> bool:
    """Whether a class of threads makes its own base: it starts nothing yet."""
    return edge.source.endswith(".__init__") and edge.target.endswith(".__init__")


def _code(evidence: Iterable[Evidence]) -> list[Evidence]:
    return [each for each in evidence if role_of(each.place.path) not in ASIDE]


capability = Elasticity()
