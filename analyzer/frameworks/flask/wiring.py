"""Wiring: what an application factory does with the application, and so a service must do as well."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ...model.evidence import Evidence, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.module_names import split_name
from ...python.replays import repeated
from .reading import APPLICATIONS

_CONSOLE = re.compile(r"@?\w+\.(?:cli\.|shell_context_processor\b|logger\.)")
"""What is there for the monolith's console alone: commands, names of its shell; and its logs."""
_MOST = 20
"""Functions inside of functions that are gone into, so that circles end."""


def link_wiring(world: World) -> Iterator[Node | Edge]:
    """What an application factory does with the application: what a service must do as well.

    What a function that only registers blueprints does is told in the place of its call, since a service
    registers its own alone; one that makes routes itself (`makes`) can only be called as a whole, or not.
    Commands and the shell's names are left out: they are the monolith's. What is done with one blueprint is
    told with its name (`of`).
    """
    factories = sorted(
        {
            (path, call.scope)
            for path in world.files
            for call, symbol in world.calls(path)
            if symbol is not None and _makes_application(world, symbol)
        }
    )
    steps = _Steps(world)
    for path, scope in factories:
        if world.is_test(path):
            continue
        for order, (where, fact) in enumerate(steps.of(path, scope), start=1):
            place = Place(where, fact.line, fact.column)
            here = f"setting:{where}:{fact.line}:{fact.column}"
            id, attributes = repeated(world, where, fact) or (
                here,
                (("code", str(fact.data["code"])), ("touches", "flask")),
            )
            said = steps.role(where, fact)
            if of := str(fact.data.get("of", "")):
                id, said = here, (("of", ".".join(filter(None, world.locate(where, fact.scope, of)))),)
            yield Node(id, where, fact.line, fact.line, tuple(sorted((*attributes, *said))))
            yield Edge(
                world.scope_id(path, scope), id, "configures", evidence=(Evidence(place),), order=order
            )


class _Steps:
    """What functions do with an application, and which of them add routes to it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._facts: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self._registers: set[tuple[str, str]] = set()
        self._makes: set[tuple[str, str]] = set()
        self._console: set[tuple[str, str]] = set()
        self._other: set[tuple[str, str]] = set()
        for path, fact in world.facts("flask"):
            if fact.kind == "wiring":
                if not _CONSOLE.match(str(fact.data["code"])):
                    self._facts[path, fact.scope].append(fact)
                    self._other.add((path, fact.scope))
                else:
                    self._console.add((path, fact.scope))
            elif fact.kind == "holder" or (fact.kind == "route" and fact.data["on"] in APPLICATIONS):
                self._makes.add((path, fact.scope))
            elif fact.kind == "register" and fact.data["on"] in APPLICATIONS:
                self._registers.add((path, fact.scope))
                if not fact.data["over"]:
                    self._facts[path, fact.scope].append(_registration(fact))
        for facts in self._facts.values():
            facts.sort(key=lambda fact: (fact.line, fact.column))

    def of(self, path: str, scope: str, deep: int = 0) -> Iterator[tuple[str, Fact]]:
        """(path, fact) of what a function does, and in their place what those do that register for it."""
        for fact in self._facts[path, scope]:
            yield path, fact
            inner = self._called(path, fact)
            if inner in self._registers - self._makes and deep < _MOST:
                yield from self.of(*inner, deep + 1)

    def role(self, path: str, fact: Fact) -> tuple[tuple[str, str], ...]:
        """Whether what is called with the application registers blueprints, or makes routes itself."""
        where, scope = self._called(path, fact)
        console = self._console - self._other
        for kind, those in (("makes", self._makes), ("registers", self._registers), ("registers", console)):
            if (where, scope) in those:
                return ((kind, f"{self._world.module_of(where)}.{scope}"),)
        return ()

    def _called(self, path: str, fact: Fact) -> tuple[str, str]:
        """(path, scope) of the project's function that is given the application, else nothing of either."""
        called = str(fact.data["call"])
        symbol = self._world.resolve(path, fact.scope, called) if called else None
        if symbol is None or symbol.kind != "function" or fact.data["arguments"] is None:
            return "", ""
        module, scope = split_name(symbol.name, self._world.modules)
        return self._world.modules.get(module, ""), scope


def _registration(fact: Fact) -> Fact:
    """`app.register_blueprint(bp)` as something that is done with one blueprint."""
    child = str(fact.data["child"])
    said: dict[str, Json] = {"call": "", "on": "register_blueprint", "arguments": [["", "name", child]]}
    code = f"{fact.data['on']}.{fact.data['code']}"
    return Fact("wiring", fact.scope, fact.line, fact.column, {**said, "code": code, "of": child})


def _makes_application(world: World, symbol: Symbol) -> bool:
    kin = (symbol, *(world.ancestors(symbol.name) if symbol.kind in ("class", "instance") else ()))
    return any(s.kind == "external" and s.name in ("flask.Flask", "flask.app.Flask") for s in kin)
