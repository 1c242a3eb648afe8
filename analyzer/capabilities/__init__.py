"""Capabilities of a scalable system, one a file: what in the code stands against each, with its place."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.evidence import Evidence, lines
from ..model.findings import Weakness


def weakness(
    capability: str, id: str, title: str, evidence: Iterable[Evidence], why: str, help: str
) -> Weakness:
    """A weakness of a capability, its places in order and without repetition."""
    places = lines(evidence)
    return Weakness(
        id=id, title=title, severity="warning", evidence=places, why=why, help=help, capability=capability
    )
