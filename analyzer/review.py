"""What a review asks: everything about a project in one record, and what a change adds to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .indexing.index import Progress
from .model.boundary import AGREED
from .model.errors import UsageError
from .model.graph import Columns, Graph
from .pipeline import analyze, analyze_at, gate, propose, wishes_of

if TYPE_CHECKING:
    from .model.boundary import Boundary
    from .model.difference import Difference
    from .model.results import ReviewResult

_EXCERPTS = 1_000
"""Source lines that travel with a report."""


def compare(
    root: Path,
    base: str,
    head: str | None = None,
    *,
    project: str = "",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Difference:
    """What changed from `base` to `head`: revisions of git or graph files; None is the code as it stands.

    Two revisions are compared from where their histories parted. The boundary that is agreed today is held
    against both. Raises UsageError for a revision that git does not know.
    """
    from .graph.difference import difference
    from .model.exported import load_graph
    from .observed.git import base_of, commit_of

    def graph_at(commit: str) -> Graph:
        return analyze_at(root, commit, workers=workers, progress=progress) or Graph(Columns())

    parted = head if head is not None and not _is_graph_file(head) else "HEAD"
    before = load_graph(Path(base)) if _is_graph_file(base) else graph_at(base_of(root, base, parted).commit)
    if head is None:
        after = analyze(root, workers=workers, progress=progress)
    else:
        after = load_graph(Path(head)) if _is_graph_file(head) else graph_at(commit_of(root, head))
    return difference(
        before, after, _agreed(root), project=project, base=base, head=head or "the code as it stands"
    )


def review(
    root: Path, *, since: str = "", workers: int | None = None, progress: Progress | None = None
) -> ReviewResult:
    """All that the report shows of a project: graph, tables, functionalities, proposals and the check.

    With `since`, a revision or a graph file, also what came since then. Raises CarveoutError for mistakes in
    the project's files, UsageError for a revision that git does not know.
    """
    found = compare(root, since, workers=workers, progress=progress) if since else None
    graph = found.after if found is not None else analyze(root, workers=workers, progress=progress)
    result = review_of(root, graph, difference=found)
    return result if result.agreed is None else replace(result, check=gate(root, graph=graph))


def review_of(root: Path, graph: Graph, *, difference: Difference | None = None) -> ReviewResult:
    """As `review`, of any graph of the project, and without the check."""
    from .assessment import assessment_of
    from .graph.cut import cut
    from .graph.functionality import functionalities
    from .graph.tables import table_views
    from .model.results import ReviewResult
    from .observed.history import history
    from .project.excerpts import excerpts
    from .proposals.choose import why_nothing

    agreed, proposals = _agreed(root), propose(graph, wishes_of(root))
    first = (
        (agreed, AGREED) if agreed else (proposals[0].boundary, proposals[0].strategy) if proposals else None
    )
    crossing = [*(difference.added if difference else ()), *(edge for each in proposals for edge in each.cut)]
    crossing += cut(graph, agreed) if agreed is not None else ()
    places = list(dict.fromkeys(edge.edge.evidence[0].place for edge in crossing if edge.edge.evidence))
    return ReviewResult(
        project=root.resolve().name,
        graph=graph,
        tables=table_views(graph, agreed),
        functionalities=tuple(each for each in functionalities(graph) if not _is_aside(graph, each.entry)),
        proposals=proposals,
        nothing="" if proposals else why_nothing(graph),
        agreed=agreed,
        sources=excerpts(places[:_EXCERPTS], root),
        difference=difference,
        churn=Counter(path for commit in history(root).commits for path in commit.paths),
        owners=_owners(root, graph),
        assessment=assessment_of(root, graph, *first) if first else None,
    )


def _is_aside(graph: Graph, entry: str) -> bool:
    """Whether only tests or scripts bring an entry point along: `order` counts none of these either."""
    from .graph.roles import ASIDE, role_of

    node = graph.node(entry)
    return node is not None and bool(node.path) and role_of(node.path) in ASIDE


def _owners(root: Path, graph: Graph) -> dict[str, tuple[str, ...]]:
    """Who owns which file of a graph, as CODEOWNERS says."""
    from .project.codeowners import load_owners

    known = load_owners(root)
    found = {path: known.of(path) for path in graph.columns.paths}
    return {path: owners for path, owners in found.items() if owners}


def _is_graph_file(name: str) -> bool:
    """Raises UsageError for one that is not there; git's word on `graph.json` would help nobody."""
    if not name.endswith(".json"):
        return False
    if not Path(name).is_file():
        raise UsageError(f"there is no graph file {name}", help=f"carveout analyze --output {name}")
    return True


def _agreed(root: Path) -> Boundary | None:
    """The boundary of a project's `carveout.toml`, None where it names no services."""
    from .project.config import has_boundary, load_boundary

    agreed = load_boundary(root) if has_boundary(root) else None
    return agreed if agreed is not None and agreed.services else None
