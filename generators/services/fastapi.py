"""A FastAPI service: the functions that others call, behind internal endpoints of an application of its own.

The framework is kept, and so are the import paths of the moved code. It runs on the shared database, and lets
nobody in who is not named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...analyzer.model.changes import Change
from ...analyzer.model.graph import Graph
from ...analyzer.model.plan import Step
from .along import files_along, told_along
from .functions import function_context, function_files
from .layout import EVERY, Layout, hazard_rows, layout

_TEMPLATES = (EVERY, "services/common", "services/fastapi")


class Service:
    """Makes `services/<name>/` out of the step `service` of a plan for FastAPI."""

    name = "fastapi"

    def changes(self, step: Step, graph: Graph) -> Iterable[Change]:
        """The files of the service. Raises Refused when its package would hide code that is moved."""
        at = layout(step)
        for place, path in at.moved.items():
            yield Change(f"{at.base}/src/{place}", step.texts[path], owner="user")
        context = _context(step, at)
        for template in _TEMPLATES:
            yield from at.rendered(template, context)
        yield from files_along(step, at, context)
        yield from function_files(step, at)


def _context(step: Step, at: Layout) -> dict[str, Any]:
    return {
        **function_context(step, at),
        "django": False,
        "tests": told_along(step, at),
        "slug": at.slug,
        "package": at.package,
        "distribution": f"{at.slug.lower()}-service",
        "description": f"The service {at.slug}, carried out of the monolith.",
        "port": step.routes.port,
        "distributions": list(step.distributions),
        "optional": list(step.optional),
        "rules": [],
        "moved": list(step.moved),
        "copied": list(step.copied),
        "hazards": hazard_rows(step),
    }


scaffold = Service()
