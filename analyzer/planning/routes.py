"""The routes of one service, so exact that a proxy can tell them from all others."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence

from ..model.boundary import Service
from ..model.errors import Refused
from ..model.graph import Graph
from ..model.plan import Blueprint
from ..model.routes import RouteTable
from .django_routes import django_claims
from .fastapi_routes import fastapi_claims
from .flask_rules import flask_claims
from .own_converters import NONE, Converters
from .route_claims import Claim, routes
from .route_nodes import RouteNode

_FIRST_PORT, _PORTS = 8100, 800
_INTERNAL = "/internal/"
_FAMILIES = {
    "django": "django", "django_rest": "django", "ninja": "django",
    "fastapi": "fastapi", "flask": "flask", "flask_appbuilder": "flask", "flask_restful": "flask",
    "flask_restx": "flask", "flask_rest_jsonapi": "flask", "flask_smorest": "flask",
}  # fmt: skip


def framework_of(nodes: Iterable[RouteNode]) -> str:
    """The framework of the service's routes: "" without routes, names joined by " and " for several."""
    return " and ".join(
        sorted({route.attributes.get("framework", "an unknown framework") for route in nodes if route.owned})
    )


def route_table(
    graph: Graph, service: Service, nodes: Sequence[RouteNode], port: int, own: Converters = NONE
) -> RouteTable:
    """The routes of a service, in the order in which its framework tries them.

    `own` are converters of the project. Raises Refused for routes that cannot be translated, for paths that
    two may claim, and for routes of several frameworks.
    """
    families = {_FAMILIES.get(route.attributes.get("framework", ""), "") for route in nodes if route.owned}
    if not families:
        return RouteTable(service.name, (), port, internal_prefix(nodes))
    if len(families) > 1 or "" in families:
        raise Refused(
            f"the routes of {service.name!r} are of {framework_of(nodes)}",
            place=next(route.place for route in nodes if route.owned),
            why="each framework has an order of its own in which routes are tried; supported: "
            + ", ".join(sorted(_FAMILIES)),
            help="carry out the routes of one framework at a time",
        )
    family = families.pop()
    kin = [route for route in nodes if _FAMILIES.get(route.attributes.get("framework", "")) == family]
    translate: dict[str, Callable[[], list[Claim]]] = {
        "django": lambda: django_claims(kin, own),
        "fastapi": lambda: fastapi_claims(kin, graph),
        "flask": lambda: flask_claims(kin, own),
    }
    claims = translate[family]()
    found = routes(claims)
    sockets = family == "fastapi" or any(route.method == "WEBSOCKET" for route in found)
    return RouteTable(service.name, found, port, internal_prefix(nodes), sockets, family == "flask")


def internal_prefix(nodes: Iterable[RouteNode]) -> str:
    """`/internal/`, or "" when the project answers routes of its own there."""
    return "" if any(route.text.startswith(_INTERNAL) for route in nodes) else _INTERNAL


def blueprints(graph: Graph, nodes: Iterable[RouteNode]) -> tuple[Blueprint, ...]:
    """The blueprints of the service's routes with their prefixes, sorted; routes without one are left out."""
    found = {
        (split_variable(graph, route.attributes["blueprint"]), route.attributes.get("prefix", ""))
        for route in nodes
        if route.owned and route.attributes.get("blueprint")
    }
    return tuple(Blueprint(module, name, prefix) for (module, name), prefix in sorted(found))


def split_variable(graph: Graph, dotted: str) -> tuple[str, str]:
    """(module, name) of a dotted module variable: the longest prefix that is a module of the project."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:cut])
        node = graph.node(f"module:{module}")
        if node is not None and node.path is not None:
            return module, ".".join(parts[cut:])
    module, _, name = dotted.rpartition(".")
    return module, name


def port_of(service: str) -> int:
    """The port of a service on loopback unless told otherwise: the same whatever other services there are."""
    return _FIRST_PORT + zlib.crc32(service.encode("utf-8", "surrogatepass")) % _PORTS
