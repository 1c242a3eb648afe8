"""The step *service* for the functions that others call, with Flask or FastAPI around them.

Only what these functions need goes along, definition by definition. Mapped classes of SQLAlchemy go as they
are: they map the same tables on the shared database, and nothing creates or migrates them. What a mapper
names by text alone (relationships, foreign keys, classes below it) goes with them, or the first query fails.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..graph.cut import Membership
from ..model.boundary import Boundary, Service
from ..model.errors import Refused
from ..model.graph import Graph
from ..model.plan import Plan, Setting, UnitOfWork
from .accepted import require_known
from .carried import carried
from .declarations import Declarations
from .django_step import imported_by_code, models_of, roots_of
from .files import texts_of
from .mapped import add_mapped
from .route_nodes import route_nodes
from .routes import framework_of
from .sessions import the_session
from .slices import Slices
from .steps import service_of
from .survey import survey_of
from .wiring import factory

FRAMEWORKS = ("fastapi", "flask")
_SERVERS = {"fastapi": ["fastapi", "uvicorn"], "flask": ["flask", "waitress"]}
_MAKES_ENGINE = frozenset({"sqlalchemy.create_engine", "sqlalchemy.engine.create_engine"})


def framework_used(graph: Graph) -> str:
    """The web framework that the project's own code imports most; "" for none that is supported."""
    counts = Counter(name for name in imported_by_code(graph) if name in FRAMEWORKS)
    return min(counts, key=lambda name: (-counts[name], name), default="")


def answers_functions_alone(graph: Graph, boundary: Boundary, service_name: str) -> bool:
    """Whether the service has no route that can be carried out, in a project of one of the frameworks."""
    routes = route_nodes(graph, Membership(graph, boundary), service_of(boundary, service_name).name)
    return framework_of(routes) in ("", "fastapi") and bool(framework_used(graph))


def plan_functions(
    graph: Graph,
    boundary: Boundary,
    service_name: str,
    files: Mapping[str, str] | Path,
    accepted: Collection[str] = (),
) -> Plan:
    """The plan with the one step that starts such a service. Raises as `seam` does, and Refused."""
    service = service_of(boundary, service_name)
    texts = texts_of(files)
    survey = survey_of(graph, boundary, service.name, texts)
    interface, declarations = survey.interface, survey.declarations
    framework = framework_used(graph)
    if not any(each.crosses for each in interface.offered):
        raise _nothing_to_answer(service, framework_of(route_nodes(graph, survey.membership, service.name)))
    slices = Slices(graph, declarations, texts)
    slices.add(roots_of(interface, declarations))
    session = the_session(graph, declarations)
    add_mapped(graph, declarations, slices)
    paths = {node.name: node.path for node in graph.nodes("module") if node.path}
    modules, models = slices.modules(), tuple(models_of(graph, slices, paths))
    server = (*_SERVERS[framework], "jwt")
    step = replace(
        carried(survey, boundary, slices, modules, texts, framework, server, accepted),
        wiring=tuple(
            call
            for call in (factory(graph).wiring if framework == "flask" else ())
            if not call.on and not call.arguments and slices.place_of(f"{call.module}.{call.name}")
        ),
        effects=tuple(sorted({name for name in modules if paths[name] in {each.path for each in models}})),
        models=models,
        engines=tuple(_engines(declarations, slices)),
        settings=tuple(_settings(graph, slices)),
        unit=UnitOfWork(session if slices.place_of(session) else ""),
    )
    require_known(step.hazards, accepted)
    return Plan(service, (step,))


def _nothing_to_answer(service: Service, framework: str) -> Refused:
    """Why there is no service; routes of other frameworks than Flask can be sent to one by the proxy."""
    has = f"routes of {framework}, which are not carried out yet," if framework else "no HTTP route"
    return Refused(
        f"the service {service.name!r} has {has} and nothing of it that others call can run in another "
        "process",
        place=service.place,
        why="a service answers routes of Flask, or functions that others call",
        help=f"carveout scaffold {service.name} --step routes: its routes go to a service of yours"
        if framework
        else f"carveout scaffold {service.name} --step seam tells why for each function",
    )


def _settings(graph: Graph, slices: Slices) -> Iterator[Setting]:
    """What the slices read of the application's configuration, not of the environment."""
    names = {
        edge.source.partition(":")[2]
        for edge in graph.edges("configures")
        if edge.source.startswith("setting:") and slices.place_of(edge.target.partition(":")[2]) is not None
    }
    yield from (Setting(name) for name in sorted(names) if name.isidentifier() and name.isupper())


def _engines(declarations: Declarations, slices: Slices) -> Iterator[tuple[str, str]]:
    """Engines that modules keep under a name of their own: `engine = create_engine(URL)`."""
    for module in slices.modules():
        file = declarations.file(module)
        if file is None:
            continue
        for name in sorted(slices.defined(module)):
            values = [store.value for store in file.syntax.stores[""].get(name, ())]
            calls = [value.func for value in values if isinstance(value, ast.Call)]
            if any(file.syntax.dotted(called) in _MAKES_ENGINE for called in calls):
                yield module, name
