"""The journey of a system: the phase that is declared, signals of each in the code, what the next one needs.

The phases, in their order
    pivot          the first services leave one application that answers everything
    growth         more load, more services: work runs beside requests, processes are many
    optimisation   what each answer costs goes down: stored results, caches, fewer queries
    integration    services of others are used, and ours are used by others

Which phase a system is in is a decision of people, not a property of code: it is declared, or not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..graph.access import in_database
from ..graph.functionality import ENTRY_KINDS
from ..graph.outbound import requests
from ..graph.roles import PAST, role_of
from ..model.assessment import JourneyState, Statement
from ..model.boundary import PHASES, Boundary, Journey
from ..model.evidence import Evidence, Place
from ..model.findings import Finding, Recommendation, Weakness
from ..model.graph import Graph, Node

_SHOWN = 3
_NEEDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "growth": (
        ("elasticity", "places that keep a second process from being the same as the first"),
        ("resilience", "places where a fault elsewhere takes the application along"),
        ("event_async", "places where somebody waits for work that a task could do"),
    ),
    "optimisation": (
        ("observability", "places where nobody can tell afterwards what happened, or how long it took"),
        ("spatial_locality", "functions that ask the database once for each turn of a loop"),
        ("pre_calculation", "values that are computed anew on each read"),
        ("cqrs", "queries that join what many write"),
    ),
    "integration": (
        ("security", "findings about who may do what"),
        ("undeclared", "services that do not say who may call which function (`callers`)"),
        ("consumers", "consumers that say how they are known (`auth`)"),
    ),
}
"""Phase -> what it needs: capabilities and patterns whose findings stand against it."""


def journey(
    declared: Journey,
    graph: Graph,
    boundary: Boundary,
    weaknesses: Sequence[Weakness],
    recommendations: Sequence[Recommendation],
) -> JourneyState:
    """The phase that is declared ("": none) with its place, signals, and needs of the phase after it.

    Where none is declared the needs of all phases but the first are told.
    """
    at = PHASES.index(declared.phase) if declared.phase else 0
    following = PHASES[at + 1 : at + 2] if declared.phase else PHASES[1:]
    found: dict[str, list[Finding]] = defaultdict(list)
    for weakness in weaknesses:
        found[weakness.capability].append(weakness)
    for each in recommendations:
        found[each.pattern].append(each)
    return JourneyState(
        declared.phase,
        declared.place,
        tuple(_signals(graph, recommendations)),
        tuple(need for phase in following for need in _needs(phase, found, boundary)),
    )


def _needs(phase: str, found: Mapping[str, list[Finding]], boundary: Boundary) -> Iterator[Statement]:
    for name, words in _NEEDS[phase]:
        if name == "undeclared":
            silent = [each for each in boundary.services if not each.callers]
            if silent:
                places = (Evidence(each.place) for each in silent if each.place)
                yield Statement(phase, f"{words}: {len(silent)}", _few(places))
        elif name == "consumers" and boundary.services:
            known = [each for each in boundary.consumers if each.auth]
            said = f"{words}: {len(known)} of {len(boundary.consumers)}"
            if len(known) < len(boundary.consumers) or not known:
                yield Statement(phase, said if boundary.consumers else "no consumer is declared")
        elif found.get(name):
            places = (place for each in found[name] for place in each.evidence[:1])
            yield Statement(phase, f"{words}: {len(found[name])}", _few(places))


def _signals(graph: Graph, recommendations: Sequence[Recommendation]) -> Iterator[Statement]:
    """What the code shows of each phase, with its places; one statement a kind of thing."""
    entries = [node for node in _own(graph, *ENTRY_KINDS) if node.kind not in ("signal", "topic")]
    tables = list(_own(graph, "table"))
    if entries:
        yield _of("pivot", f"one application answers all {len(entries)} entry points", entries)
    if tables:
        yield _of("pivot", f"one database holds all {len(tables)} tables", tables)
    tasks, topics = list(_own(graph, "task", "job")), list(_own(graph, "topic"))
    if tasks:
        yield _of("growth", f"{len(tasks)} tasks or jobs beside requests", tasks)
    if topics:
        yield _of("growth", f"{len(topics)} topic{'s' * (len(topics) != 1)} of a broker", topics)
    cached = _places_of(graph, "cache")
    if cached:
        yield Statement(
            "optimisation",
            f"{len(cached)} key{'s' * (len(cached) != 1)} of a cache",
            _few(p for e in cached for p in e),
        )
    asked = [each for each in requests(graph) if role_of(each.place.path) not in PAST]
    if asked:
        hosts = len({each.host for each in asked})
        said = f"{len(asked)} request{'s' * (len(asked) != 1)} to {hosts} other host{'s' * (hosts != 1)}"
        yield Statement("integration", said, _few(Evidence(each.place) for each in asked))
    versioned = [node for node in entries if node.kind == "route" and _is_versioned(node.name)]
    if versioned:
        yield _of("integration", f"{len(versioned)} routes with a version in their path", versioned)


def _is_versioned(route: str) -> bool:
    parts = route.partition(" ")[2].split("/")
    return any(part[:1] == "v" and part[1:].isdigit() for part in parts)


def _own(graph: Graph, *kinds: str) -> Iterator[Node]:
    return (node for node in graph.nodes(*kinds) if node.path and role_of(node.path) not in PAST)


def _of(phase: str, said: str, nodes: Iterable[Node]) -> Statement:
    return Statement(phase, said, _few(Evidence(Place(node.path or "", node.line, 0)) for node in nodes))


def _places_of(graph: Graph, kind: str) -> list[list[Evidence]]:
    """For each node of a kind that code of the application touches, where."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for edge in graph.edges("reads", "writes"):
        if edge.target.startswith(f"{kind}:") and not in_database(edge.target):
            found[edge.target] += [p for p in edge.evidence if role_of(p.place.path) not in PAST]
    return [places for _, places in sorted(found.items()) if places]


def _few(places: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted({*places}))[:_SHOWN]
