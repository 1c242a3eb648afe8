"""Which functions read and write which keys: facts about caches joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.filled_patterns import Patterns
from ...python.holes import is_known
from ...python.patterns import names_in
from ...python.variables import Variables
from .words import (
    BOTH,
    METHODS,
    PUBLISHES,
    READS,
    SUBSCRIBES,
    UNLIKE_COLLECTIONS,
    USUAL,
    USUAL_CACHE,
    WRITES,
    store_of,
)  # fmt: skip

_ROUNDS = 3
_NOTHING: tuple[str, Confidence, Via] = ("", "certain", "syntax")
_INTERFACES = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})


class _Use(NamedTuple):
    """What a method does with keys of a store; `keys` are given by callers where they are parameters."""

    store: str
    method: str
    keys: Sequence[Sequence[Json]]
    path: str
    scope: str
    trust: Confidence
    via: Via


class Stores:
    """What holds a cache, found again wherever code names it."""

    def __init__(self, world: World) -> None:
        self._world = world
        items: dict[str, None] = {}
        for path, file in world.files.items():
            for binding in file.bindings:
                if binding.value.endswith("caches[]") and self._external(path, binding.scope, binding.value):
                    owner = f"{world.module_of(path)}.{binding.scope}".rstrip(".")
                    items[f"{owner}.{binding.name}"] = None
        self._items = Variables(world, items)
        self._makers: dict[str, str] | None = None
        self._usual = {
            (path, str(fact.data["on"]))
            for path, fact in world.facts("caches")
            if fact.kind == "use" and fact.data["method"] in UNLIKE_COLLECTIONS
        }

    def find(self, path: str, scope: str, code: str) -> tuple[str, Confidence, Via]:
        """(kind of cache, how sure, how seen) of a path expression; "" for what is none."""
        if not code:
            return "", "certain", "syntax"
        if code.endswith("caches[]"):
            return self._external(path, scope, code), "certain", "syntax"
        symbol = self._world.resolve(path, scope, code)
        if symbol is not None and symbol.kind not in ("variable", "builtin"):
            store = self._of(symbol)
            if not store and code.endswith("()"):
                made = self._world.resolve(path, scope, code[:-2])
                return self._made(made, symbol), "likely", "value-flow"
            if not store and symbol.kind == "external" and self._is_usual(path, code, symbol.name):
                return "cache", "likely", "convention"  # of a library that nobody taught us
            if not store and symbol.kind == "external" and USUAL.match(symbol.name.removesuffix("()")):
                return "redis", "likely", "convention"  # a wrapper of a library's: `utils.RedisClient()`
            return store, "certain" if symbol.evident else "likely", symbol.via  # type: ignore[return-value]
        if self._items.find(path, scope, code):
            return "django", "certain", "syntax"
        if symbol is None and USUAL.match(code):
            return "redis", "likely", "convention"
        if symbol is None and self._is_usual(path, code, code):
            return "cache", "likely", "convention"
        return "", "certain", "syntax"

    def _is_usual(self, path: str, code: str, name: str) -> bool:
        """Whether something is called as caches are, and asked in its file for what no collection has."""
        return USUAL_CACHE.match(name) is not None and (path, code) in self._usual

    def _made(self, function: Symbol | None, result: Symbol) -> str:
        """The kind of cache that a function makes of several, behind an interface of the project."""
        kin = {ancestor.name for ancestor in self._world.ancestors(result.name)}
        if function is None or function.kind != "function" or kin.isdisjoint(_INTERFACES):
            return ""
        if self._makers is None:
            self._makers = dict(self._find_makers())
        return self._makers.get(function.name, "")

    def _find_makers(self) -> Iterator[tuple[str, str]]:
        """(function, kind of cache) of functions that call what makes a client."""
        for path in self._world.files:
            for call, symbol in self._world.calls(path):
                external = symbol is not None and symbol.kind == "external"
                store = store_of(f"{symbol.name}()") if symbol is not None and external else ""
                if store and call.scope:
                    yield f"{self._world.module_of(path)}.{call.scope}", store

    def _external(self, path: str, scope: str, code: str) -> str:
        symbol = self._world.resolve(path, scope, code.removesuffix("[]"))
        return store_of(f"{symbol.name}[]") if symbol is not None and symbol.kind == "external" else ""

    def _of(self, symbol: Symbol) -> str:
        if symbol.kind == "external":
            return store_of(symbol.name)
        if symbol.kind in ("instance", "class"):
            for ancestor in self._world.ancestors(symbol.name):
                store = store_of(f"{ancestor.name}()") if ancestor.kind == "external" else ""
                if store:
                    return store
            # What hands everything that it does not know on to a client, and is called so.
            member = self._world.member(symbol.name, "__getattr__")
            if member is not None and USUAL.match(symbol.name.rpartition(".")[2]):
                return "redis"
        return ""


def link_caches(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nodes of keys and channels, `reads`, `writes`, `publishes` and `subscribes` of functions."""
    stores, patterns = Stores(world), Patterns(world)
    handing: dict[str, list[_Use]] = {}
    waiting: list[tuple[str, Fact]] = []
    unknown: dict[str, list[BlindSpot]] = {}
    yield from _results(world, stores, patterns)
    for path, fact in world.facts("caches"):
        if fact.kind == "use":
            use = _used(stores, path, fact)
            if use is None:
                waiting.append((path, fact))
                continue
            yield from _told(world, patterns, use, path, fact, handing, unknown)
    for _ in range(_ROUNDS):
        more: dict[str, list[_Use]] = {}
        still: list[tuple[str, Fact]] = []
        for path, fact in waiting if handing else ():
            symbol = world.resolve(path, fact.scope, str(fact.data["by"]))
            uses = handing.get(symbol.name, ()) if symbol is not None and symbol.kind == "function" else ()
            told = [item for use in uses for item in _handed(world, patterns, use, path, fact, more)]
            if symbol is not None and told and not world.is_test(path):
                unknown.pop(symbol.name, None)
            yield from told
            if not uses:
                still.append((path, fact))
        handing, waiting = more, still
    for spots in unknown.values():
        yield from spots


def _used(stores: Stores, path: str, fact: Fact) -> _Use | None:
    """What a call does itself; None when it is no method of a cache."""
    method = str(fact.data["method"])
    store, trust, via = stores.find(path, fact.scope, str(fact.data["on"])) if method in METHODS else _NOTHING
    if not store:
        return None
    return _Use(store, method, fact.data["keys"], path, fact.scope, trust, via)


def _told(
    world: World,
    patterns: Patterns,
    use: _Use,
    path: str,
    fact: Fact,
    handing: dict[str, list[_Use]],
    unknown: dict[str, list[BlindSpot]],
) -> Iterator[Node | Edge | BlindSpot]:
    """Edges of the keys that are known; what callers give is handed on, the rest is a blind spot."""
    function = f"{world.module_of(path)}.{fact.scope}" if fact.scope else ""
    for key in use.keys:
        given = _parameters(world, path, fact.scope, key)
        text = patterns.text(path, fact.scope, key)
        if given:
            handing.setdefault(function, []).append(use._replace(keys=[key]))
        if is_known(text):
            yield from _edges(world, use, text, path, fact)
        elif not world.is_test(path):
            place = Place(path, fact.line, fact.column)
            spot = BlindSpot("unknown-cache-key", place, str(fact.data["text"]))
            unknown.setdefault(function if given else "", []).append(spot)


def _handed(
    world: World, patterns: Patterns, use: _Use, path: str, fact: Fact, more: dict[str, list[_Use]]
) -> Iterator[Node | Edge]:
    """A call of a function that hands its first argument on as a key, or as a part of one."""
    name = next(iter(_parameters(world, use.path, use.scope, use.keys[0])), "")
    own = patterns.text(use.path, use.scope, use.keys[0])
    for given in fact.data["keys"] if name.startswith("*") else fact.data["keys"][:1]:
        text = patterns.text(use.path, use.scope, use.keys[0], {name: patterns.text(path, fact.scope, given)})
        if _parameters(world, path, fact.scope, given) and fact.scope:
            more.setdefault(f"{world.module_of(path)}.{fact.scope}", []).append(
                use._replace(keys=[given], path=path, scope=fact.scope)
            )
        if is_known(text) and text != own:
            yield from _edges(world, use._replace(trust="likely", via="value-flow"), text, path, fact)


def _parameters(world: World, path: str, scope: str, key: Sequence[Json]) -> list[str]:
    """The parameters of a function that stand in a key."""
    named = list(names_in(key))
    if not named or not scope:
        return []
    known = next((d.parameters for d in world.files[path].definitions if d.name == scope), ())
    return [name for name in named if name in known or name.startswith("*")]


def _edges(world: World, use: _Use, text: str, path: str, fact: Fact) -> Iterator[Node | Edge]:
    evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
    scope, method = world.scope_id(path, fact.scope), use.method
    if method in PUBLISHES | SUBSCRIBES:
        id, kinds = f"topic:{text}", ["publishes" if method in PUBLISHES else "subscribes"]
    else:
        id = f"cache:{text}"
        kinds = ["reads"] * (method in READS | BOTH) + ["writes"] * (method in WRITES | BOTH)
    yield Node(id, attributes=(("store", use.store),))
    for kind in kinds:
        yield Edge(scope, id, kind, use.trust, evidence)


def _results(world: World, stores: Stores, patterns: Patterns) -> Iterator[Node | Edge]:
    """Results of functions that are kept, and where they are forgotten."""
    kept: dict[str, str] = {}
    for path, fact in world.facts("caches"):
        for item in _kept(world, stores, patterns, path, fact) if fact.kind == "keeps" else ():
            yield item
            if isinstance(item, Edge):
                kept[item.source] = item.target
    for path, fact in world.facts("caches"):
        if fact.kind == "forgets":
            yield from _forgotten(world, stores, kept, path, fact)


def _kept(world: World, stores: Stores, patterns: Patterns, path: str, fact: Fact) -> Iterator[Node | Edge]:
    """A function or view whose results are kept: it reads and writes them."""
    by = str(fact.data["by"])
    holder = by.rpartition(".")[0]
    symbol = world.resolve(path, fact.scope, by)
    page = symbol is not None and symbol.name == "django.views.decorators.cache.cache_page"
    outside = symbol is not None and symbol.name.partition(".")[0] in ("aiocache", "cashews")
    store, trust, via = stores.find(path, fact.scope, holder) if holder else ("", "certain", "syntax")
    if page or outside:
        store, trust, via = "django" if page else "aiocache", "certain", "syntax"
    if not store:
        return
    if "view" in fact.data:
        view = world.resolve(path, fact.scope, str(fact.data["view"]))
        if view is None or view.kind not in ("function", "class"):
            return
        own = str(fact.data["view"]).startswith("{super")
        function = world.scope_id(path, fact.scope) if own else f"{view.kind}:{view.name}"
    else:
        function = f"function:{world.module_of(path)}.{fact.data['function']}"
    text = patterns.text(path, fact.scope, fact.data["key"])
    id = f"cache:{text}" if is_known(text) else f"cache:{function.partition(':')[2]}()"
    yield Node(id, attributes=(("store", store),))
    evidence = (Evidence(Place(path, fact.line, fact.column), via),)
    for kind in ("reads", "writes"):
        yield Edge(function, id, kind, trust, evidence)


def _forgotten(
    world: World, stores: Stores, kept: Mapping[str, str], path: str, fact: Fact
) -> Iterator[Edge]:
    """`cache.delete_memoized(top)`."""
    store, trust, via = stores.find(path, fact.scope, str(fact.data["on"]))
    symbol = world.resolve(path, fact.scope, str(fact.data["function"]))
    if store and symbol is not None and symbol.kind == "function":
        evidence = (Evidence(Place(path, fact.line, fact.column), via),)
        id = kept.get(f"function:{symbol.name}", f"cache:{symbol.name}()")
        yield Edge(world.scope_id(path, fact.scope), id, "writes", trust, evidence)
