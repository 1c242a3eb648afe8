"""Findings: what carveout tells a person about the code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from .evidence import Confidence, Evidence

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A statement about the code. `id` names its kind, `evidence` where it was seen (never empty)."""

    id: str
    title: str
    severity: Severity = "error"
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation(Finding):
    """An agreed boundary that does not hold: `source` (a node of service `origin`) -> `target`.

    One violation stands for one relationship, with all its places as evidence. `cost` is what the
    edge becomes once the services run apart, `pattern` what solves that; `owner_place` is where the boundary
    was agreed.
    """

    rule: str
    source: str
    target: str
    origin: str
    owner: str
    cost: str = ""
    pattern: str = ""
    owner_place: str = ""
    baseline: bool = False

    @property
    def fingerprint(self) -> str:
        """32 hex digits over the relationship; neither lines nor paths are part of it."""
        return fingerprint(self.rule, self.origin, self.owner, self.source, self.target)


class Debt(NamedTuple):
    """A violation that was accepted: the relationship alone, so that edits of the code keep it."""

    rule: str
    origin: str
    owner: str
    source: str
    target: str

    @property
    def fingerprint(self) -> str:
        """That of the violation."""
        return fingerprint(*self)


def fingerprint(*relationship: str) -> str:
    """32 hex digits over the words that tell one relationship from all others."""
    text = "\0".join(relationship)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard(Finding):
    """Something that makes carrying a service out unsafe; `consequence` says what would happen.

    `subject` is the function that it is about, by its dotted name ("": the service as a whole).
    """

    consequence: str = ""
    subject: str = ""

    def accepted_by(self, names: Iterable[str]) -> bool:
        """Whether one of these names it: `id` for all of its kind, `id:subject` for this one."""
        return not {self.id, f"{self.id}:{self.subject}"}.isdisjoint(names)


class Care(NamedTuple):
    """Something to see to when a pattern is followed: what kind, what must hold, and where it was seen."""

    kind: str
    said: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation(Finding):
    """A pattern that applies. `scaffold` names what can be generated, None when it is advice only.

    `subject` is the node that it is about (`service:NAME` for a service), `effort` a range in words,
    `consequences` what one gets and pays, `cares` what must be seen to.
    """

    pattern: str
    subject: str = ""
    confidence: Confidence = "likely"
    effort: str = ""
    consequences: str = ""
    scaffold: str | None = None
    cares: tuple[Care, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness(Finding):
    """A finding about a capability: elasticity, resilience, modularity, security."""

    capability: str
    subjects: tuple[str, ...] = field(default=())
