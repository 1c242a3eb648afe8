"""Generators and iterators: they are worked through while both sides run."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.findings import Hazard
from ..survey import Survey, crossing


class Generator:
    """See the module."""

    id = "generator"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each parameter or result."""
        return crossing(
            survey,
            self.id,
            "accepted, the function stays in this process: its seam never goes remote",
            "return a list, or pages of one",
        )


hazard = Generator()
