"""The ways to group code that a page can switch between: the agreed services, and those of each proposal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ....analyzer.graph.cut import Membership, cut
from ....analyzer.graph.packages import packages
from ....analyzer.model.boundary import Boundary, CutEdge
from ....analyzer.model.results import ReviewResult
from ...diagrams.draw import draw
from ...diagrams.picture import Picture


@dataclass(frozen=True, slots=True)
class Grouping:
    """Services with their cut. `key` names it in addresses: `agreed`, `proposal-2`, `packages`."""

    key: str
    title: str
    boundary: Boundary
    membership: Membership
    cut: tuple[CutEdge, ...]
    picture: Picture


def groupings(result: ReviewResult) -> tuple[Grouping, ...]:
    """The agreed services first, then the proposals; without any, the packages of today. Never empty."""
    graph = result.graph
    found = []
    if result.agreed is not None and result.agreed.services:
        found.append(_grouping(result, "agreed", "agreed services", result.agreed))
    for number, proposal in enumerate(result.proposals, 1):
        title = f"proposal {number} ({proposal.strategy})"
        found.append(_grouping(result, f"proposal-{number}", title, proposal.boundary, proposal.cut))
    if not found:
        found.append(_grouping(result, "packages", "packages of today", packages(graph, result.tables)))
    return tuple(found)


def _grouping(
    result: ReviewResult, key: str, title: str, boundary: Boundary, crossing: Iterable[CutEdge] | None = None
) -> Grouping:
    graph = result.graph
    edges = cut(graph, boundary) if crossing is None else tuple(crossing)
    picture = Picture(result.project)
    if boundary.services:
        picture = draw(graph, boundary, "service", result.project)
    return Grouping(key, title, boundary, Membership(graph, boundary), edges, picture)
