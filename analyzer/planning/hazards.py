"""What makes carrying a service out unsafe: each with its place, its consequence and its remedy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from ..graph.cut import Membership
from ..model.boundary import SHARED, CutEdge
from ..model.evidence import Evidence, Place
from ..model.findings import Hazard, Severity
from ..model.graph import Graph
from ..model.plan import Interface
from .closure import Need
from .routes import RouteNode
from .wiring import Factory

_RANK: Mapping[Severity, int] = {"error": 0, "warning": 1, "note": 2}
_SHOWN = 5


def hazards(
    graph: Graph,
    membership: Membership,
    service: str,
    crossing: Interface,
    copied: Mapping[str, Need],
    moved_paths: frozenset[str],
    factory: Factory,
    routes: Iterable[RouteNode],
    renders: bool,
) -> tuple[Hazard, ...]:
    """All hazards of the step that starts the service as its own process, the worst first."""
    found = [
        *_copied(membership, service, copied),
        *_tables(service, crossing.outbound),
        *_foreign_keys(crossing),
        *_callers(crossing.inbound),
        *_blind_spots(graph, moved_paths),
        *_factory(graph, factory, renders),
        *_internal_routes(routes),
    ]
    return tuple(sorted(found, key=lambda hazard: (_RANK[hazard.severity], hazard.id, hazard.title)))


def _copied(membership: Membership, service: str, copied: Mapping[str, Need]) -> Iterator[Hazard]:
    unclaimed: dict[str, Need] = {}
    for name, need in copied.items():
        owner = membership.of_module(name)
        if need.imported and not need.evidence.place.line:
            continue  # a package around a module: its code runs first, nothing else
        if owner is None:
            unclaimed[name] = need
        elif owner not in (SHARED, service) and need.imported:
            yield Hazard(
                id="copied-along",
                title=f"{name} of {owner} is copied along: {need.by or 'the application'} imports it",
                severity="warning",
                evidence=(need.evidence,),
                consequence=f"two copies of {name} drift apart; changes by {owner} do not reach {service}",
                help="move what is shared to the shared kernel, or call the owner's public interface",
            )
        elif owner not in (SHARED, service) and not need.imported:
            yield Hazard(
                id="copied-along",
                title=f"{name} of {owner} is copied along: a mapped class of {need.by} refers to its table",
                severity="warning",
                evidence=(need.evidence,),
                consequence=f"without {name} the ORM cannot resolve the relationships of {service}",
                help="keep the id without the relationship, and ask the owner's API",
            )
    if unclaimed:
        yield Hazard(
            id="copied-unclaimed",
            title=f"copied along although no service owns it: {_names(unclaimed)}",
            severity="note",
            evidence=tuple(sorted({need.evidence for need in unclaimed.values()})),
            consequence="both processes have their own copy",
            help="name them in [shared] of carveout.toml, or give them to a service",
        )


def _tables(service: str, outbound: Iterable[CutEdge]) -> Iterator[Hazard]:
    touched: dict[tuple[str, str], dict[str, set[Evidence]]] = defaultdict(lambda: defaultdict(set))
    for crossing in outbound:
        if crossing.edge.kind in ("reads", "joins", "writes"):
            table = crossing.edge.target.partition(":")[2]
            how = "writes" if crossing.edge.kind == "writes" else "reads"
            touched[table, crossing.owner][how].update(crossing.edge.evidence)
    for (table, owner), ways in sorted(touched.items()):
        evidence = tuple(sorted(set().union(*ways.values())))
        how = " and ".join(sorted(ways))
        yield Hazard(
            id="shared-table",
            title=f"{service} {how} the table {table} of {owner}",
            severity="warning",
            evidence=evidence,
            consequence="this works on the shared database only; with the data apart it becomes a call",
            help="the owner's API; an outbox or a saga where one transaction spans both"
            if "writes" in ways
            else "the owner's API, or a read model fed by events",
        )


def _foreign_keys(crossing: Interface) -> Iterator[Hazard]:
    for edge in (*crossing.outbound, *crossing.inbound):
        if edge.edge.kind == "references" and edge.edge.source.startswith(("table:", "column:")):
            source, target = (id.partition(":")[2] for id in (edge.edge.source, edge.edge.target))
            yield Hazard(
                id="foreign-key",
                title=f"the table {source} ({edge.origin}) has a foreign key to {target} ({edge.owner})",
                severity="note",
                evidence=edge.edge.evidence,
                consequence=edge.consequence,
                help=edge.remedy,
            )


def _callers(inbound: Iterable[CutEdge]) -> Iterator[Hazard]:
    callers: dict[str, dict[str, set[Evidence]]] = defaultdict(lambda: defaultdict(set))
    for crossing in inbound:
        if crossing.edge.kind == "calls":
            callers[crossing.edge.target][crossing.origin].update(crossing.edge.evidence)
    for target, origins in sorted(callers.items()):
        evidence = sorted(set().union(*origins.values()))
        yield Hazard(
            id="called-in-process",
            title=f"{target.partition(':')[2]} is called in-process by {', '.join(sorted(origins))}",
            severity="warning",
            evidence=tuple(evidence),
            consequence="the monolith goes on running its own copy for these calls; both must stay the same",
            help="a seam at the callee, so that its callers reach the service",
        )


def _blind_spots(graph: Graph, paths: frozenset[str]) -> Iterator[Hazard]:
    spots = sorted(
        spot
        for spot in graph.blind_spots
        if spot.place.path in paths and spot.kind in ("dynamic-import", "dynamic-attribute")
    )
    if spots:
        yield Hazard(
            id="dynamic-import",
            title=f"{len(spots)} import{'s' if len(spots) > 1 else ''} by name could not be resolved",
            severity="warning",
            evidence=tuple(Evidence(spot.place) for spot in spots),
            consequence="a module that is only imported so is missing in the service",
            help="teach carveout the loader with [[loaders]] in carveout.toml, or import the module plainly",
        )


def _factory(graph: Graph, factory: Factory, renders: bool) -> Iterator[Hazard]:
    node = graph.node(factory.id) if factory.id else None
    if node is None or node.path is None:
        return
    yield Hazard(
        id="application-factory",
        title=f"of what {node.name} does, the service repeats only the calls that take the application",
        severity="warning" if renders else "note",
        evidence=(Evidence(Place(node.path, node.line)),),
        consequence="values that it puts into app.config, and filters that it adds one by one, are missing"
        + ("; a page template that uses such a filter fails" if renders else ""),
        help="put what the moved routes need into settings.py of the service",
    )
    for other in factory.others:
        rival = graph.node(other)
        if rival is not None and rival.path is not None:
            yield Hazard(
                id="second-application",
                title=f"{rival.name} wires an application, too; the service follows {node.name}",
                severity="warning",
                evidence=(Evidence(Place(rival.path, rival.line)),),
                consequence="what only the other one does is missing in the service",
                help="compare both with settings.py of the service",
            )


def _internal_routes(routes: Iterable[RouteNode]) -> Iterator[Hazard]:
    inside = [route for route in routes if route.text.startswith("/internal/")]
    if inside:
        yield Hazard(
            id="internal-routes",
            title=f"{len(inside)} route{'s' if len(inside) > 1 else ''} of the project lie below /internal/",
            severity="note",
            evidence=tuple(Evidence(route.place) for route in inside),
            consequence="the proxy does not close /internal/ to the outside, as it otherwise would",
            help="nothing to do, unless these routes are meant for services alone",
        )


def _names(names: Iterable[str]) -> str:
    names = sorted(names)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(islice(names, _SHOWN)) + more
