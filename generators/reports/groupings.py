"""The ways to group code that a review looks at: the agreed services, and those of each proposal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ...analyzer.graph.access import ACCESS_KINDS, in_database
from ...analyzer.graph.cut import Membership, cut
from ...analyzer.graph.difference import pair_changes
from ...analyzer.graph.packages import packages
from ...analyzer.graph.tables import table_views, tables_by
from ...analyzer.model.boundary import SHARED, Boundary, CutEdge
from ...analyzer.model.difference import PairChange
from ...analyzer.model.functionality import Functionality
from ...analyzer.model.results import ReviewResult
from ...analyzer.model.tables import TableViews
from ..diagrams.draw import draw
from ..diagrams.picture import Picture

PACKAGES = "packages"
DENSE = 0.4
"""Where more of the pairs are linked, no map is readable: the matrix comes first."""


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
    """The agreed services first, then the proposals, at last the packages of today; the one that the result
    asks for before all others. Never empty."""
    found = tuple(_groupings(result))
    return tuple(sorted(found, key=lambda grouping: grouping.key != result.grouping))


def first_grouping(result: ReviewResult) -> Grouping:
    """The first of `groupings`, without the work of the others."""
    return groupings(result)[0] if result.grouping else next(_groupings(result))


def _groupings(result: ReviewResult) -> Iterator[Grouping]:
    if result.agreed is not None and result.agreed.services:
        yield _grouping(result, "agreed", "agreed services", result.agreed)
    for number, proposal in enumerate(result.proposals, 1):
        title = f"proposal {number} ({proposal.strategy})"
        yield _grouping(result, f"proposal-{number}", title, proposal.boundary, proposal.cut)
    views = table_views(result.graph, None) if result.tables.agreed else result.tables
    yield _grouping(result, PACKAGES, "packages of today", packages(result.graph, views))


def _grouping(
    result: ReviewResult, key: str, title: str, boundary: Boundary, crossing: Iterable[CutEdge] | None = None
) -> Grouping:
    graph = result.graph
    edges = cut(graph, boundary) if crossing is None else tuple(crossing)
    picture = Picture(result.project)
    if boundary.services:
        picture = draw(graph, boundary, "service", result.project)
    return Grouping(key, title, boundary, Membership(graph, boundary), edges, picture)


class Pair(NamedTuple):
    """What crosses from one service into another: how many edges, by kind."""

    origin: str
    owner: str
    total: int
    kinds: tuple[tuple[str, int], ...]


def pairs(grouping: Grouping) -> tuple[Pair, ...]:
    """The pairs of services that something crosses, heaviest first."""
    kinds: dict[tuple[str, str], Counter[str]] = {}
    for edge in grouping.cut:
        kinds.setdefault((edge.origin, edge.owner), Counter())[edge.edge.kind] += 1
    found = [Pair(*ends, counts.total(), tuple(sorted(counts.items()))) for ends, counts in kinds.items()]
    return tuple(sorted(found, key=lambda pair: (-pair.total, pair.origin, pair.owner)))


def density(grouping: Grouping) -> float:
    """The share of the pairs of services that something crosses, 0 to 1."""
    names = {service.name for service in grouping.boundary.services}
    linked = {(edge.origin, edge.owner) for edge in grouping.cut if {edge.origin, edge.owner} <= names}
    return len(linked) / max(1, len(names) * (len(names) - 1))


def is_dense(grouping: Grouping) -> bool:
    """Whether its matrix reads better than its map."""
    return density(grouping) > DENSE


def tables_of(result: ReviewResult, grouping: Grouping) -> TableViews:
    """The tables with their owners and users by the services of a grouping."""
    if grouping.key == ("agreed" if result.tables.agreed else PACKAGES):
        return result.tables
    return tables_by(result.graph, result.tables, grouping.boundary)


def changes(result: ReviewResult, grouping: Grouping) -> tuple[PairChange, ...]:
    """What came and went between the services of a grouping, where two revisions are compared."""
    found = result.difference
    if found is None:
        return ()
    if grouping.key == ("agreed" if found.groups == "service" else PACKAGES):
        return found.pairs  # packages of before are not those of today
    return pair_changes(cut(found.before, grouping.boundary), grouping.cut)


class Reached(NamedTuple):
    """What one entry point reaches: functions and tables, the services among them, and how many steps cross
    into another service than the shared kernel."""

    entry: str
    functions: int
    tables: int
    services: tuple[str, ...]
    hops: int


def reached(result: ReviewResult, grouping: Grouping) -> tuple[Reached, ...]:
    """All functionalities, those that cross most first."""
    found = [_reached(functionality, grouping) for functionality in result.functionalities]
    return tuple(sorted(found, key=lambda each: (-each.hops, -each.functions, each.entry)))


def _reached(functionality: Functionality, grouping: Grouping) -> Reached:
    of = grouping.membership.of
    hops = functions = 0
    tables: set[str] = set()
    services = {of(functionality.entry)}
    for step in functionality.steps:
        origin, owner = of(step.caller), of(step.id)
        services.add(owner)
        hops += bool(origin and owner and origin != owner and owner != SHARED)
        if step.kind in ACCESS_KINDS and in_database(step.id):
            tables.add(step.id)
        elif step.id.startswith("function:"):
            functions += 1
    named = tuple(sorted(name for name in services if name and name != SHARED))
    return Reached(functionality.entry, functions, len(tables), named, hops)
