"""What a user asks for by name, checked before anything is read: steps, and services of carveout.toml."""

from __future__ import annotations

from pathlib import Path

from ..model.errors import UsageError
from ..project.config import load_agreed
from .steps import service_of

STEPS = ("seam", "events", "service", "routes")


def require_step(step: str) -> None:
    """Raises UsageError for a step that there is not."""
    if step not in STEPS:
        raise UsageError(f"there is no step {step!r}", help="--step seam, events, service or routes")


def require_agreed(root: Path, service: str) -> None:
    """Raises UsageError for a service that the project has not agreed on, with those that there are."""
    service_of(load_agreed(root), service)
