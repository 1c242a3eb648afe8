"""A Flask service: the moved code, an application that is wired as the monolith's, health, an image.

The framework is kept and the code is moved as it is, so that the service answers as the monolith
did. It runs on the shared database until the data is moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ...analyzer.model.changes import Change
from ...analyzer.model.graph import Graph
from ...analyzer.model.plan import Step, Wiring
from ...analyzer.model.routes import Route
from .along import files_along, told_along
from .functions import function_context, function_files
from .layout import EVERY, Layout, crossing, hazard_rows, layout, target

_TEMPLATE = "services/flask"
_COMMON = "services/common"
_FUNCTIONS = "services/flask_functions"
_OURS = ("flask", "waitress")
_TAKEN = frozenset(
    {"Flask", "Path", "Response", "SERVICE", "app", "create_app", "health", "served_by", "settings",
     "templates", "internal", "logs"}
)  # fmt: skip
_COOKIE = re.compile(r"\A((?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*)([-\w.]+)", re.ASCII)


class Service:
    """Makes `services/<name>/` out of the step `service` of a plan for Flask."""

    name = "flask"

    def changes(self, step: Step, graph: Graph) -> Iterable[Change]:
        """The files of the service. Raises Refused when its package would hide code that is moved."""
        at = layout(step)
        for place, path in at.moved.items():
            whole = step.routes.routes and path not in step.trimmed
            origin = path if whole else ""  # parts of files are no copies of them
            yield Change(f"{at.base}/src/{place}", _as_utf8(step.texts[path]), owner="user", origin=origin)
        context = _context(step, at)
        for template in (EVERY, _TEMPLATE, _COMMON, *([_FUNCTIONS] if crossing(step) else [])):
            yield from at.rendered(template, context)
        yield from files_along(step, at, context)
        yield from function_files(step, at)


def _as_utf8(text: str) -> str:
    """All files are written in UTF-8, so that a cookie that says otherwise would lie."""
    return _COOKIE.sub(r"\g<1>utf-8", text, count=1)


def _context(step: Step, at: Layout) -> dict[str, Any]:
    slug = at.slug
    imports = _Imports(step)
    configuring = [_call(call, imports) for call in step.wiring if call.on.startswith("config.")]
    wiring = [_call(call, imports) for call in step.wiring if not call.on.startswith("config.")]
    blueprints = _blueprints(step, imports)
    own, external = imports.lines()
    imported = {line["module"] for line in own}
    return {
        **function_context(step, at),
        "django": False,
        "tests": told_along(step, at),
        "slug": slug,
        "package": at.package,
        "distribution": f"{slug.lower()}-service",
        "description": f"The service {slug}, carried out of the monolith.",
        "port": step.routes.port,
        "configuring": configuring,
        "wiring": wiring,
        "links": [{"endpoint": endpoint, "rule": rule} for endpoint, rule in step.links],
        "blueprints": blueprints,
        "imports": own,
        "external_imports": external,
        "effects": [module for module in step.effects if module not in imported],
        "routes": [{"method": route.method, "text": route.text} for route in step.routes.routes],
        "rules": _rules(step.routes.routes),
        "templates": target(step, step.templates),
        "factory": _factory(step),
        "sqlalchemy": any(
            re.match(r"(?:flask[-_.])?sqlalchemy\b", line, re.IGNORECASE) for line in step.distributions
        ),
        "distributions": _distributions(step),
        "optional": list(step.optional),
        "moved": list(step.moved),
        "copied": list(step.copied),
        "hazards": hazard_rows(step),
    }


def _call(call: Wiring, imports: _Imports) -> dict[str, Any]:
    """What is called with which arguments: the application first, or what its own method is given."""
    if call.on:
        return {"call": f"app.{call.on}", "first": _use(call.module, call.name, imports), "arguments": []}
    rows: list[dict[str, Any]] = []
    for argument in call.arguments:
        name = _use(argument.module, argument.name, imports) if argument.module else ""
        rows.append({"keyword": argument.keyword, "name": name, "value": argument.value})
    first = "" if call.alone else "app"
    return {"call": imports.use(call.module, call.name), "first": first, "arguments": rows}


def _use(module: str, name: str, imports: _Imports) -> str:
    """The expression for a name of a module, or for the module itself."""
    if name:
        return imports.use(module, name)
    package, _, last = module.rpartition(".")
    return imports.use(package, last)


class _Imports:
    """Names imported from modules, each under an alias of its own."""

    def __init__(self, step: Step) -> None:
        self._aliases: dict[tuple[str, str], str] = {}
        self._own = {target(step, path).split("/", 1)[0].removesuffix(".py") for path in step.texts}

    def use(self, module: str, name: str) -> str:
        """The expression for a name (which may have dots) of a module."""
        head, dot, rest = name.partition(".")
        if (module, head) not in self._aliases:
            alias = wished = f"{module.rpartition('.')[2]}_{head}"
            number = 2
            while alias in _TAKEN or alias in self._aliases.values():
                alias, number = f"{wished}_{number}", number + 1
            self._aliases[module, head] = alias
        return self._aliases[module, head] + dot + rest

    def lines(self) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """Import lines from the project's own modules, and from libraries, sorted."""
        rows = [
            {"module": module, "name": name, "alias": alias}
            for (module, name), alias in sorted(self._aliases.items())
        ]
        own = [row for row in rows if row["module"].partition(".")[0] in self._own]
        return own, [row for row in rows if row not in own]


def _blueprints(step: Step, imports: _Imports) -> list[dict[str, str]]:
    """Registrations; a blueprint that is registered again needs another name the second time."""
    rows: list[dict[str, str]] = []
    times: dict[str, int] = {}
    for blueprint in step.blueprints:
        name = blueprint.name.rpartition(".")[0] if blueprint.made else blueprint.name
        alias = imports.use(blueprint.module, name)
        times[alias] = times.get(alias, 0) + 1
        again = f"{alias.replace('.', '_')}_{times[alias]}" if times[alias] > 1 else ""
        rows.append(
            {
                "alias": alias,
                "prefix": blueprint.prefix,
                "again": again,
                "made": "yes" if blueprint.made else "",
            }
        )
    return rows


def _rules(routes: Iterable[Route]) -> list[tuple[str, str]]:
    """(route, its methods) in the order of the table."""
    methods: dict[str, list[str]] = {}
    for route in routes:
        methods.setdefault(route.text, []).append(route.method)
    return [(text, ", ".join(names)) for text, names in methods.items()]


def _factory(step: Step) -> str:
    hazard = next((hazard for hazard in step.hazards if hazard.id == "application-factory"), None)
    return str(hazard.evidence[0].place) if hazard and hazard.evidence else ""


def _distributions(step: Step) -> list[str]:
    ours = (*_OURS, "PyJWT") if crossing(step) else _OURS
    known = {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in step.distributions}
    return sorted([*step.distributions, *(name for name in ours if name.lower() not in known)], key=str.lower)


scaffold = Service()
