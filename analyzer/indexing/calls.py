"""Who calls what: what names mean and what values flow, told as edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, TypeVar

from ..graph.roles import ASIDE, role_of
from ..model.evidence import BlindSpot, Place
from ..model.facts import Call
from ..model.graph import Edge
from ..model.world import Symbol
from ..python.flow.calls import SPECIAL
from ..python.flow.code import position
from ..python.flow.sites import Site
from ..python.turns import Turns
from .by_name import ByName
from .call_edges import called, edges_of, internal, is_resolved, trust_of
from .evidence import at
from .loading import loading, shown
from .world import LinkedWorld

Key = TypeVar("Key")


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
    passed, turns = _passed(world, path), Turns(world.files[path].loops)
    for call, symbol in world.calls(path):
        counts.calls += counted
        site = numbered.get((call.scope, call.order))
        target = called(world, symbol) if symbol is not None else None
        known = target is not None or (symbol is not None and symbol.kind == "external")
        edges = list(edges_of(world, path, call, symbol if target is not None else None, target, site))
        edges = [edge for edge in edges if edge.target not in queued]
        if edges:
            own = internal(site) or (symbol is not None and symbol.internal)
            how = passed.get((call.scope, call.order), ()) if own else ()
            edges = list(_told(world, edges, how, turns.hold(call.scope, call.line, call.column), call.alone))
        reached[call.scope, call.order] = Reached(call, symbol, site, edges)
        yield from edges
        if not known and not is_resolved(site):
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
            yield from loading(world, path, call, symbol)
    yield from _unwritten(world, path, numbered, implicit, seen, turns, passed)


def _unwritten(
    world: LinkedWorld,
    path: str,
    numbered: Mapping[tuple[str, int], Site],
    implicit: Iterable[Site],
    seen: Calls,
    turns: Turns,
    passed: Mapping[tuple[str, int], tuple[str, ...]],
) -> Iterator[Edge]:
    """The calls of one file that stand in no source: of getters, special methods and callbacks.

    What is `passed` to a function of a library that calls one of the project's (`map(f, rows)`) goes there.
    """
    places = world.places(path)
    written = {(site.scope, site.place): site for site in numbered.values()}
    for site in implicit:
        source = world.scope_id(path, site.scope)
        line, column = position(places[site.place])
        evidence = (at(path, line, column, "value-flow"),)
        for id in internal(site):
            # Who is asked for an item, a length or a text is seldom known well: many values meet there.
            special = site.number == SPECIAL or id.rpartition(".")[2].startswith("__")
            around = written.get((site.scope, site.place))
            told = around if around is not None and {*site.targets} <= {*around.targets} else site
            trusted = "possible" if special else trust_of(told)
            edge = Edge(source, id, "calls", trusted, evidence)
            calls_on = around is not None and not special and not internal(around)
            how = passed.get((site.scope, around.number), ()) if around is not None and calls_on else ()
            yield from _told(world, [edge], how, turns.hold(site.scope, line, column), True)
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
