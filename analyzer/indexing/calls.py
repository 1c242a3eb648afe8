"""Who calls what: what names mean and what values flow, told as edges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, TypeVar

from ..graph.roles import ASIDE, role_of
from ..model.evidence import BlindSpot, Confidence, Evidence, Place
from ..model.facts import Call
from ..model.graph import Edge
from ..model.world import Symbol
from ..python.dynamic_imports import LOADED
from ..python.flow.calls import SPECIAL
from ..python.flow.code import position
from ..python.flow.sites import Site
from ..python.loaders import MODULE_LOADERS
from ..python.turns import Turns
from .by_name import ByName
from .evidence import at, trust, via
from .world import LinkedWorld

Key = TypeVar("Key")
_SUPER, _INSTANCE, _CLASS = re.compile(r"\{super [^}]*\}"), re.compile(r"<[^>]*>"), re.compile(r"\{[^}]*\}")
SHOWN = 120
"""Characters of source text that a blind spot shows."""


class Counts:
    """Calls outside tests, scripts and examples, and those of which something is known; so SQL statements."""

    def __init__(self) -> None:
        self.calls = 0
        self.resolved = 0
        self.statements = 0
        self.parsed = 0


class Reached(NamedTuple):
    """A call, what its name means, what flows to it, and the edges that came of both."""

    call: Call
    symbol: Symbol | None
    site: Site | None
    edges: Sequence[Edge]


class Getter(NamedTuple):
    """A function that runs where an attribute is asked for: `name` is dotted."""

    scope: str
    line: int
    column: int
    name: str


class Calls:
    """The calls of all files, as they were told: by path, then by scope and number; getters by path.

    Getters of which it is not sure that they run are left out.
    """

    def __init__(self) -> None:
        self.by_path: dict[str, dict[tuple[str, int], Reached]] = {}
        self.getters: dict[str, list[Getter]] = {}


def calls(
    world: LinkedWorld, names: ByName, path: str, counts: Counts, seen: Calls, queued: frozenset[str]
) -> Iterator[Edge | BlindSpot]:
    """The calls of one file, and what could not be told of them; `seen` keeps them.

    What is `queued` by a call is not called by it.
    """
    reached = seen.by_path[path] = {}
    counted = role_of(path) not in ASIDE
    numbered, implicit = _flow(world, path)
    places = world.places(path)
    passed, turns = _passed(world, path), Turns(world.files[path].loops)
    for call, symbol in world.calls(path):
        counts.calls += counted
        site = numbered.get((call.scope, call.order))
        target = _called(world, symbol) if symbol is not None else None
        known = target is not None or (symbol is not None and symbol.kind == "external")
        edges = list(_edges(world, path, call, symbol if target is not None else None, target, site))
        edges = [edge for edge in edges if edge.target not in queued]
        if edges:
            how = passed.get((call.scope, call.order), ())
            edges = list(_told(world, edges, how, turns.hold(call.scope, call.line, call.column), call.alone))
        reached[call.scope, call.order] = Reached(call, symbol, site, edges)
        yield from edges
        if not known and not _resolved(site):
            guessed = names.find(call.target.rpartition(".")[2]) if "." in call.target else ()
            evidence = (at(path, call.line, call.column, "convention"),)
            source = world.scope_id(path, call.scope)
            by_name = [Edge(source, id, "calls", "possible", evidence, call.order) for id in guessed]
            yield from _told(world, by_name, (), turns.hold(call.scope, call.line, call.column), call.alone)
            if counted:
                kind = "saturated-call" if site is not None and site.targets else "unresolved-call"
                yield BlindSpot(kind, Place(path, call.line, call.column), shown(call.target))
            continue
        counts.resolved += counted
        if symbol is not None:
            yield from _loading(world, path, call, symbol)
    written = {(site.scope, site.place): site for site in numbered.values()}
    for site in implicit:
        source = world.scope_id(path, site.scope)
        line, column = position(places[site.place])
        evidence = (at(path, line, column, "value-flow"),)
        for id in _internal(site):
            # Who is asked for an item, a length or a text is seldom known well: many values meet there.
            special = site.number == SPECIAL or id.rpartition(".")[2].startswith("__")
            around = written.get((site.scope, site.place))
            told = around if around is not None and {*site.targets} <= {*around.targets} else site
            trusted = "possible" if special else _trust_of(told)
            edge = Edge(source, id, "calls", trusted, evidence)
            yield from _told(world, [edge], (), turns.hold(site.scope, line, column), True)
            if trusted != "possible" and id.startswith("function:"):
                getter = Getter(site.scope, line, column, id[9:])
                seen.getters.setdefault(path, []).append(getter)


def _flow(world: LinkedWorld, path: str) -> tuple[dict[tuple[str, int], Site], Iterable[Site]]:
    """The call sites of a file by (scope, number), and those that stand in no source, one a place."""
    numbered: dict[tuple[str, int], Site] = {}
    implicit: dict[tuple[str, int, str], Site] = {}
    for site in world.flow.sites.get(path, ()):
        if site.number > 0:  # a scope may be defined twice
            _meet(numbered, (site.scope, site.number), site)
            continue
        # Getters of one attribute are told apart by their classes, and count together.
        names = " ".join(sorted({name.rpartition(".")[2] for _, name in site.targets}))
        _meet(implicit, (site.scope, site.place, names), site)
    return numbered, implicit.values()


def _passed(world: LinkedWorld, path: str) -> dict[tuple[str, int], tuple[str, ...]]:
    """(scope, number) of calls -> the rows that go in and come out, as `how` of an edge tells it."""
    found: dict[tuple[str, int], set[str]] = {}
    for each in world.flow.passed.get(path, ()):
        words = found.setdefault((each.scope, each.number), set())
        words.update(f"takes {name}" for name in each.takes)
        words.update(f"gives {name}" for name in each.gives)
    return {key: tuple(sorted(words)) for key, words in found.items()}


def _told(
    world: LinkedWorld, edges: Sequence[Edge], how: tuple[str, ...], loop: bool, alone: bool
) -> Sequence[Edge]:
    """The edges of one call with `how` it is made; that it stands in a loop, and that what it gives is used,
    is told of the project's own functions."""
    if not how and not loop and alone:
        return edges
    own = [
        e.target.startswith("function:") and e.target[9:].partition(".")[0] in world.packages for e in edges
    ]
    whole = _words(how, loop, alone)
    return [replace(e, how=whole if o else how) if o or how else e for e, o in zip(edges, own, strict=True)]


@cache
def _words(how: tuple[str, ...], loop: bool, alone: bool) -> tuple[str, ...]:
    """One tuple for all edges of which the same is told."""
    return (*(() if alone else ("answered",)), *(("loop",) if loop else ()), *how)


def _meet(known: dict[Key, Site], key: Key, site: Site) -> None:
    before = known.get(key)
    known[key] = (
        site if before is None else site._replace(targets=tuple(sorted({*before.targets, *site.targets})))
    )


def _resolved(site: Site | None) -> bool:
    return site is not None and any(kind != "saturated" for kind, _ in site.targets)


def _internal(site: Site | None) -> list[str]:
    """The ids of the project's own functions and classes that a site reaches."""
    if site is None:
        return []
    return [f"{kind}:{name}" for kind, name in site.targets if kind in ("function", "class")]


def _edges(
    world: LinkedWorld, path: str, call: Call, symbol: Symbol | None, target: str | None, site: Site | None
) -> Iterator[Edge]:
    """One edge for each function that a call may reach.

    What the names say evidently stands; what they only suggest gives way to the values that flow.
    """
    source = world.scope_id(path, call.scope)
    flowing = _internal(site)
    if (
        symbol is not None
        and target is not None
        and (symbol.evident or target in flowing or not (_resolved(site) if symbol.internal else flowing))
        and not (_resolved(site) and target not in flowing and _comes_later(world, path, call, symbol))
    ):
        evidence = (at(path, call.line, call.column, via(symbol)),)
        sure = trust(symbol) if _holds(world, symbol, target, flowing, site) else "possible"
        yield Edge(source, target, "calls", sure, evidence, call.order)
    outside = symbol is not None and symbol.evident and not symbol.internal
    for id in flowing:
        # What a library's object holds may be the project's: `g.shop.open()`.
        if id != target and site is not None and not (outside and not _held(call.target, id)):
            evidence = (at(path, call.line, call.column, "value-flow"),)
            yield Edge(source, id, "calls", _trust_of(site), evidence, call.order)


def _held(target: str, id: str) -> bool:
    """Whether a function is called by its own name on an attribute of something: `g.shop.open`."""
    holder, _, name = target.rpartition(".")
    return "." in holder and id.endswith(f".{name}")


def _comes_later(world: LinkedWorld, path: str, call: Call, symbol: Symbol) -> bool:
    """Whether the module calls a name before the definition that bears it: then it was something else."""
    if call.scope or not symbol.internal:
        return False
    place, definition = world.resolver.definition(symbol.name)
    return definition is not None and place == path and definition.line > call.line


def _holds(
    world: LinkedWorld, symbol: Symbol, target: str, flowing: Sequence[str], site: Site | None
) -> bool:
    """Whether what the names say stands beside what flows.

    A wrapper stands for what it wraps, an abstract method for those that it may be where there are several.
    """
    if not symbol.evident:
        return len(flowing) < 2
    if target in flowing or not symbol.internal or not _resolved(site):
        return True
    definition = world.resolver.definition(symbol.name)[1]
    decorators = definition.decorators if definition is not None else ()
    return bool(decorators) and not (len(flowing) == 1 and any(map(_is_abstract, decorators)))


def _is_abstract(decorator: str) -> bool:
    return decorator.rpartition(".")[2] == "abstractmethod"


def _trust_of(site: Site) -> Confidence:
    """Where several functions meet, each is a mere possibility: traces saw two in three of them."""
    kinds = [kind for kind, _ in site.targets]
    sure = kinds.count("function") + kinds.count("class") == 1 and not {"saturated", "attribute"} & {*kinds}
    return "likely" if sure else "possible"


def _loaded_places(world: LinkedWorld, path: str) -> set[tuple[int, int]]:
    return {(item.line, item.column) for item in world.files[path].imports if item.attribute == LOADED}


def _loading(world: LinkedWorld, path: str, call: Call, symbol: Symbol) -> Iterator[Edge | BlindSpot]:
    """A call that loads code by its name."""
    if symbol.name in MODULE_LOADERS and (call.line, call.column) in _loaded_places(world, path):
        return  # an import of its own (see `imports.py`)
    if symbol.name in MODULE_LOADERS and not call.arguments:
        yield BlindSpot(
            "dynamic-import", Place(path, call.line, call.column), f"{shown(call.target)[:-1]}...)"
        )
    if call.arguments:
        evidence = (at(path, call.line, call.column, via(symbol)),)
        yield from _loaded(world, path, world.scope_id(path, call.scope), symbol, call.arguments, evidence)


def shown(target: str) -> str:
    """A path expression as a person would write the call."""
    text = _SUPER.sub("super()", target)
    text = _CLASS.sub("cls", _INSTANCE.sub("self", text))
    text = text.removeprefix("?") if len(text) > 1 and text[1] not in ".([" else text.replace("?", "…", 1)
    return f"{text[:SHOWN]}()"


def _loaded(
    world: LinkedWorld,
    path: str,
    source: str,
    symbol: Symbol,
    strings: Sequence[str],
    evidence: tuple[Evidence, ...],
) -> Iterator[Edge]:
    """A call that loads code by its name is an import of the module that holds the code."""
    loaded = world.resolver.result(symbol, strings)
    items = [loaded]
    if loaded is not None and loaded.kind == "loaded":
        items = [world.resolver.item(loaded, index) for index in range(len(strings) - 1)]
    for item in items:
        if item is None or item.kind not in ("module", "class", "function"):
            continue
        module = item.name
        while module not in world.resolver.modules and "." in module:
            module = module.rpartition(".")[0]
        if world.resolver.modules.get(module, path) != path:
            yield Edge(
                source,
                f"module:{module}",
                "imports",
                trust(item),
                (Evidence(evidence[0].place, via(item)),),
            )


def _called(world: LinkedWorld, symbol: Symbol) -> str | None:
    """The node that a call of a symbol reaches; None for results of outside code, whose name is unknown."""
    if symbol.kind == "class":
        init = world.member(symbol.name, "__init__")
        return (
            f"function:{init.name}"
            if init is not None and init.kind == "function"
            else f"class:{symbol.name}"
        )
    if symbol.kind == "instance":
        call = world.member(symbol.name, "__call__")
        return f"function:{call.name}" if call is not None and call.kind in ("function", "external") else None
    if symbol.kind == "function":
        return f"function:{symbol.name}"
    if symbol.kind == "builtin":
        return None if "()" in symbol.name else f"function:<builtin>.{symbol.name}"
    if symbol.kind == "external":
        return None if "()" in symbol.name else f"function:{symbol.name}"
    return None
