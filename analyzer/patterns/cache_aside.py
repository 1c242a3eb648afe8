"""Cache-aside: who reads looks into the cache first and fills it; who changes what it holds drops it.

When it applies
    The same rows are kept under two keys, and whoever changes them drops only one: what is kept under the
    other stays wrong until it ends by itself.

Evidence
    Where the other key is filled, and where its sibling is dropped. A key that nobody ever drops is left
    alone where none of its kin is dropped either: it may be meant to end by its time.

Consequences
    Within one application both keys can be dropped at one place. Once the services run apart, the one that
    changes the rows does not know the other's keys.

How to do it
    Give each kind of row one key and one function that fills it; drop it where the rows change. Between
    services, publish an event of the change, and let each drop its own keys.

Scaffold
    Advice only. `carveout scaffold SERVICE --step events` makes events of calls; see `outbox`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import listed, recommend


class CacheAside:
    """Keys of a cache that stay when their siblings are dropped."""

    name = "cache_aside"
    scaffold: str | None = None
    why = "what changed is still read as it was, for as long as the key lives"
    help = "drop all keys of the rows where they change, or publish the change"
    consequences = "each service drops its own keys when it hears of a change"
    effort = "hours"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each key that is forgotten."""
        asked = survey(graph, boundary)
        fillers, droppers = _uses(asked)
        sources = {key: _rows(asked, edges) for key, edges in fillers.items()}
        for key, filled in sorted(fillers.items()):
            if droppers.get(key):
                continue
            for other, dropped in sorted(droppers.items()):
                changed = {
                    table for edge in dropped for table in asked.behind(asked.index(edge.source)).writes
                }
                common = sources[key] & sources.get(other, frozenset()) & changed
                if other != key and common:
                    title = f"{name_of(key)} holds {listed(common)}; a change drops only {name_of(other)}"
                    places = [place for edge in (*filled, *dropped) for place in edge.evidence]
                    yield recommend(self, filled[0].source, title, places)
                    break


def _uses(asked: Survey) -> tuple[dict[str, list[Edge]], dict[str, list[Edge]]]:
    """Key -> the writes by functions that read it as well (they fill it), and by those that do not."""
    fillers: dict[str, list[Edge]] = defaultdict(list)
    droppers: dict[str, list[Edge]] = defaultdict(list)
    for function in asked.functions:
        read = set(asked.targets(function, "reads", "cache:"))
        for edge in asked.edges(function, "writes"):
            if edge.target.startswith("cache:"):
                (fillers if edge.target in read else droppers)[edge.target].append(edge)
    return fillers, droppers


def _rows(asked: Survey, edges: Iterable[Edge]) -> frozenset[str]:
    """The tables that the functions read which fill a key."""
    return frozenset(table for edge in edges for table in asked.behind(asked.index(edge.source)).reads)


detector = CacheAside()
