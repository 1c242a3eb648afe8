"""What the verbs give to reports: one record a verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .assessment import AssessmentResult
from .boundary import Boundary, CutEdge, Ignore, Proposal
from .difference import Difference
from .findings import Debt, Violation
from .functionality import Functionality
from .graph import Graph
from .tables import TableView, TableViews
from .ties import Bond


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """A graph and the name of the project that it was read from (its folder's name)."""

    project: str
    graph: Graph


@dataclass(frozen=True, slots=True)
class ProposalsResult:
    """Proposals side by side, in the order in which they are numbered (from 1).

    `nothing` says why there are none; `agreed` is the number of services that are agreed already.
    """

    project: str
    graph: Graph
    proposals: tuple[Proposal, ...]
    nothing: str = ""
    agreed: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Which promises hold: `violations` new ones first, `ignored` with the entry that covers each.

    `checked` counts the edges that cross the boundary, by kind; `sources` maps paths to the source
    lines that violations point at, (path, line) -> text. With `every` a text report shows all violations,
    else as many as one reads. `stale` is the debt of the baseline that is not there any more; it fails if
    `strict`. `folder` is the project's folder in its repository ("": the top), `code_owners` who owns the
    files that violations begin in. With `since`, `violations` are those that came since that revision,
    and `before` counts the others; `apart`: no commit in common is known, so its tip was taken.
    """

    project: str
    graph: Graph
    boundary: Boundary
    violations: tuple[Violation, ...]
    ignored: tuple[tuple[Violation, Ignore], ...] = ()
    checked: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[tuple[str, int], str] = field(default_factory=dict)
    every: bool = False
    stale: tuple[Debt, ...] = ()
    strict: bool = False
    folder: str = ""
    code_owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    before: int = 0
    apart: bool = False

    @property
    def failed(self) -> bool:
        """Whether a promise is broken that was not accepted as debt, or debt is named that is paid off.

        Warnings never fail.
        """
        broken = any(each.severity == "error" and not each.baseline for each in self.violations)
        return broken or (self.strict and bool(self.stale))


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """The debt that was accepted against what is there now: `violations` are all of today's."""

    project: str
    accepted: tuple[Debt, ...]
    violations: tuple[Violation, ...]
    stale: tuple[Debt, ...]


@dataclass(frozen=True, slots=True)
class FunctionalityResult:
    """What one entry point reaches."""

    project: str
    graph: Graph
    functionality: Functionality


@dataclass(frozen=True, slots=True)
class TablesResult:
    """What the code does with all tables, or with the `only` one that was asked for."""

    project: str
    graph: Graph
    views: TableViews
    only: TableView | None = None


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """All that a review asks of a project, in one record.

    `agreed` is the boundary of `carveout.toml` and `check` what is said of it, None when no services are
    agreed; `nothing` says why there is no proposal. `sources` maps (path, line) to the source line of edges
    that cross. `link` is where a forge shows a line, with `{path}` and `{line}` in it; "" for none.
    `difference` is what came since a base, `service` the one that is asked about. `churn` counts the
    commits that changed a file, `owners` who is asked about it (CODEOWNERS); both by path, empty for unknown.
    `assessment` is that of the agreed boundary, else of the first proposal; None where there is neither.
    `grouping` is the key of the services that stand first, "" for the agreed ones or the first proposal.
    """

    project: str
    graph: Graph
    tables: TableViews
    functionalities: tuple[Functionality, ...]
    proposals: tuple[Proposal, ...] = ()
    nothing: str = ""
    agreed: Boundary | None = None
    check: CheckResult | None = None
    sources: Mapping[tuple[str, int], str] = field(default_factory=dict)
    link: str = ""
    difference: Difference | None = None
    service: str = ""
    churn: Mapping[str, int] = field(default_factory=dict)
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assessment: AssessmentResult | None = None
    grouping: str = ""


@dataclass(frozen=True, slots=True)
class ProposalResult:
    """Proposal `number` in full; with `every` a text report shows each crossing edge, else a few of many."""

    project: str
    graph: Graph
    number: int
    proposal: Proposal
    every: bool = False


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """A boundary before and after a change: `said` tells what was done, `base` what it was done to.

    `gone` are the edges that do not cross any more, `come` those that did not cross before.
    """

    project: str
    graph: Graph
    base: str
    said: tuple[str, ...]
    before: Proposal
    after: Proposal
    gone: tuple[CutEdge, ...]
    come: tuple[CutEdge, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class WhyResult:
    """What ties two things, kind by kind. `history` says why git tells nothing, "" if it does.

    With `every` a text report shows each tie, else a few of each kind.
    """

    project: str
    graph: Graph
    left: str
    right: str
    bonds: tuple[Bond, ...]
    history: str = ""
    every: bool = False
