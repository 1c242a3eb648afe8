"""Names that tests replace: what is patched here is not patched in the service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ...model.evidence import Place
from ...model.findings import Hazard
from ..survey import Survey, places


class PatchedName:
    """See the module."""

    id = "patched-name"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for all names of the service that are patched."""
        patched: dict[str, set[Place]] = defaultdict(set)
        for edge in survey.graph.edges("patches"):
            if survey.owns(edge.target) and not survey.owns(edge.source):
                patched[edge.target.partition(":")[2]].update(place for place, _ in edge.evidence)
        if patched:
            names = sorted(patched)
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            yield Hazard(
                id=self.id,
                title=f"tests replace names of the service: {', '.join(names[:5])}{more}",
                severity="warning",
                evidence=places(place for found in patched.values() for place in found),
                consequence="with the service in a process of its own these tests test something else",
                help="patch the seam, or move these tests along with the service",
            )


hazard = PatchedName()
