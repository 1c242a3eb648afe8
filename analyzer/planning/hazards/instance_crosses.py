"""Rows of an ORM that cross: they hang on a session, and loading them lazily asks the wrong process."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.findings import Hazard
from ..survey import Survey, crossing


class InstanceCrosses:
    """See the module."""

    id = "instance-crosses"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each parameter or result."""
        return crossing(
            survey,
            self.id,
            "accepted, the function stays in this process: its seam never goes remote",
            "pass or return ids or a dataclass with the fields that callers read",
        )


hazard = InstanceCrosses()
