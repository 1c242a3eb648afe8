"""Routes under all the prefixes of the routers that they stand in, and what answers them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...model.evidence import BlindSpot, Confidence, Evidence
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.conditions import NEVER
from .known_routers import Item
from .methods import VERBS, is_passed_on
from .prefixes import Dependency, Prefixes
from .routers import Routers
from .unknown import Unknowns


def link_routes(world: World, routers: Routers) -> Iterator[Node | Edge | BlindSpot]:
    """`route:` nodes with `handles`, `static:` nodes, and `calls` of what whole routers depend on."""
    prefixes = Prefixes(routers)
    unknown = Unknowns(routers, prefixes)
    for key in sorted(routers.items):
        router = routers.known[key]
        found, depends = prefixes.of(key), prefixes.depends(key)
        if not found and router.kind == "router" and key not in routers.joins:
            yield BlindSpot("unused-router", router.place, f"{router.shown} is joined to no application")
        for item in routers.items[key]:
            text = routers.texts.of(item.path, item.scope, item.entry["text"])
            if text is None:
                yield BlindSpot("dynamic-route", item.place, f"... -> {_answering(item)}")
                continue
            symbol = _handling(routers, item)
            if symbol is None:
                yield BlindSpot("unknown-view", item.place, f"{text} -> {_answering(item)}")
            yield from _route(routers, item, symbol, key, text, prefixes, unknown)
            if symbol is not None and symbol.kind == "function":
                yield from _depending(routers, item, symbol, depends if found else ())
    yield from _statics(world, routers, prefixes)
    yield from routers.unknown
    yield from prefixes.unknown


def _statics(world: World, routers: Routers, prefixes: Prefixes) -> Iterator[Node | Edge | BlindSpot]:
    for key, item, router in routers.statics:
        text = routers.texts.of(item.path, item.scope, item.entry["text"])
        if text is None:
            yield BlindSpot("dynamic-route", item.place, "mount of static files")
            continue
        source, line = world.scope_id(item.path, item.scope), item.entry["line"]
        for prefix, chain in prefixes.of(key).items():
            id = f"static:{(prefix + text).rstrip('/') or '/'}"
            steps = (*chain, *prefixes.steps(item))
            if prefixes.when(steps) == NEVER:
                continue
            about = {
                "folder": str(router.data.get("folder", "")), "framework": "fastapi",
                "tried": json.dumps(steps), "when": prefixes.when(steps),
                "host": prefixes.host(steps),
            }  # fmt: skip
            yield Node(id, item.path, line, line, tuple(pair for pair in about.items() if pair[1]))
            yield Edge(source, id, "configures", evidence=(Evidence(item.place),))


def _route(
    routers: Routers, item: Item, symbol: Symbol | None, router: str, text: str, prefixes: Prefixes,
    unknown: Unknowns,
) -> Iterator[Node | Edge]:  # fmt: skip
    line = item.entry["line"]
    name = str(item.entry["name"]) or (symbol.name.rpartition(".")[2] if symbol is not None else "")
    for method, handler in _answers(routers.world, symbol, item.entry["methods"]):
        for prefix, chain in prefixes.of(router).items():
            tried = (*chain, *prefixes.steps(item))
            if prefixes.when(tried) == NEVER:
                continue
            id = f"route:{method} {prefix}{text}"
            about = {
                "framework": "fastapi",
                "method": method,
                "name": name,
                "prefix": prefix,
                "router": router,
                "text": prefix + text,
                "tried": json.dumps(tried),
                **_told("when", prefixes.when(tried)),
                **_told("host", prefixes.host(tried)),
                **_told("behind", unknown.before(tried, prefix + text)),
            }
            about = {"answers": str(item.entry["answers"]), **about} if "answers" in item.entry else about
            yield Node(id, item.path, line, line, tuple(about.items()))
            if handler:
                edge = _handles(routers, item, id, handler)
                sure = prefixes.is_whole(router, prefix) and not prefixes.is_offered(router, chain)
                yield edge if sure else replace(edge, confidence="possible")


def _handles(routers: Routers, item: Item, route: str, handler: str) -> Edge:
    """Certain, but where what the router's method was handed to is not seen to call it with that path."""
    through = item.entry.get("through")
    if through is None:
        return Edge(route, handler, "handles", evidence=(Evidence(item.place),))
    symbol = routers.world.resolve(item.path, item.scope, str(through))
    fact = routers.passing.get(symbol.name) if symbol is not None else None
    sure = fact is not None and is_passed_on(fact, item.entry["places"])
    trust: Confidence = "certain" if sure else "likely"
    return Edge(route, handler, "handles", trust, (Evidence(item.place, "value-flow"),))


def _told(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def _depending(
    routers: Routers, item: Item, symbol: Symbol, depends: Sequence[Dependency]
) -> Iterator[Edge | BlindSpot]:
    """What a route and the routers and class around it depend on beside its parameters."""
    source, known = f"function:{symbol.name}", routers.dependencies
    yield from known.edges(source, item.path, item.scope, item.entry["depends"])
    for path, scope, dependency in depends:
        yield from known.edges(source, path, scope, [dependency])
    owner = symbol.name.rpartition(".")[0]
    if owner in routers.world.classes:
        yield from known.of_class(source, owner)


def _answering(item: Item) -> str:
    return str(item.entry.get("handler") or item.entry.get("view", ""))[:100]


def _handling(routers: Routers, item: Item) -> Symbol | None:
    """The function, class or object that answers a route, None when that cannot be told."""
    world, handler = routers.world, item.entry.get("handler")
    if "answered" in item.entry:
        return Symbol("function", str(item.entry["answered"]))
    if handler:
        name = f"{world.module_of(item.path)}.{handler}"
        return Symbol("class" if name in world.classes else "function", name)
    symbol = routers.dependencies.meant(item.path, item.scope, str(item.entry["view"]))
    if symbol is not None and symbol.kind == "instance":
        symbol = world.member(symbol.name, "__call__")
    if symbol is None or symbol.kind not in ("function", "class", "external") or "()" in symbol.name:
        return None
    return symbol


def _answers(world: World, symbol: Symbol | None, given: list[str] | None) -> list[tuple[str, str]]:
    """(method, node that answers): of a class its own methods, unless the route names some."""
    if symbol is None:
        return [(method, "") for method in given or ["GET"]]
    if symbol.kind != "class":
        return [(method, f"function:{symbol.name}") for method in given or ["GET"]]
    found = []
    for verb in VERBS if given != ["WEBSOCKET"] else ():
        member = world.member(symbol.name, verb)
        if member is not None and member.kind == "function" and (not given or verb.upper() in given):
            found.append((verb.upper(), f"function:{member.name}"))
    return found or [(method, f"class:{symbol.name}") for method in given or ["ANY"]]
