"""The steps that carry one service out. So far one: the service as a process, on the shared database."""

from __future__ import annotations

import difflib
import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..graph.cut import Membership
from ..model.boundary import SHARED, Boundary, Service
from ..model.errors import Refused, UsageError
from ..model.evidence import Evidence, Place
from ..model.graph import Graph
from ..model.plan import Plan, Step, UnitOfWork
from ..model.routes import RouteTable
from .accepted import require_known
from .apart import Going, hazards
from .closure import Modules, Need, closure, moved_modules
from .data_files import data_files, pages_of
from .declarations import Declarations
from .distributions import distributions
from .files import texts_of
from .grants import with_functions
from .guards import hooks_for_all
from .interface import full_interface
from .links import link_rules, links_left
from .made_routes import groups_of, quiet_blueprints
from .pythons import python_of
from .route_nodes import RouteNode, require_one_owner, route_nodes
from .routes import framework_of, internal_prefix, port_of, route_table
from .sessions import the_session
from .trimmed import Trimmed, missed, trimmed
from .wiring import Factory, factory

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}\Z")
_TAKEN = frozenset({SHARED, "monolith", "default", "hostnames", "volatile", "include"})
"""Names with a meaning of their own in the boundary or in the proxy's map."""


def plan(
    graph: Graph,
    boundary: Boundary,
    service_name: str,
    files: Mapping[str, str] | Path,
    accepted: Collection[str] = (),
) -> Plan:
    """The plan for one service of a boundary.

    `files` maps the path of every text file of the project to its text, or is the project's folder.
    `accepted` are hazards that the user accepts.
    Raises UsageError for an unknown service or hazard, a service without modules or with a name that cannot
    be used, and Refused for code or routes that cannot be carried out without guessing.
    """
    service = service_of(boundary, service_name)
    texts = texts_of(files)
    membership = Membership(graph, boundary)
    routes = route_nodes(graph, membership, service.name)
    framework = framework_of(routes)
    moved = moved_modules(graph, membership, service.name)
    if not moved and not service.functions:
        raise _without_modules(service)
    app = factory(graph) if framework == "flask" else Factory()
    groups = groups_of(graph, routes, app.makes, texts)
    if framework == "flask":
        quiet = quiet_blueprints(graph, membership, service.name, texts)
        app = factory(graph, groups.calls, groups.names, quiet)
    trims, modules, copied = _closed(graph, moved, app, service, routes, texts)
    texts = ChainMap(dict(trims.texts), texts)  # type: ignore[arg-type]  # only read
    paths = _files(graph, modules, texts, moved, copied)
    asked = list(hooks_for_all(graph, paths.all, groups.groups)) if app.id else []
    app = app._replace(
        wiring=(*app.wiring, *(call for call, _ in asked)),
        evidence=(*app.evidence, *(evidence for _, evidence in asked)),
    )
    crossing = full_interface(graph, boundary, service.name, texts)
    required, optional = _distributions(modules, [*paths.moved, *paths.copied], app, texts)
    code = {path: texts[path] for path in paths.all if path in texts}
    session = the_session(graph, Declarations(graph, texts))
    links = links_left(graph, texts, code, routes, groups.groups) if framework == "flask" else {}
    static = bool(app.id) and not any("static_" in touch.code for touch in app.touches)
    rules = link_rules(graph, texts, links, routes, static)
    going = Going(
        copied=copied,
        paths=dict(zip(paths.copied, copied, strict=True)),
        moved=(*paths.moved, *paths.moved_data),
        copied_data=paths.copied_data,
        links=links,
        built=frozenset(endpoint for endpoint, _ in rules),
        renders=bool(paths.templates),
    )
    step = Step(
        name="service",
        service=service,
        framework=framework,
        root=_root(modules, [*moved, *copied], service) if framework == "flask" else ".",
        moved=tuple(sorted({*paths.moved, *paths.moved_data})),
        copied=tuple(sorted({*paths.copied, *paths.copied_data})),
        texts=code,
        routes=with_functions(
            _table(graph, membership, service, routes, groups.bare, framework), boundary, crossing
        ),
        blueprints=groups.registered,
        wiring=app.wiring,
        distributions=required,
        optional=optional,
        links=rules,
        interface=crossing,
        hazards=hazards(graph, membership, service.name, going, crossing, app, routes, groups.groups),
        effects=_effects(graph, modules, copied, routes),
        templates=paths.templates,
        accepted=tuple(sorted(accepted)),
        python=python_of(texts),
        unit=UnitOfWork(session if modules.of(session) in {*moved, *copied} else ""),
        trimmed=frozenset(trims.texts) & code.keys(),
    )
    require_known(step.hazards, accepted)
    return Plan(service, (step,))


def _closed(
    graph: Graph,
    moved: Collection[str],
    app: Factory,
    service: Service,
    routes: Iterable[RouteNode],
    texts: Mapping[str, str],
) -> tuple[Trimmed, Modules, dict[str, Need]]:
    """What is left out of modules, and what the service needs then: nothing that other files still name."""
    left, stand_in = list(app.left), ""
    because = f"stays in the monolith; {service.name} makes an application of its own"
    package = f"{service.name.lower().replace('-', '_')}_service"
    while True:
        trims = trimmed(graph, texts, left, because, stand_in)
        modules = Modules(graph, trims)
        copied = closure(modules, moved, _roots(graph, modules, service, routes, app))
        used = {modules.paths[name]: name for name in [*moved, *copied]}
        kept = missed(trims, {path: texts[path] for path in used if path in texts}, used)
        if not kept:
            return trims, modules, copied
        if not stand_in:  # who asks for the monolith's application, such as a task, gets the service's
            stand_in = f"    from {package}._generated.app import create_app\n\n    return create_app()\n"
            continue
        left = [id for id in left if (node := graph.node(id)) is None or node.path not in kept]


class _Files(NamedTuple):
    """The paths of a service: its own and those that it takes along, code and data; the folder of pages."""

    moved: list[str]
    copied: list[str]
    moved_data: tuple[str, ...]
    copied_data: tuple[str, ...]
    templates: str

    @property
    def all(self) -> list[str]:
        return sorted({*self.moved, *self.copied, *self.moved_data, *self.copied_data})


def _files(
    graph: Graph, modules: Modules, texts: Mapping[str, str], moved: Iterable[str], copied: Iterable[str]
) -> _Files:
    own, others = [modules.paths[name] for name in moved], [modules.paths[name] for name in copied]
    pages = pages_of(graph, {*own, *others}) or None
    return _Files(own, others, *data_files(texts, own, others, modules.paths.values(), pages))


def _without_modules(service: Service) -> UsageError:
    return UsageError(
        f"no module belongs to the service {service.name!r}",
        place=service.place,
        why=f"its patterns match nothing: {', '.join(service.modules) or '(none)'}",
        help="carveout graph --level module shows the modules that there are",
    )


def service_of(boundary: Boundary, name: str) -> Service:
    """A service by its name. Raises UsageError for an unknown one, and for a name that cannot be used."""
    service = boundary.service(name)
    if service is None:
        names = sorted(known.name for known in boundary.services)
        close = difflib.get_close_matches(name, names, n=1)
        known = f"the services are {', '.join(names)}" if names else "carveout.toml agrees on no service yet"
        raise UsageError(
            f"there is no service {name!r}" + (f"; did you mean {close[0]!r}?" if close else ""),
            why=known,
            help=f"name {close[0]}"
            if close
            else "name one of them, or add the service to carveout.toml"
            if names
            else "carveout propose --accept N writes a boundary",
        )
    if not _NAME.match(name) or name.lower() in _TAKEN:
        raise UsageError(
            f"{name!r} cannot be the name of a service that is carried out",
            place=service.place,
            why="the name becomes a folder, a Python package and a name in the proxy's configuration",
            help="use a letter, then letters, digits, - and _; some words are taken: "
            + ", ".join(sorted(_TAKEN)),
        )
    return service


def _distributions(
    modules: Modules, paths: Iterable[str], app: Factory, texts: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be installed, and what the code imports on a condition only."""
    paths = list(paths)
    own = {name.partition(".")[0] for name in modules.paths}
    wired = {call.module for call in app.wiring} | {a.module for call in app.wiring for a in call.arguments}
    certain = {name for name in wired if modules.of(name) is None}
    certain.update(name for path in paths for name in modules.externals(path, certain=True))
    everything = certain.union(name for path in paths for name in modules.externals(path))
    required = distributions(certain, texts, own)
    return required, tuple(sorted(set(distributions(everything, texts, own)) - set(required), key=str.lower))


def _roots(
    graph: Graph, modules: Modules, service: Service, routes: Iterable[RouteNode], app: Factory
) -> dict[str, Evidence]:
    """Modules that the service needs although no moved module may import them."""
    found: dict[str, Evidence] = {}
    for wiring, evidence in zip(app.wiring, app.evidence, strict=True):
        for name in (wiring.module, *(argument.module for argument in wiring.arguments)):
            found.setdefault(modules.of(name) or "", evidence)
    for route in routes:
        if route.owned:
            blueprint = route.attributes.get("blueprint", "")
            for dotted in (blueprint, route.handler.partition(":")[2]):
                found.setdefault(modules.of(dotted) or "", Evidence(route.place))
    for function in service.functions:
        node = graph.node(f"function:{function}")
        if node is not None and node.path is not None:
            found.setdefault(modules.of(function) or "", Evidence(Place(node.path, node.line)))
    found.pop("", None)
    return found


def _effects(
    graph: Graph, modules: Modules, copied: Mapping[str, Need], routes: Iterable[RouteNode]
) -> tuple[str, ...]:
    """Modules that nothing imports by name but whose import does something: handlers and mapped classes."""
    handlers = {modules.of(route.handler.partition(":")[2]) for route in routes if route.owned}
    mapped = {name for name, need in copied.items() if not need.imported}
    return tuple(sorted(name for name in handlers | mapped if name))


def _table(
    graph: Graph,
    membership: Membership,
    service: Service,
    routes: tuple[RouteNode, ...],
    bare: tuple[RouteNode, ...],
    framework: str,
) -> RouteTable:
    if framework != "flask":
        return RouteTable(service.name, (), port_of(service.name), internal_prefix(routes))
    require_one_owner(graph, membership, service.name, routes)
    if bare:
        raise Refused(
            f"routes of {service.name} stand on the application itself: "
            + ", ".join(route.node.name for route in bare[:5])
            + (f" and {len(bare) - 5} more" if len(bare) > 5 else ""),
            place=bare[0].place,
            why="such a route exists only where the monolith's application is made",
            help="put them on a blueprint: bp = Blueprint(...), @bp.route(...), app.register_blueprint(bp); "
            "or into a function of the module that is given the application alone: def init_app(app)",
        )
    return route_table(graph, service, routes, port_of(service.name))


def _root(modules: Modules, names: Iterable[str], service: Service) -> str:
    """The import root of these modules: the folder that their dotted names start from."""
    roots: dict[str, str] = {}
    for name in names:
        path = modules.paths[name]
        inner = name.replace(".", "/")
        suffix = next(
            (s for s in (f"{inner}/__init__.py", f"{inner}.py") if f"/{path}".endswith(f"/{s}")), None
        )
        if suffix is not None:
            roots.setdefault(path[: -len(suffix)].rstrip("/") or ".", name)
    if len(roots) > 1:
        listed = ", ".join(f"{name} below {root}" for root, name in sorted(roots.items()))
        raise Refused(
            f"the code of {service.name} lies below several import roots: {listed}",
            place=service.place,
            why="the service has one root, and moving files between roots would need rewritten imports",
            help="choose modules of one root, or make the others a library",
        )
    return next(iter(roots), ".")
