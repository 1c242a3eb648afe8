"""The cut -> violations. One rule a file; here is what they share: relationships and their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..graph.cut import Patterns
from ..model.boundary import Boundary, CutEdge, Service
from ..model.evidence import Evidence
from ..model.findings import Violation
from ..model.graph import Graph
from ..model.protocols import Rule

_REACH = 400
"""How many functions behind one public function are looked at before advice is given up."""


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


def violation(
    found: Relationship, *, rule: Rule, title: str, why: str, help: str, boundary: Boundary
) -> Violation:
    """The violation of one relationship; its cost is the consequence of the first kind of edge."""
    owner = boundary.service(found.owner)
    place = owner.place if owner else None
    return Violation(
        id=rule.code, rule=rule.id, title=title, evidence=found.evidence, why=why, help=help,
        source=found.source, target=found.target, origin=found.origin, owner=found.owner,
        cost=found.edges[0].consequence, owner_place=str(place) if place else "",
    )  # fmt: skip


def speaker(origin: str) -> str:
    """How a service is named at the beginning of a title; the shared kernel gets its article."""
    return "the shared kernel" if origin == "shared" else origin


def possessive(name: str) -> str:
    """`billing's`, `orders'`."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def name_of(id: str) -> str:
    """`table:invoice` -> `invoice`."""
    return id.partition(":")[2]


def is_public(patterns: Patterns, id: str) -> bool:
    """Whether a node's name is covered by a service's `public`."""
    return patterns.owner(name_of(id)) is not None


def public_patterns(service: Service) -> Patterns:
    """The names that a service shows to others."""
    return Patterns((pattern, service.name) for pattern in service.public)


class Advisor:
    """Finds the public function of a service that already does what was done past it."""

    def __init__(self, graph: Graph, boundary: Boundary) -> None:
        self._graph = graph
        self._boundary = boundary
        self._known: dict[tuple[str, str, tuple[str, ...]], tuple[bool, str] | None] = {}
        self._offers: dict[str, tuple[str, ...]] = {}

    def instead(self, owner: str, target: str, *kinds: str) -> str:
        """A sentence: which public function to call, or where to go through when there is none.

        `kinds` are the edge kinds by which a public function must reach `target`. It is recommended
        when its name speaks of the target, too; one that writes is an example in any case.
        """
        service = self._boundary.service(owner)
        through = f"go through {possessive(owner)} public interface"
        if service is None or not service.public:
            return f"{through} (declare one: public = [...] in carveout.toml)"
        best = self._best(service, target, kinds)
        if best and best[0]:
            return f"call {best[1]}"
        if best and "writes" in kinds:
            return f"{through}, such as {best[1]}"
        return f"{through}: {_few(service.public)}"

    def _best(self, service: Service, target: str, kinds: tuple[str, ...]) -> tuple[bool, str] | None:
        """(whether its name speaks of the target, name) of the nearest public function."""
        key = (service.name, target, kinds)
        if key not in self._known:
            ranked = [
                (not _speaks_of(offer, target), distance, name_of(offer))
                for offer in self._offered(service)
                if (distance := self._distance(offer, target, kinds)) is not None
            ]
            self._known[key] = (not min(ranked)[0], min(ranked)[2]) if ranked else None
        return self._known[key]

    def _offered(self, service: Service) -> tuple[str, ...]:
        """The plain public functions: a method needs an object that the caller does not have."""
        if service.name not in self._offers:
            patterns = public_patterns(service)
            self._offers[service.name] = tuple(
                node.id
                for node in self._graph.nodes("function")
                if node.path and is_public(patterns, node.id) and self._is_plain(node.name)
            )
        return self._offers[service.name]

    def _is_plain(self, name: str) -> bool:
        module, _, own = name.rpartition(".")
        return own.isidentifier() and not own.startswith("_") and f"module:{module}" in self._graph

    def _distance(self, start: str, target: str, kinds: Sequence[str]) -> int | None:
        """How many calls lie between a function and the access, None when it does not get there."""
        if start == target:
            return 0
        seen, level, distance = {start}, [start], 0
        while level and len(seen) < _REACH:
            if any(edge.target == target for id in level for edge in self._graph.out(id, *kinds)):
                return distance
            level = sorted({e.target for id in level for e in self._graph.out(id, "calls")} - seen)
            seen.update(level)
            distance += 1
        return None


def _speaks_of(function: str, target: str) -> bool:
    """Whether the last part of a function's name shares a word with that of the target."""
    one, other = (re.findall(r"[a-z]+", name_of(id).rpartition(".")[2].lower()) for id in (function, target))
    return not {word.rstrip("s") for word in one}.isdisjoint(word.rstrip("s") for word in other)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")
