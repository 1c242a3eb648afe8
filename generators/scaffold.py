"""A step of the plan -> changes: the service by the scaffold of its framework, the routes by the proxy."""

from __future__ import annotations

from ..analyzer import plugins
from ..analyzer.model.changes import Change
from ..analyzer.model.errors import Refused
from ..analyzer.model.graph import Graph
from ..analyzer.model.plan import Step
from ..analyzer.model.protocols import Proxy, Scaffold

PROXY = "nginx"


def changes(step: Step, graph: Graph) -> tuple[Change, ...]:
    """All files of a step, sorted by path.

    Raises Refused when there is no scaffold for the framework of the step's routes.
    """
    service = step.service.name
    scaffolds: dict[str, Scaffold] = {
        plugin.name: plugin for plugin in plugins.plugins("generators.services", "scaffold")
    }
    chosen = scaffolds.get(step.framework)
    if chosen is None:
        framework = f"routes of {step.framework}" if step.framework else "no HTTP route that was recognised"
        raise Refused(
            f"the service {service!r} has {framework}, and there is no scaffold for that yet",
            place=step.service.place,
            why=f"a service is generated around its routes; supported: {', '.join(sorted(scaffolds))}",
            help="choose a service with such routes: carveout graph --level service shows which there are",
        )
    files = [*chosen.changes(step, graph), *_proxy(PROXY).emit(step.routes)]
    return tuple(sorted(files))


def _proxy(name: str) -> Proxy:
    proxies: dict[str, Proxy] = {
        plugin.name: plugin for plugin in plugins.plugins("generators.proxies", "proxy")
    }
    return proxies[name]
