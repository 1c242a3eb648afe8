"""The cut -> violations. One rule a file; here is what they share: relationships and their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..graph.access import in_database
from ..model.boundary import Boundary, CutEdge
from ..model.evidence import Evidence
from ..model.findings import Violation
from ..model.protocols import Rule


@dataclass(frozen=True, slots=True)
class Relationship:
    """All edges of one rule from one node to another, with the services that they lie in."""

    source: str
    target: str
    origin: str
    owner: str
    edges: tuple[CutEdge, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the edges, in the order of the graph's."""
        return tuple(dict.fromkeys(edge.edge.kind for edge in self.edges))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The places of all edges, sorted, each once."""
        return tuple(sorted({place for edge in self.edges for place in edge.edge.evidence}))


def relationships(cut: Iterable[CutEdge], *kinds: str) -> Iterator[Relationship]:
    """The edges of these kinds, one relationship per (source, target), sorted."""
    grouped: dict[tuple[str, str], list[CutEdge]] = {}
    for crossing in cut:
        if crossing.edge.kind in kinds:
            grouped.setdefault((crossing.edge.source, crossing.edge.target), []).append(crossing)
    for (source, target), edges in sorted(grouped.items()):
        yield Relationship(source, target, edges[0].origin, edges[0].owner, tuple(edges))


def touching_tables(cut: Iterable[CutEdge]) -> Iterator[CutEdge]:
    """The edges that end in the database."""
    return (crossing for crossing in cut if in_database(crossing.edge.target))


def violation(
    found: Relationship, *, rule: Rule, title: str, why: str, help: str, boundary: Boundary
) -> Violation:
    """The violation of one relationship; its cost is the consequence of the first kind of edge."""
    owner = boundary.service(found.owner)
    place = owner.place if owner else None
    return Violation(
        id=rule.code, rule=rule.id, title=title, evidence=found.evidence, why=why, help=help,
        source=found.source, target=found.target, origin=found.origin, owner=found.owner,
        cost=found.edges[0].consequence, pattern=found.edges[0].remedy,
        owner_place=str(place) if place else "",
    )  # fmt: skip


def speaker(origin: str) -> str:
    """How a service is named at the beginning of a title; the shared kernel gets its article."""
    return "the shared kernel" if origin == "shared" else origin
