"""Hazards that the user accepts."""

from __future__ import annotations

from collections.abc import Collection

from ..model.errors import UsageError
from ..model.findings import Hazard


def require_known(hazards: Collection[Hazard], accepted: Collection[str]) -> None:
    """Raises UsageError for the name of a hazard that the step does not have."""
    unknown = sorted(name for name in accepted if not any(each.accepted_by([name]) for each in hazards))
    if unknown:
        errors = sorted({each.id for each in hazards if each.severity == "error"})
        raise UsageError(
            f"there is no hazard {unknown[0]!r} to accept",
            why=f"those that keep this step from being carried out are {', '.join(errors) or '(none)'}",
            help="--accept-hazard ID for all of a kind, or ID:FUNCTION for one function",
        )
