"""Functions of a project that add URL rules which their callers hand to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import World

_MOST = 20_000


class Argument(NamedTuple):
    """An argument of a call: its code, and as a view; the parts of its texts, the methods that it lists.

    `called` is the name that it gives a route as a view.
    """

    code: str
    view: str
    texts: list[list[Json]]
    verbs: list[str]
    called: str


class Added(NamedTuple):
    """A fact about a rule, as it stands or as a caller of the function around it fills it in.

    `path` and `fact` are where the rule is written; `caller` is (path, fact) of the call that hands something
    over, with its `arguments` by the function's parameters.
    """

    path: str
    fact: Fact
    caller: tuple[str, Fact] | None
    arguments: Mapping[str, list[Argument]]

    @property
    def place(self) -> tuple[str, int, int]:
        """(path, line, column) of the call that tells the rule."""
        path, fact = self.caller or (self.path, self.fact)
        return path, fact.line, fact.column


def added(world: World, reader: str, kind: str) -> Iterator[Added]:
    """Facts of a kind: those in wrappers once for each call that is seen, all others as they stand."""
    wrappers: dict[str, list[tuple[str, Fact]]] = {}
    for path, fact in world.facts(reader):
        if fact.kind != kind:
            continue
        if fact.data["wrapper"]:
            wrappers.setdefault(f"{world.module_of(path)}.{fact.data['wrapper'][0]}", []).append((path, fact))
        else:
            yield Added(path, fact, None, {})
    called: set[str] = set()
    for count, (path, fact, name) in enumerate(_handed(world, wrappers)):
        called.add(name)
        for where, inner in wrappers[name] if count < _MOST else ():
            yield Added(where, inner, (path, fact), _arguments(inner.data["wrapper"], fact))
    for name in sorted(wrappers.keys() - called):
        for where, inner in wrappers[name]:
            yield Added(where, inner, None, {})


def _handed(world: World, wrappers: Mapping[str, object]) -> Iterator[tuple[str, Fact, str]]:
    """(path, fact, function) of the calls that hand something to a wrapper."""
    for path, fact in world.facts("flask") if wrappers else ():
        if fact.kind == "hands" and not world.is_test(path):
            symbol = world.resolve(path, fact.scope, str(fact.data["call"]))
            if symbol is not None and symbol.name in wrappers:
                yield path, fact, symbol.name


def _arguments(wrapper: Sequence[Json], fact: Fact) -> dict[str, list[Argument]]:
    """Parameter -> what a call gives for it; `wrapper` is (function, parameters, name after `*`)."""
    _, parameters, star = wrapper
    names = [name for name in parameters if name not in ("self", "cls")]
    found: dict[str, list[Argument]] = {}
    positional = 0
    for name, code, view, texts, verbs, called in fact.data["arguments"]:
        argument = Argument(str(code), str(view), texts, verbs, str(called))
        if name:
            found[name] = [argument]
        elif positional < len(names):
            found[names[positional]] = [argument]
            positional += 1
        elif star:
            found.setdefault(star, []).append(argument)
    return found
