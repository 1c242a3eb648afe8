"""Variables in memory that both sides use: each process has its own copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ...model.evidence import Evidence, Place
from ...model.findings import Hazard
from ...model.graph import Edge
from ..survey import Survey, places


class ModuleState:
    """See the module."""

    id = "module-state"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """An error for each variable that is changed on one side and used on the other."""
        ours: dict[str, list[Edge]] = defaultdict(list)
        theirs: dict[str, list[Edge]] = defaultdict(list)
        for edge in survey.graph.edges("reads", "writes"):
            if not edge.target.startswith("state:") or not edge.evidence or edge.confidence == "possible":
                continue
            if not survey.is_test(edge.evidence[0].place.path):
                (ours if survey.owns(edge.source) else theirs)[edge.target].append(edge)
        for id in sorted(ours):
            used = [*ours[id], *theirs.get(id, ())]
            if not any(edge.kind == "writes" for edge in used):
                continue
            shared = id in theirs
            node = survey.graph.node(id)
            yield Hazard(
                id=self.id if shared else "process-memory",
                title=f"{id.partition(':')[2]} is kept in memory and used "
                + ("by the service and by others" if shared else "by the service alone"),
                severity="error" if shared else "note",
                evidence=(
                    *((Evidence(Place(node.path, node.line)),) if node is not None and node.path else ()),
                    *places(evidence.place for edge in used for evidence in edge.evidence),
                )[:6],
                consequence="what one process changes the other does not see"
                if shared
                else "it starts empty in the service, once for each of its processes",
                help="keep it in the database or a cache, or ask its owner"
                if shared
                else "nothing to do where it only saves work",
            )


hazard = ModuleState()
