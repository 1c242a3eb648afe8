"""Wiring: what an application factory does with the application, and so a service must do as well."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import Evidence, Place
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.replays import repeated


def link_wiring(world: World) -> Iterator[Node | Edge]:
    """What an application factory does with the application: what a service must do as well."""
    factories = {
        (path, call.scope)
        for path in world.files
        for call, symbol in world.calls(path)
        if symbol is not None and _makes_application(world, symbol)
    }
    orders: dict[tuple[str, str], int] = {}
    for path, fact in world.facts("flask"):
        if fact.kind != "wiring" or world.is_test(path) or (path, fact.scope) not in factories:
            continue
        order = orders[path, fact.scope] = orders.get((path, fact.scope), 0) + 1
        place = Place(path, fact.line, fact.column)
        id, attributes = repeated(world, path, fact) or (
            f"setting:{path}:{fact.line}:{fact.column}",
            (("code", str(fact.data["code"])), ("touches", "flask")),
        )
        yield Node(id, path, fact.line, fact.line, attributes)
        yield Edge(
            world.scope_id(path, fact.scope), id, "configures", evidence=(Evidence(place),), order=order
        )


def _makes_application(world: World, symbol: Symbol) -> bool:
    kin = (symbol, *(world.ancestors(symbol.name) if symbol.kind in ("class", "instance") else ()))
    return any(s.kind == "external" and s.name in ("flask.Flask", "flask.app.Flask") for s in kin)
