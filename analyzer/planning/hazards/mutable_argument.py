"""Arguments that the callee changes: over the network the caller does not see it."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.findings import Hazard
from ..survey import Survey, crossing


class MutableArgument:
    """See the module."""

    id = "mutable-argument"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each parameter or result."""
        return crossing(
            survey,
            self.id,
            "accepted, the function stays in this process: its seam never goes remote",
            "return what has changed, and let the caller put it in place",
        )


hazard = MutableArgument()
