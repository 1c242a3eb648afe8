"""Routes under all the prefixes of the routers that they stand in, and what answers them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ...model.evidence import BlindSpot, Evidence
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.conditions import NEVER, Conditions
from .moments import Moments, Step
from .reading import VERBS
from .routers import Item, Router, Routers

_MOST = 64
"""Prefixes of one router that are followed."""


Chain = tuple[tuple[str | int, ...], ...]
"""The application, then each join on the way down, each below the calls that lead to it."""
_Dependency = tuple[str, str, tuple[str, int, int]]
"""(path, scope, item) of what routes depend on."""


def link_routes(world: World, routers: Routers) -> Iterator[Node | Edge | BlindSpot]:
    """`route:` nodes with `handles`, `static:` nodes, and `calls` of what whole routers depend on."""
    prefixes = Prefixes(routers)
    for key in sorted(routers.items):
        router = routers.known[key]
        found, depends = prefixes.of(key), prefixes.depends(key)
        if not found and router.kind == "router" and key not in routers.joins:
            yield BlindSpot("unused-router", router.place, f"{key} is joined to no application")
        for item in routers.items[key]:
            text = routers.texts.of(item.path, item.scope, item.entry["text"])
            if text is None:
                yield BlindSpot("dynamic-route", item.place, f"... -> {_answering(item)}")
                continue
            symbol = _handling(routers, item)
            if symbol is None:
                yield BlindSpot("unknown-view", item.place, f"{text} -> {_answering(item)}")
            yield from _route(world, item, symbol, key, text, prefixes)
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


class Prefixes:
    """What stands before the routes of a router, and what they all depend on."""

    def __init__(self, routers: Routers) -> None:
        self._routers, self._moments = routers, Moments(routers.world)
        self._conditions = Conditions(routers.world)
        self._hosts: dict[tuple[str | int, ...], str] = {}
        self._prefixes: dict[str, dict[str, Chain]] = {}
        self._depends: dict[str, list[_Dependency]] = {}
        self.unknown: list[BlindSpot] = []

    def steps(self, item: Item) -> tuple[Step, ...]:
        """When something is put into its router."""
        return self._moments.of(item.path, item.scope, item.entry["line"], item.entry["column"])

    def when(self, chain: Chain) -> str:
        """The condition under which something is there, "" for none."""
        return self._conditions.all((str(s[0]), int(s[2]), int(s[3])) for s in chain if len(s) == 4)

    def host(self, chain: Chain) -> str:
        """The host that something is for, "" for all."""
        return next((self._hosts[step] for step in chain if self._hosts.get(step)), "")

    def of(self, key: str) -> Mapping[str, Chain]:
        """The whole prefixes of a router, sorted, each with the joins that lead to it from an application."""
        if key not in self._prefixes:
            self._prefixes[key] = {}  # what is joined to itself is served nowhere
            self._prefixes[key] = self._of(self._routers.known[key])
        return self._prefixes[key]

    def _of(self, router: Router) -> dict[str, Chain]:
        own = self._own(router)
        if own is None:
            self.unknown.append(BlindSpot("dynamic-route", router.place, f"prefix of {router.key}"))
            return {}
        joins = self._routers.joins.get(router.key, ())
        if not joins:
            return {own: ((router.key,),)} if router.kind == "app" else {}
        found: dict[str, Chain] = {}
        for parent, item in joins:
            text = self._routers.texts.of(item.path, item.scope, item.entry.get("text", ()))
            if text is None:
                self.unknown.append(BlindSpot("dynamic-route", item.place, f"prefix of {router.key}"))
                continue
            text = text.rstrip("/") if item.entry.get("mounts") else text
            for above, chain in self.of(parent).items():
                steps = self.steps(item)
                self._hosts[steps[-1]] = str(item.entry.get("host", ""))
                found.setdefault(above + text + own, (*chain, *steps))
        if len(found) > _MOST:
            self.unknown.append(
                BlindSpot("dynamic-route", router.place, f"too many prefixes of {router.key}")
            )
        return {prefix: found[prefix] for prefix in sorted(found)[:_MOST]}

    def _own(self, router: Router) -> str | None:
        """The prefix that a router gives itself, or that its class gives it."""
        text = router.data["text"]
        if text is not None:
            return self._routers.texts.of(router.path, router.scope, text)
        for path, fact in self._above(router):
            if fact.data["text"] is not None:
                pieces = [_defaulted(piece, router.data.get("places", 0)) for piece in fact.data["text"]]
                return self._routers.texts.of(path, fact.scope, pieces)
        return ""

    def _above(self, router: Router) -> Iterator[tuple[str, Fact]]:
        """What the classes of a router hand to the constructor of the library."""
        world, code = self._routers.world, str(router.data["class"])
        symbol = world.resolve(router.path, router.scope, code) if code else None
        for kin in world.ancestors(symbol.name) if symbol is not None and symbol.kind == "class" else ():
            if kin.name in self._routers.above:
                yield self._routers.above[kin.name]

    def depends(self, key: str) -> list[_Dependency]:
        """(path, scope, dependency) of all that the routes of a router depend on together."""
        if key not in self._depends:
            self._depends[key] = []
            router = self._routers.known[key]
            said = [(router.path, router.scope, router.data["depends"])]
            said += [(path, fact.scope, fact.data["depends"]) for path, fact in self._above(router)]
            joins = self._routers.joins.get(key, ())
            said += [(join.path, join.scope, join.entry.get("depends", ())) for _, join in joins]
            found: list[_Dependency] = [
                (path, scope, (code, line, column))
                for path, scope, items in said
                for code, line, column in items
            ]
            for parent, join in joins:
                found += self.depends(parent) if not join.entry.get("mounts") else []
            self._depends[key] = sorted(set(found))
        return self._depends[key]


def _route(
    world: World, item: Item, symbol: Symbol | None, router: str, text: str, prefixes: Prefixes
) -> Iterator[Node | Edge]:  # fmt: skip
    line = item.entry["line"]
    name = str(item.entry["name"]) or (symbol.name.rpartition(".")[2] if symbol is not None else "")
    for method, handler in _answers(world, symbol, item.entry["methods"]):
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
            }
            about = {"answers": str(item.entry["answers"]), **about} if "answers" in item.entry else about
            yield Node(id, item.path, line, line, tuple(about.items()))
            if handler:
                yield Edge(id, handler, "handles", evidence=(Evidence(item.place),))


def _defaulted(piece: Json, places: int) -> Json:
    """The default of a constructor's parameter that a call with so many arguments by place leaves out."""
    kind, value = piece
    if kind != "parameter" or not value[0].endswith(".__init__") or value[1] != "prefix":
        return piece
    _, _, place, default = value
    return ["unknown", ""] if default is None or places >= place else ["text", default]


def _told(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def _depending(
    routers: Routers, item: Item, symbol: Symbol, depends: Sequence[_Dependency]
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
