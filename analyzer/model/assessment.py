"""What an assessment says: capabilities, patterns, and the order in which services are carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .boundary import Boundary
from .evidence import Evidence, Place
from .findings import Hazard, Recommendation, Weakness
from .graph import Graph
from .interface import Interface


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service at its turn in the order of extraction.

    `entries` are its entry points, `all_entries` those of the application: routes, tasks, jobs and
    commands. `calls_in` and `calls_out` are functions that are called across its border, `shared_tables`
    tables that are touched across it, `transactions` those that write both inside and outside, `bases_in`
    its classes that others derive from, `bases_out` those of others that it derives from; what services
    before it already paid for does not count. `effort` is a range of days of one person. It `depends_on`
    services that it calls or whose tables it touches, and is `used_by` others likewise; `evidence` are
    places at its border.
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
    used_by: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    bases_in: int = 0
    bases_out: int = 0

    @property
    def crossing(self) -> int:
        """All that has to be solved at its border."""
        calls, bases = self.calls_in + self.calls_out, self.bases_in + self.bases_out
        return calls + bases + self.shared_tables + self.transactions


@dataclass(frozen=True, slots=True)
class Walk:
    """An entry point before and after the services run apart; before, it makes no network call.

    `calls` are network calls afterwards (each place once, loops not counted), `hops` the most of them that
    wait for one another, `services` those that take part and `owners_written` those that are changed.
    `before` are the transactions that change something today, `after` those that it takes then: one for each
    owner of what one of them changes.
    """

    entry: str
    calls: int
    hops: int
    services: tuple[str, ...]
    owners_written: tuple[str, ...]
    before: int
    after: int


class Statement(NamedTuple):
    """Something that a plan says, and where it was seen. `kind` is a short slug."""

    kind: str
    said: str
    evidence: tuple[Evidence, ...] = ()


class Kept(NamedTuple):
    """A rule of pivoting held against one plan: `holds` is yes, no, or unknown."""

    rule: str
    holds: str
    said: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class JourneyState:
    """The phase that is declared ("": not known from code), and where.

    `signals` are what the code shows, by phase; `needs` what the next phase needs, of all phases where none
    is declared.
    """

    phase: str
    place: Place | None
    signals: tuple[Statement, ...]
    needs: tuple[Statement, ...]


class Rung(NamedTuple):
    """A step of the ladder for one service, in days of one person; `command` writes it ("": by hand)."""

    name: str
    said: str
    effort: tuple[int, int]
    command: str = ""


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """What it takes to carry one service out at its turn.

    `effort` is a range of days, `hazards` are those of its interface. `prerequisites` come before
    the first step, `risks` are what may go wrong afterwards, `stays` is what does not go along. `rules` are
    the four rules of pivoting. `refusals` are what `carveout scaffold` refuses of it today, told of the plan
    that is shown alone.
    """

    service: str
    turn: int
    effort: tuple[int, int]
    interface: Interface
    hazards: tuple[Hazard, ...]
    steps: tuple[Rung, ...]
    prerequisites: tuple[Statement, ...]
    risks: tuple[Statement, ...]
    stays: tuple[Statement, ...]
    rules: tuple[Kept, ...]
    refusals: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class AssessmentResult:
    """`strategy` says where the boundary comes from: `agreed`, or that of the proposal.

    `order` is the order of extraction, the last one being what stays; `plans` has one for each but the last.
    `shown` is the service whose plan is asked for ("": the first). `missing` says what was not seen,
    `contradictions` where two sources say different things.
    """

    project: str
    graph: Graph
    boundary: Boundary
    strategy: str
    order: tuple[Candidate, ...]
    plans: tuple[ServicePlan, ...]
    walks: tuple[Walk, ...]
    weaknesses: tuple[Weakness, ...]
    recommendations: tuple[Recommendation, ...]
    missing: tuple[str, ...]
    contradictions: tuple[Statement, ...]
    journey: JourneyState
    shown: str = ""
