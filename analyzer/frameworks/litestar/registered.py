"""Handlers, controllers, routers and applications of all files: what is registered with what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.evidence import BlindSpot, Place
from ...model.facts import Fact, Json
from ...model.world import World
from ...python.filled_patterns import Patterns
from ...python.held_objects import HeldObjects, held_name

_CONTROLLER = re.compile(r"(?:litestar|starlite)\.(?:\w+\.)*Controller\Z")
_APPLICATION = re.compile(r"(?:litestar|starlite)\.(?:\w+\.)*(?:Litestar|Starlite|AppConfig)\Z")
_ROUTER = re.compile(r"(?:litestar|starlite)\.(?:\w+\.)*Router\Z")
_DEPTH = 20


class Handler(NamedTuple):
    """A function that answers, with where that is said."""

    path: str
    fact: Fact
    function: str

    @property
    def place(self) -> Place:
        return Place(self.path, self.fact.line, self.fact.column)


class Found(NamedTuple):
    """A handler with the text before its own paths (None: a part of that is not known)."""

    handler: Handler
    prefix: str | None
    places: tuple[Place, ...]
    """Where it and what it stands in are registered."""


class _Item(NamedTuple):
    path: str
    scope: str
    code: str
    place: Place


class Registered:
    """Finds the handlers of all applications."""

    def __init__(self, world: World) -> None:
        self._world, self._patterns = world, Patterns(world)
        facts = [(path, fact) for path, fact in world.facts("litestar") if not world.is_test(path)]
        self._handlers: dict[str, list[Handler]] = {}
        self._methods: dict[str, list[str]] = {}
        self._paths: dict[str, str | None] = {}
        self._items: dict[str, list[_Item]] = {}
        self._own: dict[str, str | None] = {}
        """Routers and applications -> their own path."""
        self.applications: dict[str, Place] = {}
        self.routers: dict[str, Place] = {}
        self.used: set[str] = set()
        """What is registered with something: routers, classes and functions."""
        self.unknown: dict[tuple[Place, str], BlindSpot] = {}
        for path, fact in facts:
            self._keep(path, fact)
        self._objects = HeldObjects(world, facts, self._items)
        for path, fact in facts:
            if fact.kind == "register":
                for key in self._on(path, fact):
                    self._items[key] += self._of(path, fact)

    def _keep(self, path: str, fact: Fact) -> None:
        module = self._world.module_of(path)
        if fact.kind == "handler":
            name = f"{module}.{fact.data['function']}"
            owner = f"{module}.{fact.scope}"
            if name not in self._handlers and owner in self._world.classes:
                self._methods.setdefault(owner, []).append(name)
            self._handlers.setdefault(name, []).append(Handler(path, fact, name))
        elif fact.kind == "path":
            self._paths[f"{module}.{fact.scope}"] = self.text(path, fact.scope, fact.data["parts"])
        elif fact.kind in ("holder", "sequence"):
            name = held_name(self._world, path, fact.scope, str(fact.data["name"]))
            place = Place(path, fact.line, fact.column)
            if fact.kind == "holder":
                kind = self._kind(path, fact)
                if not kind:
                    return
                self._own[name] = self.text(path, fact.scope, fact.data["parts"])
                (self.applications if kind == "application" else self.routers)[name] = place
            self._items.setdefault(name, []).extend(self._of(path, fact))

    def _kind(self, path: str, fact: Fact) -> str:
        symbol = self._world.resolve(path, fact.scope, str(fact.data["class"]))
        kin = (symbol, *self._world.ancestors(symbol.name)) if symbol is not None else ()
        outside = [each.name.removesuffix("()") for each in kin if each.kind == "external"]
        if any(_APPLICATION.match(name) for name in outside):
            return "application"
        return "router" if any(_ROUTER.match(name) for name in outside) else ""

    def _of(self, path: str, fact: Fact) -> list[_Item]:
        return [
            _Item(path, fact.scope, str(code), Place(path, int(line), int(column)))
            for code, line, column in fact.data["items"]
        ]

    def _on(self, path: str, fact: Fact) -> list[str]:
        """What is filled; the application's configuration, where a function is given that."""
        on = str(fact.data["on"])
        found = self._objects.find(path, fact.scope, on)
        if found or not self._objects.is_parameter(path, fact.scope, on):
            return found
        if not fact.data["whole"]:
            return []
        name = f"{self._world.module_of(path)}.{fact.scope}.{on}"
        self._items.setdefault(name, [])
        self._own[name] = ""
        self.applications[name] = Place(path, fact.line, fact.column)
        return [name]

    def text(self, path: str, scope: str, parts: list[Json]) -> str | None:
        """The text of a path, None where a part of it is not known."""
        return self._patterns.known(path, scope, parts)

    # What stands below ----------------------------------------------------------------------------

    def below(self, key: str) -> Iterator[Found]:
        """The handlers of an application, through all that is registered with it."""
        yield from self._below(key, self._own.get(key, ""), (), _DEPTH)

    def _below(self, key: str, prefix: str | None, places: tuple[Place, ...], depth: int) -> Iterator[Found]:
        for item in self._items.get(key, ()) if depth else ():
            found = list(self._resolved(item, prefix, (*places, item.place), depth))
            if not found and (item.place, item.code) not in self.unknown and self._is_lost(item):
                spot = BlindSpot("dynamic-route", item.place, f"route_handlers: {item.code}"[:120])
                self.unknown[item.place, item.code] = spot
            yield from found

    def _resolved(
        self, item: _Item, prefix: str | None, places: tuple[Place, ...], depth: int
    ) -> Iterator[Found]:
        scope = held_name(self._world, item.path, item.scope, item.code)
        keys = [scope] if scope in self._own else self._objects.find(item.path, item.scope, item.code)
        for key in keys:
            self.used.add(key)
            own = self._own.get(key, "")
            yield from self._below(key, _joined(prefix, own), places, depth - 1)
        symbol = self._world.resolve(item.path, item.scope, item.code) if not keys else None
        if symbol is None:
            return
        self.used.add(symbol.name)
        for handler in self._handlers.get(symbol.name, ()):
            yield Found(handler, prefix, places)
        if symbol.kind == "class":
            yield from self._of_controller(symbol.name, prefix, places)

    def _of_controller(self, name: str, prefix: str | None, places: tuple[Place, ...]) -> Iterator[Found]:
        """The handlers of a class, those too that it inherits and does not define anew."""
        kin = [each.name for each in self._world.ancestors(name)]
        own = next((self._paths[each] for each in kin if each in self._paths), "")
        seen: set[str] = set()
        for each in kin:
            methods = self._methods.get(each, ())
            for method in methods:
                last = method.rpartition(".")[2]
                if last not in seen:
                    seen.add(last)
                    for handler in self._handlers[method]:
                        yield Found(handler, _joined(prefix, own), places)

    def _is_lost(self, item: _Item) -> bool:
        """Whether nothing is known of an item; what libraries make is theirs."""
        symbol = self._world.resolve(item.path, item.scope, item.code.removesuffix("()"))
        return symbol is None or symbol.kind not in ("external", "builtin")


def _joined(prefix: str | None, own: str | None) -> str | None:
    return None if prefix is None or own is None else f"{prefix}/{own}"
