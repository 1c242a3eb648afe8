"""Parity: evidence that a service and the monolith answer alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One request that was answered differently. `expected` is the monolith's answer."""

    request: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Parity:
    """The outcome of one rung: `subject` is what was compared, `requests` how many were made."""

    subject: str
    rung: str
    requests: int
    differences: tuple[Difference, ...] = ()
