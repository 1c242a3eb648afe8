"""Links by the name of an endpoint (`url_for("main.index")`) to routes that stay behind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..model.evidence import Evidence, Place
from ..model.graph import Graph
from ..model.plan import Blueprint
from .flask_rules import can_translate
from .route_nodes import RouteNode
from .routes import split_variable

_LINK = re.compile(r"""\burl_for\(\s*["']((?:\w+\.)*\w+)["']""")


def links_left(
    graph: Graph,
    files: Mapping[str, str],
    code: Mapping[str, str],
    routes: Iterable[RouteNode],
    moving: Iterable[Blueprint],
) -> dict[str, tuple[Evidence, ...]]:
    """Endpoint -> where `code` links to it, for endpoints that the service will not have.

    These are endpoints of blueprints of the project that do not move, and those of the application itself,
    `static` among them; links to blueprints of libraries are passed over.
    """
    variables = {
        split_variable(graph, route.attributes["blueprint"])
        for route in routes
        if route.attributes.get("blueprint")
    }
    going = {(blueprint.module, blueprint.name) for blueprint in moving}
    staying = {name for variable in variables - going if (name := _name(graph, files, *variable))}
    staying -= {_name(graph, files, *variable) for variable in going}
    found: dict[str, set[Evidence]] = defaultdict(set)
    for path, text in code.items():
        for match in _LINK.finditer(text):
            blueprint, dot, _ = match[1].partition(".")
            if not dot or blueprint in staying:
                found[match[1]].add(Evidence(Place(path, text.count("\n", 0, match.start()) + 1)))
    return {endpoint: tuple(sorted(found[endpoint])) for endpoint in sorted(found)}


def link_rules(
    graph: Graph, files: Mapping[str, str], links: Iterable[str], routes: Iterable[RouteNode], static: bool
) -> tuple[tuple[str, str], ...]:
    """(endpoint, rule) of linked endpoints whose rule is known, several rules in the order of registration.

    `static`: the application serves `/static` as Flask does unless told otherwise.
    """
    wanted = frozenset(links)
    found = {("static", 0, "/static/<path:filename>")} if static and "static" in wanted else set()
    for route in routes:
        blueprint = route.attributes.get("blueprint", "")
        if not blueprint or route.owned or not can_translate(route.text):
            continue
        name = _name(graph, files, *split_variable(graph, blueprint))
        endpoint = f"{name}.{route.handler.rpartition('.')[2]}"
        if endpoint in wanted:
            # Decorators are applied from the last to the first.
            found.add((endpoint, -route.node.line, route.text))
    return tuple((endpoint, text) for endpoint, _, text in sorted(found))


def _name(graph: Graph, files: Mapping[str, str], module: str, variable: str) -> str:
    """What a blueprint calls itself, as its module says; "" when it does not say so plainly."""
    node = graph.node(f"module:{module}")
    text = files.get(node.path, "") if node is not None and node.path is not None else ""
    last = re.escape(variable.rpartition(".")[2])
    match = re.search(
        rf"""\b{last}\s*(?::[^=\n]+)?=\s*[\w.]*Blueprint\(\s*(?:name\s*=\s*)?["']([\w-]+)["']""", text
    )
    return match[1] if match else ""
