"""The cut -> violations. One rule a file; here is what they share: relationships and their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..graph.access import in_database
from ..graph.cascades import cascade
from ..graph.cut import Membership
from ..graph.imports import Imports
from ..graph.interfaces import Advisor, name_of, possessive
from ..graph.unassigned import nearest
from ..model.boundary import SHARED, Boundary, CutEdge, Ignore, Service
from ..model.evidence import CONFIDENCES, Evidence, Place
from ..model.findings import Violation, fingerprint
from ..model.graph import Graph, Node
from ..model.protocols import Rule

_GLOB = re.compile(r"[*?\[]")
_HELD_TO_NOTHING = {
    "modules": "what it uses, and who uses it, is held to nothing",
    "tables": "everybody may read and write it",
}


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
        """The places of all edges, each once; first those that tell it most surely."""
        ranks: dict[Evidence, int] = {}
        for crossing in self.edges:
            rank, before = CONFIDENCES.index(crossing.edge.confidence), None
            for item in crossing.edge.evidence:
                rank += before is not None and item < before  # an edge has its surest places first
                ranks[item], before = min(rank, ranks.get(item, rank)), item
        return tuple(sorted(ranks, key=lambda item: (ranks[item], item)))


def relationships(cut: Iterable[CutEdge], *kinds: str) -> Iterator[Relationship]:
    """The edges of these kinds, one relationship per (source, target), sorted."""
    grouped: dict[tuple[str, str], list[CutEdge]] = {}
    for crossing in cut:
        if crossing.edge.kind in kinds:
            grouped.setdefault((crossing.edge.source, crossing.edge.target), []).append(crossing)
    for (source, target), edges in sorted(grouped.items()):
        yield Relationship(source, target, edges[0].origin, edges[0].owner, tuple(edges))


def between_modules(cut: Iterable[CutEdge], graph: Graph, *kinds: str) -> Iterator[tuple[Relationship, str]]:
    """What modules use of each other by edges of these kinds, sorted, with the words for it.

    Finer than services, so that accepted debt does not cover what comes later, and coarser than functions,
    so that an import and the calls that need it are one.
    """
    imports = Imports(graph)
    grouped: dict[tuple[str, str], list[CutEdge]] = {}
    for crossing in cut:
        if crossing.edge.kind in kinds:
            ends = (imports.module_of(crossing.edge.source), imports.module_of(crossing.edge.target))
            names = (f"module:{end}" if end else "" for end in ends)
            key = (next(names) or crossing.edge.source, next(names) or crossing.edge.target)
            grouped.setdefault(key, []).append(crossing)
    for (source, target), edges in sorted(grouped.items()):
        ordered = sorted(edges, key=lambda crossing: kinds.index(crossing.edge.kind))
        verbs = dict.fromkeys(crossing.edge.kind for crossing in reversed(ordered))
        words = listed(["inherits from" if verb == "inherits" else verb for verb in verbs])
        yield Relationship(source, target, edges[0].origin, edges[0].owner, tuple(ordered)), words


def between_services(cut: Iterable[CutEdge], *kinds: str) -> Iterator[Relationship]:
    """The relationships by edges of these kinds that start in a service: the kernel has a rule of its own."""
    return (found for found in relationships(cut, *kinds) if found.origin != SHARED)


def depending(cut: Iterable[CutEdge]) -> Iterator[CutEdge]:
    """The edges by which code depends on another service: all but calls of what was handed to it.

    A callback is called by code that knows nothing of it: its module imports nothing of that service. This
    is how a dependency is turned around; it is no dependency, although it crosses.
    """
    return (crossing for crossing in cut if crossing.edge.kind != "calls" or not crossing.handed)


def table_access(
    rule: Rule, cut: Iterable[CutEdge], graph: Graph, boundary: Boundary, **verbs: str
) -> Iterator[Violation]:
    """One violation per function and table of another service, by edges of the kinds that have these verbs.

    What the shared kernel does to tables that it is handed is none: a base class that asks for rows of
    `self.model` knows no service; whose rows these are the classes say that inherit from it.
    """
    advisor = Advisor(graph, boundary)
    touching = (
        crossing
        for crossing in cut
        if in_database(crossing.edge.target) and not (crossing.handed and crossing.origin == SHARED)
    )
    for found in relationships(touching, *verbs):
        verb = next(word for kind, word in verbs.items() if kind in found.kinds)
        why = f'table "{name_of(found.target)}" belongs to {found.owner}'
        key = cascade(graph, (crossing.edge for crossing in found.edges))
        if key:
            why += f"; its rows go with the deleted ones ({key})"
            help = (
                f"tell {found.owner} by an event what was deleted, and let it delete its own; keep a plain id"
            )
        else:
            help = advisor.instead(found.owner, found.source, found.target, *verbs)
        yield violation(
            found,
            rule=rule,
            title=f"{speaker(found.origin)} must not {verb} {possessive(found.owner)} tables",
            why=why,
            help=help,
            boundary=boundary,
        )


def not_agreed(origin: Service, owner: Service) -> tuple[str, str]:
    """Which of `callers` and `may_use` keeps one service from another, and what would let it; "" if none."""
    if owner.callers and origin.name not in owner.callers:
        what = f"add {origin.name} to callers in [services.{owner.name}]"
        return f"{origin.name} is not among {possessive(owner.name)} callers", what
    if origin.may_use is not None and owner.name not in origin.may_use:
        what = f'add "{owner.name}" to may_use in [services.{origin.name}]'
        return f"{origin.name} may not use {owner.name}", what
    return "", ""


def violation(
    found: Relationship,
    *,
    rule: Rule,
    title: str,
    why: str,
    help: str,
    boundary: Boundary,
    place: Place | None = None,
) -> Violation:
    """The violation of one relationship; its cost is the consequence of the first kind of edge.

    `place` is where the promise was agreed, if it was not where the owner is.
    """
    owner = boundary.service(found.owner)
    place = place or (owner.place if owner else None)
    return Violation(
        id=rule.code, rule=rule.id, title=title, evidence=found.evidence, why=why, help=help,
        source=found.source, target=found.target, origin=found.origin, owner=found.owner,
        cost=found.edges[0].consequence, pattern=found.edges[0].remedy,
        owner_place=str(place) if place else "",
    )  # fmt: skip


def without_owner(
    rule: Rule, found: Iterable[Node], graph: Graph, boundary: Boundary, *, list: str, tie: str
) -> Iterator[Violation]:
    """One violation for each of these nodes that no service claims.

    `list` is the list of the boundary file that it belongs in, `tie` what ties it to the nearest service.
    """
    membership = Membership(graph, boundary)
    free = [node for node in found if membership.of(node.id) is None]
    near = nearest(graph, membership, (node.id for node in free))
    for node in free:
        service = near.get(node.id, "")
        place = f"[services.{service}], which {tie}," if service else "a service"
        what = node.name if node.kind == "module" else f"the {node.kind} {node.name}"
        yield Violation(
            id=rule.code, rule=rule.id, title=f"{what} belongs to no service",
            evidence=_places(graph, node),
            why=_HELD_TO_NOTHING[list],
            help=f'add "{node.name}" to {list} of {place} or of [shared]',
            source=node.id, target="", origin="", owner="",
            cost="no service takes it along", pattern=f"one owner for each {list.removesuffix('s')}",
        )  # fmt: skip


def _places(graph: Graph, node: Node) -> tuple[Evidence, ...]:
    """Where a node is declared, else where it is used."""
    if node.path:
        return (Evidence(Place(node.path, node.line or 1)),)
    return tuple(sorted({place for edge in graph.into(node.id) for place in edge.evidence}))


def concerns(ignore: Ignore, rule: Rule) -> bool:
    """Whether an entry of the boundary file is about a rule: by its id, code or group, in any case."""
    wanted = ignore.rule.lower()
    return any(fnmatchcase(name.lower(), wanted) for name in (rule.id, rule.code, rule.group))


def covers(ignore: Ignore, rule: Rule, source: str, target: str) -> bool:
    """Whether an entry of the boundary file is about a rule and a relationship."""
    return concerns(ignore, rule) and matches(ignore.source, source) and matches(ignore.target, target)


def matches(pattern: str, id: str) -> bool:
    """Whether a pattern of an ignore covers a node: by its id, or its name with all below it.

    Tables are compared without regard to case, as the graph holds them in lower case.
    """
    kind, _, name = id.partition(":")
    if kind in ("table", "view", "column"):
        pattern, name, id = pattern.lower(), name.lower(), id.lower()
    if _GLOB.search(pattern):
        return fnmatchcase(name, pattern) or fnmatchcase(id, pattern)
    return pattern in (name, id) or f"{name}.".startswith(f"{pattern}.") or f"{id}.".startswith(f"{pattern}.")


def is_accepted(rule: Rule, source: str, target: str, origin: str, owner: str, boundary: Boundary) -> bool:
    """Whether a relationship is debt that was accepted, or ignored with a reason that still holds."""
    if fingerprint(rule.id, origin, owner, source, target) in boundary.debts:
        return True
    return any(covers(ignore, rule, source, target) for ignore in boundary.ignores)


def listed(words: Sequence[str], most: int = 4, word: str = "and") -> str:
    """`billing, orders and 2 more`; with `word` or, `billing, orders or 2 more`."""
    shown = list(words) if len(words) <= most else [*words[: most - 1], f"{len(words) - most + 1} more"]
    return f" {word} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def speaker(origin: str) -> str:
    """How a service is named at the beginning of a title; the shared kernel gets its article."""
    return "the shared kernel" if origin == "shared" else origin
