"""Foreign keys to and from the service that cascade: a cascade stops where the database ends."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.findings import Hazard
from ..survey import Survey, places


class Cascade:
    """See the module."""

    id = "cascade"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each foreign key that cascades across."""
        for edge in survey.graph.edges("references"):
            source, target = (id.partition(":")[2] for id in (edge.source, edge.target))
            if survey.owns(edge.source) == survey.owns(edge.target) or not edge.source.startswith("table:"):
                continue
            columns = (survey.graph.node(f"column:{source}.{column}") for column in edge.columns)
            ways = {dict(node.attributes).get("on_delete", "") for node in columns if node is not None}
            if any("CASCADE" in way.upper() for way in ways):
                yield Hazard(
                    id=self.id,
                    title=f"rows of {source} go when those of {target} that they refer to are deleted",
                    severity="warning",
                    evidence=places(place for place, _ in edge.evidence),
                    consequence="with the data apart nobody deletes them",
                    help="an event when the row is deleted, and a subscriber that deletes what hangs on it",
                )


hazard = Cascade()
