"""Patterns: where one would help, one detector a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..graph.interfaces import name_of
from ..model.evidence import lines
from ..model.findings import Care, Recommendation

if TYPE_CHECKING:
    from ..model.evidence import Confidence, Evidence
    from ..model.protocols import Detector

SHOWN = 6
"""Places that a recommendation tells at most."""


def recommend(
    detector: Detector,
    subject: str,
    title: str,
    evidence: Iterable[Evidence],
    confidence: Confidence = "likely",
    cares: Iterable[Care] = (),
) -> Recommendation:
    """A recommendation of a detector about one node, its places without repetition and in order."""
    return Recommendation(
        id=detector.name.replace("_", "-"),
        pattern=detector.name,
        title=title,
        severity="note",
        evidence=lines(evidence)[:SHOWN],
        subject=subject,
        confidence=confidence,
        why=detector.why,
        help=detector.help,
        consequences=detector.consequences,
        effort=detector.effort,
        scaffold=detector.scaffold,
        cares=tuple(cares),
    )


def listed(ids: Iterable[str], most: int = 3) -> str:
    """`orders, payments and 2 more` for ids of nodes."""
    names: Sequence[str] = sorted({name_of(id) for id in ids})
    more = len(names) - most
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"
