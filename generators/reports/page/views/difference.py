"""What a change adds to the cut and takes from it: new edges first, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .....analyzer.model.boundary import CutEdge
from .....analyzer.model.difference import PairChange
from .....analyzer.model.results import ReviewResult
from ...difference_text import verdict_of
from ...groupings import PACKAGES, Grouping, changes
from ..sections import Cell, Section, Shown, markup

_PAIRS, _EDGES, _NAMES = 60, 20, 30


class DifferenceView:
    """None unless two revisions are compared; told by the chosen services."""

    name, title, rank, script = "difference", "Difference", 15, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """By pair of services, those that nothing crossed before first."""
        found = result.difference
        if found is None:
            return None
        shown = self.shown(result, groupings[0])
        context = {"found": found, "shown": shown, "names": _NAMES}
        added = sum(len(pair.added) for pair in changes(result, groupings[0]))
        return Section(markup("views/difference.html.jinja", context), f"+{added:,}")

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown:
        """A row a pair, and the edges that are new and gone."""
        pairs = changes(result, grouping)
        groups = "packages" if grouping.key == PACKAGES else "services"
        rows = [_row(pair) for pair in pairs[:_PAIRS]]
        edges = [row for pair in pairs[:_PAIRS] for row in _edges(pair)]
        more = (
            f"{len(pairs) - _PAIRS:,} more pairs: carveout diff --format json" if len(pairs) > _PAIRS else ""
        )
        told = f"the {groups} of {grouping.title}" if groups == "services" else f"the {grouping.title}"
        return Shown(rows, {"verdict": verdict_of(pairs, told), "more": more}, {"edges": edges})


def _row(pair: PairChange) -> tuple[Cell, ...]:
    said = (
        "for the first time" if pair.added and not pair.before else "" if pair.after else "nothing any more"
    )
    figures = (pair.before, len(pair.added), len(pair.removed))
    return (f"{pair.origin}>{pair.owner}", pair.origin), pair.owner, *(f"{each:,}" for each in figures), said


def _edges(pair: PairChange) -> Iterator[tuple[Cell, ...]]:
    for word, edges in (("new", pair.added), ("gone", pair.removed)):
        for each in edges[:_EDGES]:
            yield _edge(word, each)
        if len(edges) > _EDGES:
            yield ("", ""), word, f"{len(edges) - _EDGES:,} more", f"{pair.origin} to {pair.owner}", "", ""


def _edge(word: str, each: CutEdge) -> tuple[Cell, ...]:
    edge = each.edge
    places = [f"{item.place.path}:{item.place.line}" for item in edge.evidence[:1]]
    consequence = each.consequence if word == "new" else ""
    return (edge.source, edge.source), word, edge.kind, edge.target, "".join(places), consequence


view = DifferenceView()
