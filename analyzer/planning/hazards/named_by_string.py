"""Code of the service that settings name by strings: log handlers, middleware, backends."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.findings import Hazard
from ..survey import Survey, places


class NamedByString:
    """See the module."""

    id = "named-by-string"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each setting; settings that the code reads are none."""
        for edge in survey.graph.edges("configures"):
            setting, named = survey.graph.node(edge.source), survey.graph.node(edge.target)
            if setting is None or named is None or not edge.evidence or not survey.owns(edge.target):
                continue
            at = edge.evidence[0].place
            if at.path != named.path and not survey.is_test(at.path):
                yield Hazard(
                    id=self.id,
                    title=f"the setting {setting.name} names {named.name} by a string",
                    severity="warning",
                    evidence=places(place for place, _ in edge.evidence),
                    consequence="the monolith loads it by this name, and must go on finding it there",
                    help="leave the module in place until the last step, then take the string out",
                )


hazard = NamedByString()
