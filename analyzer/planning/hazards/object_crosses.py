"""Objects that do not survive serialisation."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.findings import Hazard
from ..survey import Survey, crossing


class ObjectCrosses:
    """See the module."""

    id = "object-crosses"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each parameter or result."""
        return crossing(
            survey,
            self.id,
            "accepted, the function stays in this process: its seam never goes remote",
            "pass plain values, a dataclass, or declare the type; then only data crosses",
        )


hazard = ObjectCrosses()
