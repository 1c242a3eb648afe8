"""A Django service: the moved code on twins of the models, internal endpoints, health, settings, an image.

The framework is kept, and so are the import paths of the moved code. It answers the functions that others
call, runs on the shared database, and lets nobody in who is not named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ...analyzer.model.changes import Change
from ...analyzer.model.graph import Graph
from ...analyzer.model.plan import Setting, Step
from ..quoting import dotted, name
from ..seams.contract import seam_name
from ..seams.twins import twins
from .along import files_along, told_along
from .functions import contract_files
from .layout import EVERY, Layout, layout, target

_TEMPLATE = "services/django"
_SECRET = ("SECRET", "TOKEN", "PASSWORD", "CREDENTIAL", "PRIVATE", "_KEY")


class Service:
    """Makes `services/<name>/` out of the step `service` of a plan for Django."""

    name = "django"

    def changes(self, step: Step, graph: Graph) -> Iterable[Change]:
        """The files of the service. Raises Refused when its package would hide code that is moved."""
        at = layout(step)
        for place, path in at.moved.items():
            models = {each.name: (each.table, each.label) for each in step.models if each.path == path}
            text = twins(step.texts[path], path, models) if models else step.texts[path]
            yield Change(f"{at.base}/src/{place}", text, owner="user")
        yield from contract_files(step, at)
        context = _context(step, at)
        for template in (EVERY, _TEMPLATE):
            yield from at.rendered(template, context)
        yield from files_along(step, at, context)


def _context(step: Step, at: Layout) -> dict[str, Any]:
    slug, package = at.slug, at.package
    functions = [each.dotted for each in step.interface.offered if each.crosses]
    return {
        "django": True,
        "tests": told_along(step, at),
        "slug": slug,
        "package": package,
        "distribution": f"{slug.lower()}-service",
        "description": f"The service {slug}, carried out of the monolith.",
        "prefix": dotted(slug.upper().replace("-", "_")),
        "seam": seam_name(slug),
        "port": step.routes.port,
        "functions": functions,
        "settings": [_setting(each) for each in step.settings],
        "apps": list(step.apps),
        "modules": _modules(step),
        "distributions": list(step.distributions),
        "moved": list(step.moved),
        "copied": list(step.copied),
        "hazards": [
            {
                "title": each.title,
                "places": sorted({str(evidence.place._replace(column=0)) for evidence in each.evidence})[:5],
                "consequence": each.consequence,
                "help": each.help,
            }
            for each in step.hazards
        ],
    }


def _modules(step: Step) -> list[str]:
    """The modules with models, which must be imported before the first request."""
    paths = sorted({each.path for each in step.models})
    inner = (target(step, path).removesuffix(".py").removesuffix("/__init__") for path in paths)
    return [path.replace("/", ".") for path in inner]


def _setting(setting: Setting) -> dict[str, Any]:
    """A setting with the monolith's value as its default; what may be secret has none."""
    plain = json.loads(setting.value) if setting.value else None
    address = isinstance(plain, str) and "://" in plain and "@" in plain  # with a password in it
    if plain is None or address or any(word in setting.name for word in _SECRET):
        reader = {"list": "values", "json": "value"}.get(setting.kind, "given")
        return {"name": setting.name, "default": None, "value": "", "reader": name(reader)}
    text = isinstance(plain, str)
    reader = "given" if text else "values" if isinstance(plain, list) else "value"
    default = plain if text else setting.value
    return {"name": setting.name, "default": default, "value": setting.value, "reader": name(reader)}


scaffold = Service()
