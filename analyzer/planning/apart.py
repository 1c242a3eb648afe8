"""What makes carrying a service out unsafe: each with its place, its consequence and its remedy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from ..graph.access import ACCESS_KINDS, in_database
from ..graph.cut import Membership
from ..model.boundary import SHARED, CutEdge
from ..model.evidence import Evidence, Place
from ..model.findings import Hazard, Severity
from ..model.graph import Graph
from ..model.interface import Interface
from ..model.plan import Blueprint
from .closure import Need
from .guards import guards
from .route_nodes import RouteNode
from .wiring import Factory, makers_of_routes

_RANK: Mapping[Severity, int] = {"error": 0, "warning": 1, "note": 2}
_SHOWN = 5
NOT_READY = "cut-not-ready"
_TOLD = 6
"""Things that the factory does which are told with their code; all have their place."""
_FEW = 5
"""Modules of others that may always go along: what makes the application, and what configures it."""
_DATA = "templates and data"


class Going(NamedTuple):
    """What goes along into the service.

    `copied` are modules with why, `paths` their files, `moved` all files that move, `copied_data` copied
    files that are no modules, `links` the endpoints that are linked to and stay behind, `built` those of
    which the rule is known; `renders`: page templates go along.
    """

    copied: Mapping[str, Need]
    paths: Mapping[str, str]
    moved: tuple[str, ...]
    copied_data: tuple[str, ...] = ()
    links: Mapping[str, tuple[Evidence, ...]] = {}
    built: frozenset[str] = frozenset()
    renders: bool = False


def hazards(
    graph: Graph,
    membership: Membership,
    service: str,
    going: Going,
    crossing: Interface,
    factory: Factory,
    routes: Iterable[RouteNode],
    groups: Iterable[Blueprint] = (),
) -> tuple[Hazard, ...]:
    """All hazards of the step that starts the service as its own process, the worst first."""
    everything = frozenset({*going.moved, *going.paths, *going.copied_data})
    found = [
        *_not_ready(membership, service, going),
        *_copied(membership, service, going.copied),
        *_tables(service, crossing.outbound),
        *_foreign_keys(crossing),
        *_callers(crossing.inbound, makers_of_routes(graph)),
        *_blind_spots(graph, everything),
        *_unknown_routes(graph, frozenset(going.moved)),
        *_factory(graph, factory, going.renders),
        *guards(graph, everything, groups, factory),
        *_links(going),
        *_internal_routes(routes),
    ]
    return tuple(sorted(found, key=lambda hazard: (_RANK[hazard.severity], hazard.id, hazard.title)))


def _not_ready(membership: Membership, service: str, going: Going) -> Iterator[Hazard]:
    owners: dict[str, list[str]] = defaultdict(list)
    for path, name in going.paths.items():
        owner = membership.of_module(name)
        package = going.copied[name].imported and not going.copied[name].evidence.place.line
        if owner not in (SHARED, service) and not package:
            owners[owner or "no service"].append(path)
    if sum(map(len, owners.values())) <= max(len(going.moved), _FEW):
        return
    if going.copied_data:
        owners[_DATA].extend(going.copied_data)
    foreign = sum(map(len, owners.values()))
    ranked = sorted(owners, key=lambda owner: (-len(owners[owner]), owner))
    parts = [f"{len(owners[owner])} of {owner}" for owner in ranked[:_SHOWN]]
    rest = sum(len(owners[owner]) for owner in ranked[_SHOWN:])
    parts += [f"{rest} of {len(ranked) - _SHOWN} others"] if rest else []
    copied = len(going.paths) + len(going.copied_data)
    yield Hazard(
        id=NOT_READY,
        title=f"this cut is not ready: it moves {len(going.moved)} file{'s' * (len(going.moved) != 1)} "
        f"but copies {copied}: {', '.join(parts)}"
        + (f", {copied - foreign} of the shared kernel" if copied > foreign else ""),
        severity="error",
        evidence=tuple(Evidence(Place(owners[owner][0])) for owner in ranked[:_SHOWN]),
        consequence="most of the monolith runs twice, and each change to it must be made twice",
        help="loosen what copied-along names first, move more into the service, or choose another service",
    )


def _copied(membership: Membership, service: str, copied: Mapping[str, Need]) -> Iterator[Hazard]:
    groups: dict[str | None, dict[str, Need]] = defaultdict(dict)
    for name, need in copied.items():
        owner = membership.of_module(name)
        if need.imported and not need.evidence.place.line:
            continue  # a package around a module: its code runs first, nothing else
        if owner not in (SHARED, service):
            groups[owner][name] = need
    for owner, group in sorted(groups.items(), key=lambda pair: pair[0] or ""):
        evidence = sorted({need.evidence for need in group.values()})
        places = (*evidence[:_SHOWN],)
        if owner is None:
            yield Hazard(
                id="copied-unclaimed",
                title=f"copied along although no service owns it: {_names(group)}",
                severity="note",
                evidence=places,
                consequence="both processes have their own copy",
                help="name them in [shared] of carveout.toml, or give them to a service",
            )
            continue
        mapped = sorted(name for name, need in group.items() if not need.imported)
        yield Hazard(
            id="copied-along",
            title=_copied_title(owner, group),
            severity="warning",
            evidence=places,
            consequence=f"two copies drift apart; changes by {owner} do not reach {service}"
            + (f"; without {_names(mapped)} the ORM cannot resolve relationships" if mapped else ""),
            help="move what is shared to the shared kernel, or call the owner's public interface"
            + ("; keep the id without the relationship, and ask the owner's API" if mapped else ""),
        )


def _copied_title(owner: str, group: Mapping[str, Need]) -> str:
    if len(group) == 1:
        ((name, need),) = group.items()
        why = (
            f"{need.by or 'the application'} imports it"
            if need.imported
            else f"a mapped class of {need.by} refers to its table"
        )
        return f"{name} of {owner} is copied along: {why}"
    return f"{len(group)} modules of {owner} are copied along: {_names(group)}"


def _tables(service: str, outbound: Iterable[CutEdge]) -> Iterator[Hazard]:
    touched: dict[tuple[str, str], dict[str, set[Evidence]]] = defaultdict(lambda: defaultdict(set))
    for crossing in outbound:
        if crossing.edge.kind in ACCESS_KINDS and in_database(crossing.edge.target):
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


def _callers(inbound: Iterable[CutEdge], makers: Collection[str]) -> Iterator[Hazard]:
    callers: dict[str, dict[str, set[Evidence]]] = defaultdict(lambda: defaultdict(set))
    for crossing in inbound:
        if crossing.edge.kind == "calls" and crossing.edge.target not in makers:
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


def _unknown_routes(graph: Graph, moved: frozenset[str]) -> Iterator[Hazard]:
    spots = sorted(
        spot for spot in graph.blind_spots if spot.place.path in moved and spot.kind == "dynamic-route"
    )
    if spots:
        texts = list(dict.fromkeys(spot.text for spot in spots))
        yield Hazard(
            id="unknown-route",
            title=f"{len(spots)} route{'s' if len(spots) > 1 else ''} of moved modules could not be read: "
            + ", ".join(texts[:_SHOWN])
            + (f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""),
            severity="warning",
            evidence=tuple(Evidence(spot.place) for spot in spots),
            consequence="the proxy does not send them to the service: the monolith goes on answering them",
            help="write the path as a plain string, or add the routes to the proxy by hand",
        )


def _links(going: Going) -> Iterator[Hazard]:
    for built in (False, True):
        links = {name: places for name, places in going.links.items() if (name in going.built) is built}
        if not links:
            continue
        title = f"url_for names {len(links)} endpoint{'s' if len(links) > 1 else ''} that the service does "
        yield Hazard(
            id="link-left-behind",
            title=f"{title}not have: {_names(links)}",
            severity="note" if built else "warning",
            evidence=tuple(sorted({evidence for places in links.values() for evidence in places})),
            consequence="the service builds these links, but only the monolith answers them"
            if built
            else "at run time each is a BuildError, which answers 500 unless it is caught",
            help="open the pages through the proxy, which sends these requests to the monolith"
            if built
            else "in configure() of the service's settings.py, app.add_url_rule(RULE, endpoint=NAME, "
            "build_only=True) builds such links; the proxy sends them to the monolith",
        )


def _factory(graph: Graph, factory: Factory, renders: bool) -> Iterator[Hazard]:
    node = graph.node(factory.id) if factory.id else None
    if node is None or node.path is None:
        return
    if factory.touches:
        count = len(factory.touches)
        listed = "; ".join(f"{touch.code} at {_line(touch.evidence)}" for touch in factory.touches[:_TOLD])
        listed += f"; and {count - _TOLD} more" if count > _TOLD else ""
        yield Hazard(
            id="application-factory",
            title=f"{node.name} also does {count} thing{'s' if count > 1 else ''} with the application "
            "that the service does not",
            severity="warning",
            evidence=(Evidence(Place(node.path, node.line)), *(touch.evidence for touch in factory.touches)),
            consequence=f"missing in the service: {listed}"
            + ("; a page template that uses such a filter fails" if renders and "filter" in listed else ""),
            help="put what the moved routes need into configure() of the service's settings.py",
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


def _line(evidence: Evidence) -> str:
    return f"{evidence.place.path}:{evidence.place.line}"


def _names(names: Iterable[str]) -> str:
    names = sorted(names)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(islice(names, _SHOWN)) + more
