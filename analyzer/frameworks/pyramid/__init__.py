"""Pyramid: routes by `add_route`, the views that name them, where `include` puts them; Cornice's services.

A route is where `add_route` stands, its prefixes come from the `include`s that lead there. A view answers the
route that it names, for the methods that it names (`ANY` when it names none). Views without a route are found
by traversal, by what a tree of objects says at run time: these are blind spots. Services that
`pyramid_services` finds for a request are called where they are asked for. With `pyramid_tm` each route
is a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import RaiseRule, Syntax, World
from .cornice import link_services, read_services
from .finding import link_found, read_finding
from .reading import read_pyramid
from .routes import link_routes

_TRANSACTIONS = "pyramid_tm"
_LIBRARIES = frozenset({"pyramid", "cornice", "pyramid_services"})
_HTTP = "pyramid.httpexceptions.HTTPException"


class Pyramid(Framework):
    """See the module."""

    name = "pyramid"
    version = 1
    triggers = (
        "pyramid", "cornice", "route_name", "add_route", "add_view", "config.include", "find_service",
        "register_service",
    )  # fmt: skip

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_pyramid(syntax)
            yield from read_services(syntax)
            yield from read_finding(syntax)

    def raises(self) -> Iterable[RaiseRule]:
        yield RaiseRule("pyramid.httpexceptions.exception_response", _HTTP)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        imported = (item.module for file in world.files.values() for item in file.imports)
        if not any(name.partition(".")[0] in _LIBRARIES for name in imported):
            return  # whoever else has a method `add_route`
        yield from link_routes(world)
        yield from link_services(world)
        yield from link_found(world)

    def join(self, world: World, routes: Sequence[Node]) -> Iterable[Node | Edge | BlindSpot]:
        """With `pyramid_tm`, each of Pyramid's routes runs in a transaction."""
        places = [
            Place(path, fact.line, fact.column)
            for path, fact in world.facts("pyramid")
            if fact.kind == "include" and fact.data["target"] == _TRANSACTIONS and not world.is_test(path)
        ]
        for route in routes if places else ():
            if dict(route.attributes).get("framework") in ("pyramid", "cornice"):
                id = f"transaction:{route.name}"
                yield Node(id, route.path, route.line, route.end_line, (("opened", "request"),))
                yield Edge(route.id, id, "contains", "certain", (Evidence(places[0], "convention"),))


framework = Pyramid()
