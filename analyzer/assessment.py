"""What an assessment asks: capabilities, patterns, and the order of extraction, in one record."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from .indexing.index import Progress
from .model.boundary import AGREED, Boundary, Journey
from .model.errors import CarveoutError, UsageError
from .pipeline import analyze, propose, wishes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .model.assessment import AssessmentResult, JourneyState, ServicePlan, Statement
    from .model.boundary import CutEdge
    from .model.findings import Recommendation, Weakness
    from .model.graph import Graph

_HALF, _SHOWN = 0.5, 3


def assess(
    root: Path,
    project: str = "",
    *,
    workers: int | None = None,
    cache: bool = True,
    progress: Progress | None = None,
    plan: str = "",
    every_plan: bool = False,
) -> AssessmentResult:
    """The assessment of a project under the boundary that is agreed, else the first that is proposed.

    It holds the plan of the service `plan` ("": the one to carve out first), or every plan.
    Raises CarveoutError for mistakes in the project's files, UsageError for a service that is not there.
    """
    graph = analyze(root, workers=workers, cache=cache, progress=progress)
    boundary, strategy = _boundary(root, graph)
    return assessment_of(root, graph, boundary, strategy, project=project, plan=plan, every_plan=every_plan)


def assessment_of(
    root: Path,
    graph: Graph,
    boundary: Boundary,
    strategy: str,
    *,
    project: str = "",
    plan: str = "",
    every_plan: bool = False,
) -> AssessmentResult:
    """As `assess`, of a graph and a boundary that are at hand; `strategy` says where that comes from."""
    from .graph.cut import cut
    from .graph.order import order
    from .model.assessment import AssessmentResult
    from .planning.journey import journey
    from .planning.plans import plans
    from .planning.walks import walks

    crossing = cut(graph, boundary)
    turns = order(graph, boundary, crossing)
    names = [each.name for each in turns]
    if plan:
        _require_planned(plan, names)
    wanted = names if every_plan else [plan] if plan else names[:1]
    weaknesses = _weaknesses(graph)
    recommendations = _recommendations(crossing, graph, boundary)
    planned = plans(graph, boundary, crossing, turns, root, wanted, strategy == AGREED)
    if len(planned) == 1:
        planned = (replace(planned[0], refusals=tuple(_refusals(graph, boundary, planned[0], root))),)
    travelled = journey(_declared(root), graph, boundary, weaknesses, recommendations)
    return AssessmentResult(
        project=project or root.resolve().name,
        graph=graph,
        boundary=boundary,
        strategy=strategy,
        order=turns,
        plans=planned,
        walks=walks(graph, boundary),
        weaknesses=weaknesses,
        recommendations=recommendations,
        missing=_missing(graph),
        contradictions=tuple(_contradictions(graph, travelled)),
        journey=travelled,
        shown=plan,
    )


def _refusals(graph: Graph, boundary: Boundary, of: ServicePlan, root: Path) -> Iterator[Statement]:
    """What `carveout scaffold` would refuse of a service as the code is today, step by step."""
    from .model.assessment import Statement
    from .model.evidence import Evidence
    from .pipeline import plan

    for step in (each.name for each in of.steps if each.command):
        try:
            made = plan(graph, boundary, of.service, root, step=step)
        except CarveoutError as error:
            why = f" ({error.why})" if error.why else ""
            places = (Evidence(error.place),) if error.place else ()
            yield Statement("scaffold", f"--step {step}: {error.what}{why}", places)
            continue
        refused = [hazard for each in made.steps for hazard in each.refused]
        if refused:
            ids = sorted({hazard.id for hazard in refused})
            said = f"--step {step}: {len(refused)} to be remedied or accepted: {', '.join(ids)}"
            yield Statement("scaffold", said, refused[0].evidence[:_SHOWN])


def _require_planned(name: str, names: Sequence[str]) -> None:
    if name not in names:
        near = get_close_matches(name, names, n=1)
        known = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
        raise UsageError(
            f'there is no service "{name}"',
            help=f"did you mean {near[0]}?"
            if near
            else f"the services are {known}"
            if known
            else "no services are known: carveout propose",
        )
    if name == names[-1]:
        raise UsageError(
            f"{name} is what stays when all others are out: there is no plan for it",
            help=f"plans: {', '.join(names[:-1][:12])}" if names[1:] else "agree on a second service first",
        )


def _boundary(root: Path, graph: Graph) -> tuple[Boundary, str]:
    from .project.config import has_boundary, load_boundary
    from .proposals.choose import FIRST

    agreed = load_boundary(root) if has_boundary(root) else Boundary()
    if agreed.services:
        return agreed, AGREED
    first = propose(graph, wishes_of(root, strategies=(FIRST,)))
    if first and _answering(graph, first[0].boundary) != 1:
        return first[0].boundary, first[0].strategy
    # Where one service answers all, the others are layers below it: another strategy may find domains.
    proposals = [*first, *propose(graph, wishes_of(root))]
    domains = (each for each in proposals if _answering(graph, each.boundary) > 1)
    best = next(domains, proposals[0] if proposals else None)
    return (best.boundary, best.strategy) if best is not None else (Boundary(), "nobody")


def _answering(graph: Graph, boundary: Boundary) -> int:
    """How many services answer entry points, those of commands apart; 0 where there are none."""
    from .graph.cut import Membership

    membership = Membership(graph, boundary)
    owners = {membership.of(node.id) for node in graph.nodes("route", "task", "job") if node.path}
    return len(owners & {service.name for service in boundary.services})


def _declared(root: Path) -> Journey:
    from .project.config import has_boundary, load_project

    return load_project(root).journey if has_boundary(root) else Journey()


def _weaknesses(graph: Graph) -> tuple[Weakness, ...]:
    from .plugins import plugins

    return tuple(each for one in plugins("analyzer.capabilities", "capability") for each in one.find(graph))


def _recommendations(
    crossing: Sequence[CutEdge], graph: Graph, boundary: Boundary
) -> tuple[Recommendation, ...]:
    from .plugins import plugins

    found = []
    for detector in plugins("analyzer.patterns", "detector"):
        found += detector.detect(crossing, graph, boundary)
    return tuple(found)


def _contradictions(graph: Graph, travelled: JourneyState) -> Iterator[Statement]:
    """Where two sources say different things: declarations of a table, the declared phase and the code."""
    from .model.assessment import Statement
    from .model.evidence import Evidence
    from .sql.declared import DRIFT

    spots = [spot for spot in graph.blind_spots if spot.kind == DRIFT]
    if spots:
        more = f", and {len(spots) - 1} more (carveout analyze --tables)" if len(spots) > 1 else ""
        yield Statement(
            DRIFT, f"{spots[0].text}{more}", tuple(Evidence(spot.place) for spot in spots[:_SHOWN])
        )
    if travelled.place and travelled.phase not in {each.kind for each in travelled.signals}:
        said = f"the phase {travelled.phase} is declared, and nothing of it is seen in the code"
        yield Statement("journey", said, (Evidence(travelled.place),))


def _missing(graph: Graph) -> tuple[str, ...]:
    """What was not seen, so that what follows says little about it."""
    said = []
    if not any(True for _ in graph.nodes("table")):
        said.append("no tables were found: nothing is said about data")
    if not any(True for _ in graph.nodes("route", "task", "job", "command")):
        said.append("no entry points were found: services cannot be weighed by what they answer")
    seen = graph.coverage
    if seen.files and seen.read / seen.files < _HALF:
        said.append(f"{seen.files - seen.read} of {seen.files} files could not be read")
    if seen.calls and seen.calls_resolved / seen.calls < _HALF:
        said.append(f"{seen.calls - seen.calls_resolved} of {seen.calls} calls could not be resolved")
    return tuple(said)
