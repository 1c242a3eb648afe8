"""Routes of Flask that a function makes: on the application that it is given, or on a blueprint.

Such a function is called in the service, too, where nothing but the application need be handed to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ..graph.cut import Membership
from ..model.boundary import SHARED
from ..model.errors import Refused
from ..model.graph import Graph
from ..model.plan import Blueprint
from .route_nodes import RouteNode
from .routes import blueprints

_FOR_ALL = re.compile(r"\.(?:app_|before_app|after_app|teardown_app)\w+|\.record(?:_once)?\b")
"""What a blueprint does for the whole application: `@bp.app_errorhandler(404)`."""
_API = re.compile(r"\bApi\(|\.(?:route|add_url_rule|register_blueprint|add_resource)\(")


class Groups(NamedTuple):
    """How the routes of a service come to be there.

    `registered` are blueprints to be registered; `calls` are functions (dotted) that are given the
    application and do it themselves, `groups` the blueprints of both; `bare` routes stand on the application
    that nobody is given.
    """

    registered: tuple[Blueprint, ...]
    groups: tuple[Blueprint, ...]
    calls: frozenset[str]
    bare: tuple[RouteNode, ...]

    @property
    def names(self) -> frozenset[str]:
        """The dotted names of the blueprints that are registered."""
        return frozenset(f"{group.module}.{group.name}" for group in self.registered)


def groups_of(
    graph: Graph, nodes: Iterable[RouteNode], makes: frozenset[str], texts: Mapping[str, str]
) -> Groups:
    """The groups of the owned routes; `makes` are functions that are given the application to make routes.

    Raises Refused for a blueprint that only the monolith's own code can make.
    """
    owned = [node for node in nodes if node.owned]
    of_all = blueprints(graph, owned)
    calls = {each for node in owned if (each := _maker(graph, node, makes))}
    registered: list[Blueprint] = []
    for group in of_all:
        function = f"{group.module}.{group.name}".rpartition(".")[0]
        if graph.node(f"function:{function}") is None:
            registered.append(group)
        elif function not in calls:
            registered.append(_given_back(graph, group, texts, owned))
    bare = tuple(
        node for node in owned if not node.attributes.get("blueprint") and not _maker(graph, node, makes)
    )
    given = (Blueprint(*_split(graph, name), "") for name in sorted(calls))
    return Groups(tuple(registered), (*of_all, *given), frozenset(calls), bare)


def quiet_blueprints(
    graph: Graph, membership: Membership, service: str, texts: Mapping[str, str]
) -> dict[str, bool]:
    """Blueprints without routes that do something for all requests: dotted name -> whether they go along.

    They do where the service or the shared kernel owns their module.
    """
    routed = {dict(node.attributes).get("blueprint", "") for node in graph.nodes("route")}
    paths = {node.name: node.path for node in graph.nodes("module") if node.path}
    found: dict[str, bool] = {}
    for node in graph.nodes("setting"):
        about = dict(node.attributes)
        of, module = about.get("of", ""), about.get("module", "")
        if about.get("on") != "register_blueprint" or of in routed or module not in paths:
            continue
        package = paths[module].endswith("/__init__.py")
        names = [name for name in paths if name == module or (package and name.startswith(f"{module}."))]
        text = "\n".join(texts.get(paths[name], "") for name in sorted(names))
        if _FOR_ALL.search(text) and not _API.search(text):
            found[of] = membership.of_module(module) in (service, SHARED)
    return found


def _split(graph: Graph, dotted: str) -> tuple[str, str]:
    node = graph.node(f"function:{dotted}")
    module = next((each.name for each in graph.nodes("module") if node and each.path == node.path), "")
    return module, dotted.removeprefix(f"{module}.")


def _maker(graph: Graph, route: RouteNode, makes: frozenset[str]) -> str:
    """The function that makes a route on the application that it is given; "" for none."""
    blueprint = route.attributes.get("blueprint", "")
    if blueprint:
        function = blueprint.rpartition(".")[0]
        return function if function in makes else ""
    for name in sorted(makes):
        node = graph.node(f"function:{name}")
        if (
            node is not None
            and node.path == route.place.path
            and node.line <= route.place.line <= node.end_line
        ):
            return name
    return ""


def _given_back(
    graph: Graph, group: Blueprint, texts: Mapping[str, str], owned: Iterable[RouteNode]
) -> Blueprint:
    """The blueprint that a function without arguments gives back."""
    function, _, variable = group.name.rpartition(".")
    node = graph.node(f"function:{group.module}.{function}")
    for each in _functions(texts.get(node.path or "", "") if node is not None else ""):
        if each.name == function and _needs_nothing(each) and variable in _returned(each):
            return replace(group, made=True)
    dotted = f"{group.module}.{group.name}"
    raise Refused(
        f"routes of the service stand on a blueprint that {group.module}.{function} makes",
        place=next(route.place for route in owned if route.attributes.get("blueprint") == dotted),
        why="only the monolith's own code can call it: with arguments, on a condition, or from elsewhere "
        "than where the application is made",
        help="let it take the application alone (init_app(app)), or nothing, and return the blueprint; "
        "or make the blueprint at the top of its module",
    )


def _functions(text: str) -> Iterator[ast.FunctionDef]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    yield from (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _needs_nothing(function: ast.FunctionDef) -> bool:
    given = function.args
    places = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return not places and None not in given.kw_defaults


def _returned(function: ast.FunctionDef) -> set[str]:
    returns = (node.value for node in ast.walk(function) if isinstance(node, ast.Return))
    return {value.id for value in returns if isinstance(value, ast.Name)}
