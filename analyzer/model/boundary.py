"""Boundaries: the services, proposed or agreed, and what crosses between them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from .evidence import Place
from .graph import Edge
from .pins import Pin, Sizes
from .ties import History

ConsumerKind = Literal["service", "internal", "partner", "public"]
Exposure = Literal["internal", "external", "both"]
Level = Literal["error", "warning", "off"]
"""How much a rule counts: errors fail a check, warnings are shown."""
Places = Mapping[tuple[str, str], Place]
"""(key, name) -> where the boundary file names it; (key, "") -> where the key stands."""

SHARED = "shared"
"""The name under which the shared kernel appears where a service's name is expected."""
MONOLITH = "monolith"
"""The consumer that the monolith's own seam is, and the `iss` of its tokens."""
AGREED = "agreed"
"""The name of the proposal that is what the boundary file says already."""


@dataclass(frozen=True, slots=True)
class Service:
    """A named set of modules, tables and entry points.

    `modules`, `functions`, `tables` and `public` hold patterns: a dotted name (which means itself and
    all below it), or a glob. `may_use` names the services that this one may depend on (None: any),
    `may_not_import` packages from outside the project; `callers` says which service may call which
    function (nothing: any may call what is public). `place` is where it was agreed, `places` where each
    name stands.
    """

    name: str
    modules: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    may_use: tuple[str, ...] | None = None
    may_not_import: tuple[str, ...] = ()
    exposure: Exposure = "internal"
    callers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place | None = None
    places: Places = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who else calls: a service, people inside, a partner, the public."""

    name: str
    kind: ConsumerKind = "internal"
    auth: str = ""
    may_call: tuple[str, ...] = ()
    places: Places = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen of the client and the routes that it shows."""

    name: str
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignore:
    """An accepted exception; it carries its reason and, if it ends, its date."""

    rule: str
    source: str
    target: str
    reason: str
    until: datetime.date | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """The shared kernel: library code that every service may import, and tables that all may read."""

    modules: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why each module pattern is shared, where a strategy proposed it."""
    may_not_import: tuple[str, ...] = ()
    places: Places = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boundary:
    """The services of a project, proposed or agreed."""

    services: tuple[Service, ...] = ()
    shared: Shared = Shared()
    consumers: tuple[Consumer, ...] = ()
    screens: tuple[Screen, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    levels: Mapping[str, Level] = field(default_factory=dict)
    """How much rules count, by the id, code or group that the file names (in lower case)."""
    debts: frozenset[str] = frozenset()
    """The fingerprints of violations that were accepted, where rules are asked."""
    notes: tuple[str, ...] = ()
    """What the strategy that proposed it has to say about it; empty for an agreed one."""

    def service(self, name: str) -> Service | None:
        """The service of that name, or None."""
        return next((service for service in self.services if service.name == name), None)


@dataclass(frozen=True, slots=True)
class CutEdge:
    """An edge that crosses from service `origin` into service `owner`.

    `consequence` is what the edge becomes once the services run apart, `remedy` what solves that. `handed`:
    only values lead over the edge (a callback), the module that it starts in imports nothing of `owner`.
    """

    edge: Edge
    origin: str
    owner: str
    consequence: str
    remedy: str
    handed: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """Source, target and kind: what tells an edge from all others, in other graphs too."""
        return self.edge.source, self.edge.target, self.edge.kind


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to cut, with its metrics (by the names of their formulas) and its cut."""

    boundary: Boundary
    strategy: str
    metrics: Mapping[str, float]
    cut: tuple[CutEdge, ...]
    reasons: tuple[str, ...] = ()
    aside: Mapping[str, str] = field(default_factory=dict)
    """Modules that belong to no service (tests, scripts, migrations ...) and why."""
    left_out: str = ""
    """Why it is not worth a place beside the others; "" if it is."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked of a proposal.

    `agreed` is what the boundary file says already, `coupling` how much kinds of ties weigh where it is not
    as usual, `history` what changed together. `seeds` are (service, what it starts from): `table:orders`,
    `module:shop.pay`, `route:GET /orders`. `pins` and `sizes` hold for every proposal but what is agreed.
    """

    granularity: float = 0.5
    strategies: tuple[str, ...] = ()
    agreed: Boundary = Boundary()
    coupling: Mapping[str, float] = field(default_factory=dict)
    history: History = field(default_factory=History)
    seeds: tuple[tuple[str, str], ...] = ()
    pins: tuple[Pin, ...] = ()
    sizes: Sizes = field(default=Sizes())


PHASES = ("pivot", "growth", "optimisation", "integration")
"""The journey of a system: its first services, many of them, fewer costs for each, and others' services."""


class Journey(NamedTuple):
    """The phase that `carveout.toml` says the system is in ("": it does not say), and where."""

    phase: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Loader:
    """A function that finds code by strings: `call("a", "B")` -> `target` with {0}, {1} filled in."""

    call: str
    target: str


@dataclass(frozen=True, slots=True)
class Project:
    """What `carveout.toml` says about reading the project."""

    roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    dialect: str = "auto"
    loaders: tuple[Loader, ...] = ()
    coupling: Mapping[str, float] = field(default_factory=dict, repr=False)
    """How much kinds of ties weigh (see `model/ties.py`); no matter of reading, so the cache stays."""
    pins: tuple[Pin, ...] = field(default=(), repr=False)
    """What proposals must keep to; no matter of reading either, as `sizes` and `journey`."""
    sizes: Sizes = field(default=Sizes(), repr=False)
    journey: Journey = field(default=Journey(), repr=False)
    values: Mapping[str, str] = field(default_factory=dict)
    """Texts that only a run tells, by the dotted name of the variable or `settings.NAME`."""
    conditions: Mapping[str, bool] = field(default_factory=dict)
    """Whether conditions hold under which routes are added, by their text."""
