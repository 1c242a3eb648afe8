"""The step *seam*: the functions of a service that others call, and what is unsafe about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from ..graph.cut import Membership
from ..model.boundary import Boundary
from ..model.errors import UsageError
from ..model.findings import Hazard
from ..model.graph import Graph
from ..model.plan import Plan, Step
from .closure import Modules, moved_modules
from .declarations import Declarations
from .files import ProjectFiles
from .interface import full_interface
from .steps import service_of
from .survey import Survey, find_all


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
    texts: Mapping[str, str] = ProjectFiles(files) if isinstance(files, Path) else files
    interface = full_interface(graph, boundary, service.name, texts)
    membership = Membership(graph, boundary)
    survey = Survey(graph, membership, service.name, interface, Declarations(graph, texts))
    hazards = find_all(survey)
    _require_known(hazards, accepted)
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


def _require_known(hazards: Collection[Hazard], accepted: Collection[str]) -> None:
    unknown = sorted(name for name in accepted if not any(each.accepted_by([name]) for each in hazards))
    if unknown:
        errors = sorted({each.id for each in hazards if each.severity == "error"})
        raise UsageError(
            f"there is no hazard {unknown[0]!r} to accept",
            why=f"those that keep this step from being carried out are {', '.join(errors) or '(none)'}",
            help="--accept-hazard ID for all of a kind, or ID:FUNCTION for one function",
        )
