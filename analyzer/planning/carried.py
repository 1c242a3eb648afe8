"""The step *service* for functions that others call: what Django, Flask and FastAPI have alike of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ..model.boundary import Boundary
from ..model.plan import Step
from ..model.routes import RouteTable
from .along import tests_along
from .distributions import distributions
from .entry_points import entry_points_stay
from .grants import with_functions
from .pythons import python_of
from .routes import port_of
from .slices import Slices
from .steps import service_of
from .survey import Survey, find_all


def carried(
    survey: Survey,
    boundary: Boundary,
    slices: Slices,
    modules: Sequence[str],
    texts: Mapping[str, str],
    framework: str,
    server: Collection[str],
    accepted: Collection[str],
) -> Step:
    """The step with what of the slices moves or is copied, the tests that go along, and the hazards.

    `modules` are those of the slices that go, `server` is what has to be installed to answer at all.
    """
    service, interface = service_of(boundary, survey.service), survey.interface
    paths = {node.name: node.path for node in survey.graph.nodes("module") if node.path}
    own = {name for name in modules if survey.membership.of_module(name) == service.name}
    moved = {paths[name] for name in own}
    tops = {name.partition(".")[0] for name in paths}
    required = distributions([*slices.external, *server], texts, tops)
    tested = own | {each.module for each in interface.offered}
    return Step(
        name="service",
        service=service,
        framework=framework,
        root=_root_of(paths, modules),
        moved=tuple(sorted(moved)),
        copied=tuple(sorted({paths[name] for name in modules} - moved)),
        texts={paths[name]: slices.text(name) for name in modules},
        routes=with_functions(RouteTable(service.name, (), port_of(service.name)), boundary, interface),
        distributions=required,
        optional=tuple(name for name in distributions(slices.optional, texts, tops) if name not in required),
        interface=interface,
        tests=tests_along(survey.graph, survey.declarations, slices, texts, tested, required),
        hazards=(*find_all(survey), *entry_points_stay(survey)),
        accepted=tuple(sorted(accepted)),
        python=python_of(texts),
    )


def _root_of(paths: Mapping[str, str], modules: Iterable[str]) -> str:
    """The folder that the dotted names start from."""
    for name in modules:
        inner = name.replace(".", "/")
        for suffix in (f"{inner}/__init__.py", f"{inner}.py"):
            if f"/{paths[name]}".endswith(f"/{suffix}"):
                return paths[name][: -len(suffix)].rstrip("/") or "."
    return "."
