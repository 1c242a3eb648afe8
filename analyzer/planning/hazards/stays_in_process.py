"""Functions that cannot be called from elsewhere: properties, functions inside others, special methods."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import Evidence
from ...model.findings import Hazard
from ..survey import Survey, places


class StaysInProcess:
    """See the module."""

    id = "stays-in-process"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each function that gets no seam."""
        for offered in survey.interface.offered:
            if offered.stays:
                yield Hazard(
                    id=self.id,
                    subject=offered.dotted,
                    title=f"{offered.dotted} cannot be called from another process: {offered.stays}",
                    severity="error",
                    evidence=(Evidence(offered.place), *places(offered.callers[:4])),
                    consequence="accepted, it gets no seam: these callers keep code of the service",
                    help="give the service a function that takes and returns plain values, and call that",
                )


hazard = StaysInProcess()
