"""Evidence of what linking found."""

from __future__ import annotations

from ..model.evidence import Confidence, Evidence, Place, Via
from ..model.world import Symbol


def at(path: str, line: int, column: int, via: Via = "syntax") -> Evidence:
    """Something stands at a place, and was seen in one way."""
    return Evidence(Place(path, line, column), via)


def via(symbol: Symbol) -> Via:
    """How the meaning of a name was seen."""
    return symbol.via  # type: ignore[return-value]


def trust(symbol: Symbol) -> Confidence:
    """How sure the meaning of a name is."""
    return "certain" if symbol.evident else "likely"
