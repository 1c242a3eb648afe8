"""Runs the strategies and puts their proposals side by side, after what is agreed and `packages`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from ..graph.cut import Membership, crossings
from ..model.boundary import AGREED, SHARED, Boundary, Proposal, Wishes
from ..model.errors import UsageError
from ..model.graph import Graph
from ..model.measures import MEASURES
from ..model.protocols import Strategy
from ..model.ties import WEIGHTS
from ..plugins import plugins
from .assemble import compress
from .compare import against, side_by_side
from .constrained import constrained
from .metrics import measure
from .moves import change
from .shared import sorted_parts
from .stability import disturbed, stability
from .survey import Survey, survey
from .together import groups

FIRST = "packages"
_LACKING = 20
"""One group in so many is left out where a proposal is made again, as edges are."""


def strategies() -> tuple[Strategy, ...]:
    """All strategies: what is agreed, then `packages`, with which all others are compared, then by name."""
    found: tuple[Strategy, ...] = plugins("analyzer.proposals", "strategy")
    order = {AGREED: 0, FIRST: 1}
    return tuple(sorted(found, key=lambda strategy: (order.get(strategy.name, 2), strategy.name)))


def propose(graph: Graph, wishes: Wishes = Wishes()) -> tuple[Proposal, ...]:  # noqa: B008 - frozen
    """The proposals in the order in which they are numbered, from 1. None is a valid answer.

    What is agreed stands first, then `packages`; all are compared with that one, wanted or not.
    `why_nothing` tells the reason for an empty answer. Raises UsageError for a strategy that does not
    exist and for a granularity outside 0 to 1.
    """
    chosen = tuple(each if each.name == AGREED else constrained(each, wishes) for each in _chosen(wishes))
    others = tuple(disturbed(graph))
    known = prepare(graph, wishes)
    for number, other in enumerate(others):
        again = survey(other)
        again.weights = known.weights
        again.groups = [group for at, group in enumerate(known.groups) if at % _LACKING != number]
    proposals: list[Proposal] = []
    yardstick: Mapping[str, float] = {}
    for strategy in chosen:
        for place, boundary in enumerate(strategy.propose(graph, wishes)):
            if len(boundary.services) < 2 and strategy.name != AGREED:
                continue
            same = next((i for i, each in enumerate(proposals) if _same(boundary, each.boundary)), None)
            if same is not None:
                made = proposals[same]
                said = f"{strategy.name} comes to the same services"
                proposals[same] = replace(made, reasons=(*made.reasons, said))
            else:
                steady = stability(graph, others, strategy, wishes, boundary, place)
                made = _proposal(graph, strategy.name, boundary, steady)
                if strategy.name != FIRST and yardstick:
                    made = replace(made, reasons=(*made.reasons, against(made.metrics, FIRST, yardstick)))
                if _wanted(strategy.name, wishes):
                    proposals.append(made)
            yardstick = yardstick or (made.metrics if strategy.name == FIRST else {})
    return side_by_side(proposals, (AGREED, FIRST, *wishes.strategies))


def prepare(graph: Graph, wishes: Wishes) -> Survey:
    """The survey of a graph, with the weights that were wished for."""
    known = survey(graph)
    known.weights = {**WEIGHTS, **wishes.coupling}
    known.groups = groups(graph, known, known.weights, wishes.history)
    return known


def why_nothing(graph: Graph) -> str:
    """Why no cut is worth proposing, in one sentence."""
    known = survey(graph)
    start = "nothing here is worth cutting, because"
    if not known.units:
        count = len(known.aside)
        tests = f" but {count} module{'s' * (count != 1)} of tests, scripts or vendored code" if count else ""
        return f"{start} no Python code of an application was found{tests}"
    if len(known.units) == 1:
        (name,) = known.units
        return f"{start} all code is in one module ({name}): split it into modules first"
    domain = sorted_parts(known)[1].domain
    if not domain:
        return (
            f"{start} all {len(known.units)} modules are utilities or configuration, without tables or routes"
        )
    data = "; no tables and no routes were found to tell them apart"
    if known.tables or known.entry_points:
        data = ""
    return f"{start} its {len(known.units)} modules form a single part ({min(domain)}){data}"


def _chosen(wishes: Wishes) -> tuple[Strategy, ...]:
    if not 0 <= wishes.granularity <= 1:
        raise UsageError(
            f"granularity {wishes.granularity:g} is outside 0 to 1",
            help="0 asks for few large services, 1 for many",
        )
    known = strategies()
    names = [strategy.name for strategy in known]
    for name in wishes.strategies:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise UsageError(
                f'there is no strategy "{name}"', help=f"{meant}the strategies are {', '.join(names)}"
            )
    return tuple(strategy for strategy in known if _wanted(strategy.name, wishes) or strategy.name == FIRST)


def _wanted(name: str, wishes: Wishes) -> bool:
    return not wishes.strategies or name in wishes.strategies


def _same(one: Boundary, other: Boundary) -> bool:
    """Whether two boundaries cut alike, whatever the services are called."""

    def parts(boundary: Boundary) -> set[tuple[tuple[str, ...], ...]]:
        return {(service.modules, service.functions, service.tables) for service in boundary.services}

    return parts(one) == parts(other) and one.shared.modules == other.shared.modules


def weigh(graph: Graph, boundary: Boundary, name: str) -> Proposal:
    """A boundary with its cut and its metrics, but for how stable it is: nobody drew it again."""
    membership = Membership(graph, boundary)
    edges = tuple(crossings(graph, membership))
    metrics = measure(graph, boundary, membership, edges)
    return Proposal(boundary, name, metrics, edges, boundary.notes, _aside(survey(graph), membership))


def what_if(graph: Graph, base: Proposal, wish: str) -> tuple[Proposal, tuple[str, ...]]:
    """The proposal after a change in words (see `moves.py`), and what was done. Raises UsageError."""
    changed = change(graph, base.boundary, wish)
    return weigh(graph, replace(changed.boundary, notes=()), base.strategy), changed.said


def _proposal(graph: Graph, name: str, boundary: Boundary, steady: float | None) -> Proposal:
    made = weigh(graph, boundary, name)
    if name != AGREED:
        made = replace(made, boundary=_with_uses(made))
    metrics = {**made.metrics, **({} if steady is None else {"stability": round(steady, 4)})}
    return replace(made, metrics={each.name: metrics[each.name] for each in MEASURES if each.name in metrics})


def _with_uses(proposal: Proposal) -> Boundary:
    """The boundary with all that its services use among what they may use: a proposal forbids nothing."""
    used: defaultdict[str, set[str]] = defaultdict(set)
    for crossing in proposal.cut:
        used[crossing.origin].add(crossing.owner)
    services = tuple(
        replace(each, may_use=tuple(sorted({*(each.may_use or ()), *used[each.name]} - {each.name, SHARED})))
        for each in proposal.boundary.services
    )
    return replace(proposal.boundary, services=services)


def _aside(known: Survey, membership: Membership) -> dict[str, str]:
    """Modules in no service and not shared -> why; whole packages where the reason is the same."""
    sorted_out = sorted_parts(known)[1]
    reasons: dict[str, str] = {}
    for module, reason in known.aside.items():
        owner = membership.of_module(module)
        if owner is None or owner == SHARED:
            reasons[module] = reason
    for module, unit in known.units.items():
        if unit.module == module and membership.of_module(module) is None:
            reasons[module] = sorted_out.aside.get(module) or (
                "holds packages of several services" if unit.package else "nothing ties it to a service"
            )
    for module in known.migrations:
        if membership.of_module(module) is None:
            reasons[module] = "migrations of no service"
    patterns = compress(reasons)
    return {name: reason for reason, names in sorted(patterns.items()) for name in sorted(names)}
