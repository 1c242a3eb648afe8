"""Caches that the service reads and that code which stays clears: in memory, each process has its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ...model.evidence import Evidence
from ...model.findings import Hazard
from ...model.graph import Edge
from ..survey import Survey, places

_SHOWN = 3


class SharedCache:
    """See the module."""

    id = "shared-cache"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """A warning for each cache that functions which cross read, and that others write or clear."""
        crossing = [offered for offered in survey.interface.offered if offered.crosses]
        behind = {node.id: offered for offered in crossing for node in survey.behind(offered, inside=False)}
        read: dict[str, list[Edge]] = defaultdict(list)
        others: dict[str, list[Edge]] = defaultdict(list)
        for edge in survey.graph.edges("reads", "writes"):
            if not edge.target.startswith("cache:") or not edge.evidence or edge.confidence == "possible":
                continue
            if edge.source in behind:
                if edge.kind == "reads":
                    read[edge.target].append(edge)
            elif edge.kind == "writes" and not survey.is_test(edge.evidence[0].place.path):
                others[edge.target].append(edge)
        for id in sorted(read.keys() & others.keys()):
            first = min(behind[edge.source].dotted for edge in read[id])
            yield Hazard(
                id=self.id,
                title=f"the cache {id.partition(':')[2]} is read for {first}, and changed by code that stays",
                severity="warning",
                evidence=(*_places(read[id]), *_places(others[id])),
                consequence="a cache in memory is another one in the service: it goes on answering with "
                "what was kept before the change",
                help="give both one cache server, with the same prefix of keys",
            )


def _places(edges: Iterable[Edge]) -> tuple[Evidence, ...]:
    return places(evidence.place for edge in edges for evidence in edge.evidence)[:_SHOWN]


hazard = SharedCache()
