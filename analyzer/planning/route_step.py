"""The step *routes*: which requests go to a service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ..graph.cut import Membership
from ..model.boundary import Boundary
from ..model.errors import UsageError
from ..model.graph import Graph
from ..model.plan import Plan, Step
from .files import texts_of
from .grants import functions, with_functions
from .interface import full_interface
from .own_converters import own_converters
from .route_nodes import require_one_owner, route_nodes
from .routes import framework_of, port_of, route_table
from .steps import service_of


def routes(
    graph: Graph,
    boundary: Boundary,
    service_name: str,
    files: Mapping[str, str] | Path = MappingProxyType({}),
) -> Plan:
    """The plan with the one step that sends a service its routes, and the calls of its functions.

    Raises UsageError for an unknown service and for one without either, and Refused for routes that a
    proxy could not tell from others.
    """
    service = service_of(boundary, service_name)
    membership = Membership(graph, boundary)
    nodes = route_nodes(graph, membership, service.name)
    texts = texts_of(files)
    interface = full_interface(graph, boundary, service.name, texts)
    framework = framework_of(nodes)
    if not framework and not functions(interface):
        raise UsageError(
            f"no HTTP route belongs to the service {service.name!r}, and none of its functions can be called",
            place=service.place,
            why="the proxy sends a service the routes and the calls that its modules answer",
            help="carveout graph --level service shows which routes there are",
        )
    require_one_owner(graph, membership, service.name, nodes)
    table = route_table(graph, service, nodes, port_of(service.name), own_converters(graph, texts))
    table = with_functions(table, boundary, interface)
    return Plan(service, (Step(name="routes", service=service, framework=framework, routes=table),))
