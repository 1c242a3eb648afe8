"""What a service that answers functions has whatever its framework: the contract, and who may call what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...analyzer.model.changes import Change
from ...analyzer.model.plan import Setting, Step
from ..checker import jwks
from ..quoting import dotted
from ..seams.contract import contract_text, runtime_files, seam_name
from .client import client_context
from .layout import Layout, crossing
from .open_api import document

_TEMPLATE = "services/functions"
_SECRET = ("SECRET", "TOKEN", "PASSWORD", "CREDENTIAL", "PRIVATE", "_KEY", "SALT", "PEPPER")
_OF_DATABASE = "SQLALCHEMY_DATABASE_URI"


def function_files(step: Step, at: Layout) -> Iterator[Change]:
    """The files that carry calls, none when there is no function that crosses."""
    if not crossing(step):
        return
    yield from contract_files(step, at)
    yield from at.rendered(_TEMPLATE, {"slug": at.slug, "package": at.package, **function_context(step, at)})


def contract_files(step: Step, at: Layout) -> Iterator[Change]:
    """What was agreed, in all its forms: the contract, who may call, what carries it, a client, tests."""
    ours = f"{at.base}/src/{at.package}/_generated"
    for path, text in runtime_files(f"{ours}/seams").items():
        yield Change(path, text, origin="carveout's own")
    yield Change(f"{ours}/{seam_name(at.slug)}.py", contract_text(step))
    yield Change(f"{at.base}/_generated/openapi.json", document(step))
    prefix = dotted(at.slug.upper().replace("-", "_"))
    yield jwks(ours)
    told = {
        "slug": at.slug,
        "package": at.package,
        "prefix": prefix,
        "seam": seam_name(at.slug),
        "grants": _grants(step),
    }
    yield from at.rendered("services/contract", {**told, **client_context(step)})


def _grants(step: Step) -> list[dict[str, Any]]:
    """Who may call what, as the boundary says: the proxy checks it, and the service once more."""
    there = {each.dotted for each in crossing(step)}
    return [
        {"consumer": grant.consumer, "functions": [each for each in grant.functions if each in there]}
        for grant in step.routes.grants
    ]


def function_context(step: Step, at: Layout) -> dict[str, Any]:
    """What templates are told of functions, of secrets and of the monolith's settings."""
    return {
        "prefix": dotted(at.slug.upper().replace("-", "_")),
        "seam": seam_name(at.slug),
        "functions": [each.dotted for each in crossing(step)],
        "settings": list(_settings(step.settings)),
        "tables": sorted({each.table for each in step.models}),
        "modules": list(step.effects),
        "session": step.unit.session,
        "engines": [{"module": module, "name": name} for module, name in step.engines],
        "framework": step.framework,
        "database": any(
            line.lower().replace("_", "-").startswith("flask-sqlalchemy") for line in step.distributions
        )
        and not step.routes.routes,
    }


def _settings(settings: Iterable[Setting]) -> Iterator[dict[str, Any]]:
    for each in settings:
        if each.name != _OF_DATABASE:
            yield {"name": each.name, "secret": any(word in each.name for word in _SECRET)}
