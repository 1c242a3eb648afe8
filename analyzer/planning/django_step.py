"""The step *service* for Django: the code that others call, in a process of its own on the same database."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..graph.roles import role_of
from ..model.boundary import Boundary
from ..model.errors import Refused
from ..model.evidence import Place
from ..model.graph import Edge, Graph
from ..model.interface import Interface
from ..model.plan import Model, Plan, Setting
from .accepted import require_known
from .carried import carried
from .declarations import Declarations
from .files import texts_of
from .hazards.sends_tasks import hazard as sends_tasks
from .plain_settings import kind_of, plain_setting
from .slices import Slices
from .steps import service_of
from .survey import Survey, survey_of

_ALWAYS = ("USE_TZ", "TIME_ZONE", "LANGUAGE_CODE", "USE_I18N", "DEFAULT_AUTO_FIELD")
"""Settings of Django itself that change what stored values mean."""
_TYPE = re.compile(r"[A-Za-z_][\w.]*\.[\w.]+")


def is_django(graph: Graph) -> bool:
    """Whether the project's own code is a Django application."""
    return "django" in imported_by_code(graph)


def imported_by_code(graph: Graph) -> Iterator[str]:
    """The outermost name of each import of the project's own code."""
    for edge in graph.edges("imports"):
        if edge.evidence and role_of(edge.evidence[0].place.path) == "code":
            yield edge.target.partition(":")[2].partition(".")[0]


def plan_django(
    graph: Graph,
    boundary: Boundary,
    service_name: str,
    files: Mapping[str, str] | Path,
    accepted: Collection[str] = (),
) -> Plan:
    """The plan with the one step that starts a service of Django. Raises as `seam` does."""
    service = service_of(boundary, service_name)
    texts = texts_of(files)
    survey = survey_of(graph, boundary, service.name, texts)
    interface, declarations = survey.interface, survey.declarations
    offered = [each for each in interface.offered if each.crosses]
    if not offered:
        sent = any(each.name.startswith("task:") for each in interface.entry_points)
        tasks = ", and the monolith's workers carry out its tasks" if sent else ""
        raise Refused(
            f"nothing of {service.name} that others call can run in another process",
            place=service.place,
            why="a Django service answers the functions that others call; its routes are not carried out "
            f"yet{tasks}",
            help=f"carveout scaffold {service.name} --step seam tells why for each function; --step routes "
            "sends its routes to a service of yours",
        )
    slices = Slices(graph, declarations, texts)
    slices.add(roots_of(interface, declarations))
    modules = [name for name in slices.modules() if not name.endswith(".migrations")]
    paths = {node.name: node.path for node in graph.nodes("module") if node.path}
    server = ("django", "jwt", "gunicorn")
    step = replace(
        carried(survey, boundary, slices, modules, texts, "django", server, accepted),
        models=tuple(models_of(graph, slices, paths)),
        settings=tuple(sorted({*_settings(graph, slices, texts), *_of_broker(survey)})),
        apps=tuple(
            sorted(
                {
                    name.rpartition(".models")[0]
                    for name in slices.external
                    if ".models." in name and name.startswith("django.contrib.")
                }
            )
        ),
    )
    require_known(step.hazards, accepted)
    return Plan(service, (step,))


def roots_of(interface: Interface, declarations: Declarations) -> Iterator[tuple[str, str]]:
    """The functions, and the classes that their values and exceptions are of."""
    for each in interface.offered:
        if not each.crosses:
            continue
        yield each.module, each.name.partition(".")[0]
        types = [passed.type for passed in (*each.parameters, each.result) if passed.how == "declared"]
        for name in (*each.raises, *(name for text in types for name in _TYPE.findall(text))):
            found = declarations.split(name)
            if found is not None and found[1]:
                yield found[0], found[1].partition(".")[0]


def models_of(graph: Graph, slices: Slices, paths: Mapping[str, str]) -> Iterator[Model]:
    """The mapped classes of which the slices hold the definition."""
    for edge in graph.edges("maps"):
        found = slices.place_of(edge.source.partition(":")[2])
        node = graph.node(edge.source)
        if found is not None and node is not None and edge.confidence == "certain":
            label = dict(node.attributes).get("app", found[0].rpartition(".")[2])
            yield Model(paths[found[0]], found[1], edge.target.partition(":")[2], label)


def _settings(graph: Graph, slices: Slices, texts: Mapping[str, str]) -> Iterator[Setting]:
    """The settings that the slices read, and those of Django that change what values mean."""
    wanted: dict[str, set[Place]] = defaultdict(set)
    for edge in graph.edges("configures"):
        if edge.source.startswith("setting:") and _runs(slices, edge):
            wanted[edge.source.partition(":")[2]].update(place for place, _ in edge.evidence)
    literals = literals_of(graph, texts)
    for name in sorted(wanted.keys() | {each for each in _ALWAYS if literals.get(each, ("",))[0]}):
        if name.isidentifier() and name.isupper():
            yield Setting(name, *literals.get(name, ("", "")))


def _runs(slices: Slices, edge: Edge) -> bool:
    """Whether code of the slices reads a setting: a definition, or a statement of a module."""
    kind, _, name = edge.target.partition(":")
    if kind == "module":
        return any(slices.runs(name, evidence.place.line) for evidence in edge.evidence)
    return slices.place_of(name) is not None


def _of_broker(survey: Survey) -> Iterator[Setting]:
    """What Celery reads by itself, where code of the service sends tasks."""
    if any(True for _ in sends_tasks.find(survey)):
        yield Setting("CELERY_BROKER_URL")


def literals_of(graph: Graph, texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Settings of the project, (value as JSON, "" for none; kind); the last assignment counts.

    What follows from DEBUG is as it is where DEBUG is off, as it is in a service.
    """
    found: dict[str, tuple[str, str]] = {}
    values: dict[str, object] = {"DEBUG": False}
    names = {node.path for node in graph.nodes("setting") if node.path and role_of(node.path) == "code"}
    for path in sorted(name for name in names if name.endswith("settings.py")):
        try:
            tree = ast.parse(texts.get(path, ""))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in tree.body:
            if (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)
            ):
                name = node.targets[0].id
                found.pop(name, None)
                plain, kind = plain_setting(node.value, values), kind_of(node.value)
                if name != "DEBUG":
                    values.pop(name, None)
                if plain is not None:
                    values.setdefault(name, plain)
                if plain is not None or kind:
                    found[name] = (json.dumps(plain) if plain is not None else "", kind)
    return found
