"""The step *seam*: the functions of a service that others call, and what is unsafe about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from ..model.boundary import Boundary
from ..model.graph import Graph
from ..model.plan import Plan, Step
from .accepted import require_known
from .closure import Modules, moved_modules
from .files import ProjectFiles, texts_of
from .steps import service_of
from .survey import find_all, survey_of


def seam(
    graph: Graph,
    boundary: Boundary,
    service_name: str,
    files: Mapping[str, str] | Path,
    accepted: Collection[str] = (),
) -> Plan:
    """The plan with the one step that puts a service behind a seam, still in the monolith.

    `files` maps paths to texts, or is the project's folder; `accepted` are hazards by id, or as
    `id:function`. Raises UsageError for an unknown service and for a hazard that there is not.
    """
    service = service_of(boundary, service_name)
    texts = texts_of(files)
    survey = survey_of(graph, boundary, service.name, texts)
    membership, interface = survey.membership, survey.interface
    hazards = find_all(survey)
    require_known(hazards, accepted)
    modules = Modules(graph)
    paths = sorted({each.place.path for each in interface.offered if not each.stays})
    step = Step(
        name="seam",
        service=service,
        moved=tuple(sorted(modules.paths[name] for name in moved_modules(graph, membership, service.name))),
        texts={path: _exact(texts, path) for path in paths},
        interface=interface,
        hazards=hazards,
        accepted=tuple(sorted(accepted)),
    )
    return Plan(service, (step,))


def _exact(texts: Mapping[str, str], path: str) -> str:
    return texts.exact(path) if isinstance(texts, ProjectFiles) else texts[path]
