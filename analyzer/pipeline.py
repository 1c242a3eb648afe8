"""The whole flow on one screen: source files -> facts -> graph -> proposals -> boundary -> checks, plans."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from .indexing.index import Progress, index
from .indexing.store import Store
from .model.boundary import Boundary, Project, Wishes
from .model.errors import CarveoutError, IncompleteError
from .project.cache_folder import FOLDER
from .project.sources import SUFFIXES, list_files, read_sources
from .python.collector import collector_off

if TYPE_CHECKING:
    from .model.boundary import Proposal
    from .model.findings import Debt
    from .model.graph import Graph
    from .model.plan import Plan
    from .model.results import CheckResult, WhatIfResult, WhyResult


def analyze(
    root: Path,
    *,
    project: Project | None = None,
    workers: int | None = None,
    cache: bool | Path = True,
    progress: Progress | None = None,
) -> Graph:
    """The dependency graph of the project in the folder `root`.

    `project` says how to read it (default: what its `carveout.toml` says); `workers` is the number of
    processes (None: one a processor); `cache` says whether facts are kept, or in which project's
    folder; `progress(stage, done, total)` is called as the work goes on.
    Nothing but the cache (`.carveout/` in the project) is written; analysed code is never imported.
    Raises CarveoutError for a folder that cannot be read or holds no source.
    """
    from .project.config import boundary_files, load_project

    listing = list_files(root)
    project = project or load_project(root, boundary_files(root, listing))
    sources, data = read_sources(root, project.exclude, listing)
    if not sources.files:
        raise IncompleteError(
            f"nothing to analyse in {root.name or root}: no {' or '.join(SUFFIXES)} file was found",
            why="; ".join(f"{each.place}: {each.message}" for each in sources.diagnostics[:3])
            or "hidden folders, virtual environments, node_modules, build and dist are passed over",
            help="give the folder that holds the code: carveout analyze PATH",
        )
    with collector_off(), Store(_place_of_cache(root, cache)) as store:
        try:
            return index(store, sources, data, project, workers, progress)
        except Exception as error:
            if isinstance(error, CarveoutError) or not store.used:
                raise
            # What failed may be a row that we never wrote: without the cache it shows.
            graph = analyze(root, project=project, workers=workers, cache=False, progress=progress)
            store.clear()
            return graph


def propose(graph: Graph, wishes: Wishes = Wishes()) -> tuple[Proposal, ...]:  # noqa: B008 - frozen
    """Ways to cut the project, `packages` first. Empty when nothing is worth cutting."""
    from .proposals.choose import propose as choose

    return choose(graph, wishes)


def wishes_of(root: Path, granularity: float = 0.5, strategies: tuple[str, ...] = ()) -> Wishes:
    """What a project says about proposals: what is agreed, how ties weigh, and its history if that weighs.

    Raises ConfigurationError for mistakes in its `carveout.toml`.
    """
    from .observed.history import history
    from .project.config import has_boundary, load_boundary, load_project

    agreed = load_boundary(root) if has_boundary(root) else Boundary()
    project = load_project(root)
    wishes = Wishes(
        granularity, strategies, agreed=agreed, coupling=project.coupling, pins=project.pins,
        sizes=project.sizes,
    )  # fmt: skip
    return replace(wishes, history=history(root)) if project.coupling.get("changes") else wishes


def why(root: Path, graph: Graph, one: str, other: str, project: str = "") -> WhyResult:
    """What ties two things of a project; its git history, if there is any, is read. Raises UsageError."""
    from .model.results import WhyResult
    from .observed.history import history
    from .proposals.choose import prepare
    from .proposals.why import why as ties

    wishes, log = wishes_of(root), history(root)
    known = prepare(graph, replace(wishes, history=log))
    left, right, bonds = ties(graph, known, one, other, wishes.agreed, log)
    return WhyResult(project, graph, left.title, right.title, bonds, log.missing)


def what_if(graph: Graph, base: Proposal, wish: str, project: str = "") -> WhatIfResult:
    """What a change ("move shop.pricing to catalogue") would do to a proposal. Raises UsageError."""
    from .model.results import WhatIfResult
    from .proposals.choose import weigh
    from .proposals.choose import what_if as changed

    before = weigh(graph, base.boundary, base.strategy)
    after, said = changed(graph, base, wish)
    was, now = ({crossing.key: crossing for crossing in p.cut} for p in (before, after))
    gone = tuple(crossing for key, crossing in was.items() if key not in now)
    come = tuple(crossing for key, crossing in now.items() if key not in was)
    return WhatIfResult(project, graph, base.strategy, said, before, after, gone, come)


def check(
    graph: Graph,
    boundary: Boundary,
    root: Path,
    *,
    today: date | None = None,
    baseline: Collection[Debt] = (),
) -> CheckResult:
    """Which promises of an agreed boundary hold.

    `root` is read for the lines that violations show; `today` decides which ignores have ended
    (without it none has, so that the same input gives the same answer); `baseline` is the debt that was
    accepted (`project/baseline.py` reads it).
    """
    from .rules.judge import judge

    return judge(graph, boundary, root, today, baseline)


def gate(
    root: Path,
    *,
    since: str | None = None,
    strict: bool = False,
    today: date | None = None,
    workers: int | None = None,
    cache: bool = True,
    progress: Progress | None = None,
    graph: Graph | None = None,
) -> CheckResult:
    """What `carveout check` does with a project: its own boundary, baseline and code, one against the other.

    `since` leaves only what came since that revision of git; with `strict`, entries of the baseline that
    are paid off fail. `graph` is that of the code, where it is at hand. Raises CarveoutError for mistakes
    in the project's files, all of one kind at once.
    """
    from .project.baseline import load_baseline
    from .project.config import load_agreed
    from .project.matching import require_matches
    from .rules.judge import rules

    known = rules()
    names = tuple(
        dict.fromkeys([*(r.id for r in known), *(r.code for r in known), *(r.group for r in known)])
    )
    boundary = load_agreed(root, rules=names)
    baseline = load_baseline(root, boundary)
    if graph is None:
        graph = analyze(root, workers=workers, cache=cache, progress=progress)
    require_matches(boundary, graph)
    result = replace(check(graph, boundary, root, today=today, baseline=baseline), strict=strict)
    if since is None:
        return result
    return check_since(result, root, since, workers=workers, cache=cache, progress=progress)


def check_since(
    result: CheckResult,
    root: Path,
    revision: str,
    *,
    workers: int | None = None,
    cache: bool = True,
    progress: Progress | None = None,
) -> CheckResult:
    """Of a check's result, the violations that came since `revision`: those that its graph does not hold.

    Also not under another name: who renames a file, or moves a function within its service, adds nothing.
    Today's boundary is held against both graphs, so that what a new line of `carveout.toml` finds in old
    code is not taken for an addition. The base is where the history of `revision` parted from today's.
    Raises UsageError outside of git, and for a revision that it does not know.
    """
    from .graph.moves import Moves
    from .observed.git import base_of
    from .project.baseline import accepted
    from .rules.judge import judge

    base = base_of(root, revision)
    graph = analyze_at(root, base.commit, workers=workers, cache=cache, progress=progress)
    result = replace(result, since=revision, apart=not base.common)
    if graph is None:
        return result
    old = judge(graph, result.boundary)
    was = (*old.violations, *(each for each, _ in old.ignored))
    known = {violation.fingerprint for violation in was}
    added = tuple(violation for violation in result.violations if violation.fingerprint not in known)
    if added:
        moves = Moves(graph, result.graph)
        was = tuple(replace(v, source=moves.now(v.source), target=moves.now(v.target)) for v in was)
        known = {violation.fingerprint for violation in was}
        added = tuple(violation for violation in added if violation.fingerprint not in known)
    if added:  # a circle of services that was there before may have its lightest part elsewhere now
        before = accepted((*was, *(each for each in result.violations if each.baseline)))
        again = judge(result.graph, result.boundary, baseline=before).violations
        still = {violation.fingerprint for violation in again}
        added = tuple(violation for violation in added if violation.fingerprint in still)
    return replace(result, violations=added, before=len(result.violations) - len(added))


def analyze_at(
    root: Path,
    commit: str,
    *,
    workers: int | None = None,
    cache: bool = True,
    progress: Progress | None = None,
) -> Graph | None:
    """The graph of the project as it was at a commit of its repository; None where there was no code yet."""
    from .observed.git import export
    from .project.config import load_project
    from .project.package_name import package_of
    from .project.sources import LARGEST_SQL, may_matter

    with TemporaryDirectory(prefix="carveout-") as temporary:
        folder = Path(temporary)
        package = package_of(root.resolve())
        for name in package.split(".") if package else ():  # a project that is a package keeps its name
            folder = folder / name
            folder.mkdir(exist_ok=True)
            (folder / "__init__.py").touch()
        if not package:  # a folder's name may be that of a namespace package
            folder = folder / (root.resolve().name or "project")
            folder.mkdir()
        export(root, commit, folder, may_matter, LARGEST_SQL)
        try:
            return analyze(
                folder,
                project=load_project(root),
                workers=workers,
                cache=root if cache else False,
                progress=progress,
            )
        except IncompleteError:
            return None


def plan(
    graph: Graph,
    boundary: Boundary,
    service: str,
    root: Path,
    *,
    step: str = "service",
    accepted: Collection[str] = (),
    session: str = "",
) -> Plan:
    """The plan for a step: `seam`, `events`, `service` with its routes, or `routes` alone.

    `accepted` are hazards that the user accepts; `session` names what gives the current session to `events`.
    Raises UsageError for an unknown service, step or hazard.
    """
    from .planning.asked import require_step

    require_step(step)
    if step == "seam":
        from .planning.seam import seam

        return seam(graph, boundary, service, root, accepted)
    if step == "events":
        from .planning.events import events

        return events(graph, boundary, service, root, accepted, session)
    if step == "routes":
        from .planning.route_step import routes

        return routes(graph, boundary, service, root)
    from .planning.django_step import is_django, plan_django
    from .planning.function_step import answers_functions_alone, plan_functions
    from .planning.steps import plan as steps

    if is_django(graph):
        return plan_django(graph, boundary, service, root, accepted)
    if answers_functions_alone(graph, boundary, service):
        return plan_functions(graph, boundary, service, root, accepted)
    return steps(graph, boundary, service, root, accepted)


def uncommitted(root: Path) -> str:
    """What is said before files are changed, where the last commit does not hold all that there is."""
    from .observed.git import uncommitted as files

    try:
        found = files(root)
    except CarveoutError:
        return ""
    if not found:
        return ""
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    said = "file differs" if len(found) == 1 else "files differ"
    return f"{len(found)} {said} from the last commit: {', '.join(found[:3])}{more}"


def _place_of_cache(root: Path, cache: bool | Path) -> Path | None:
    if cache is False:
        return None
    return (root if cache is True else cache) / FOLDER
