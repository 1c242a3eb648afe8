"""Which functions read and write which keys: facts about caches joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.filled_patterns import Patterns
from ...python.holes import is_known
from ...python.patterns import given_by_position, names_in
from .stores import Stores
from .words import BOTH, FORGETS_KEYS, METHODS, PUBLISHES, READS, SUBSCRIBES, WRITES

_ROUNDS = 3
_NOTHING: tuple[str, Confidence, Via] = ("", "certain", "syntax")


class _Use(NamedTuple):
    """What a method does with keys of a store; `keys` are given by callers where they are parameters."""

    store: str
    method: str
    keys: Sequence[Sequence[Json]]
    path: str
    scope: str
    trust: Confidence
    via: Via


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
    """A call of a function that hands its first argument on as a key, or its arguments as parts of one."""
    names = _parameters(world, use.path, use.scope, use.keys[0])
    name = next(iter(names), "")
    own = patterns.text(use.path, use.scope, use.keys[0])
    several = len(set(names)) > 1 or name.startswith("**")
    keys = fact.data["keys"] if name.startswith("*") and not several else fact.data["keys"][:1]
    for given in keys:
        filled = {name: patterns.text(path, fact.scope, given)}
        if several:
            known = world.files[use.path].parameters(use.scope)
            texts = [patterns.text(path, fact.scope, key) for key in fact.data["keys"]]
            filled = given_by_position(known, texts, use.keys[0])
        text = patterns.text(use.path, use.scope, use.keys[0], filled)
        if _parameters(world, path, fact.scope, given) and fact.scope and not several:
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
    known = world.files[path].parameters(scope)
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
    how = ("delete",) if method in FORGETS_KEYS else ()
    for kind in kinds:
        yield Edge(scope, id, kind, use.trust, evidence, how=how)


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
        yield Edge(world.scope_id(path, fact.scope), id, "writes", trust, evidence, how=("delete",))
