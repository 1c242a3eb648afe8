"""What an assessment says: capabilities, patterns, and the order in which services are carried out."""

from __future__ import annotations

from dataclasses import dataclass

from .boundary import Boundary
from .evidence import Evidence
from .findings import Recommendation, Weakness
from .graph import Graph


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service at its turn in the order of extraction.

    `entries` are its entry points, `all_entries` those of the application. `calls_in` and `calls_out` are
    functions that are called across its border, `shared_tables` tables that are touched across it,
    `transactions` those that write both inside and outside; what services before it already paid for does
    not count. `effort` is a range of days of one person, `evidence` the places that cost most.
    """

    name: str
    modules: int
    tables: int
    entries: int
    all_entries: int
    calls_in: int
    calls_out: int
    shared_tables: int
    transactions: int
    effort: tuple[int, int]
    risk: str
    depends_on: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def crossing(self) -> int:
        """All that has to be solved at its border."""
        return self.calls_in + self.calls_out + self.shared_tables + self.transactions


@dataclass(frozen=True, slots=True)
class Walk:
    """An entry point before and after the services run apart.

    Before there are no network calls, and `transactions` that write are one each; `calls` are network calls
    afterwards (each place once, loops not counted), `services` those that take part.
    """

    entry: str
    calls: int
    services: tuple[str, ...]
    owners_written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssessmentResult:
    """`strategy` says where the boundary comes from: `agreed`, or that of the proposal.

    `order` is the order of extraction, the last one being what stays. `missing` says what was not seen;
    `signals` what the code tells of the phase of the journey, `rules` are (rule of pivoting, what is known).
    """

    project: str
    graph: Graph
    boundary: Boundary
    strategy: str
    order: tuple[Candidate, ...]
    walks: tuple[Walk, ...]
    weaknesses: tuple[Weakness, ...]
    recommendations: tuple[Recommendation, ...]
    missing: tuple[str, ...]
    signals: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
