"""APIs, routers and controllers of all files: which one code means, what stands in each."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...model.evidence import BlindSpot, Place
from ...model.facts import Fact, Json
from ...model.world import Symbol, World
from ...python.filled_patterns import Patterns
from ...python.held_objects import HeldObjects

_API = re.compile(r"ninja(?:_extra)?\.(?:\w+\.)*Ninja\w*API(?:\(\))?\Z")
_ROUTER = re.compile(r"ninja(?:_extra)?\.(?:\w+\.)*\w*Router(?:\(\))?\Z")


class Held(NamedTuple):
    """An API, router or controller. `kind` says which; a controller has a `prefix` of its own."""

    key: str
    kind: str
    path: str
    fact: Fact
    prefix: str = ""

    @property
    def place(self) -> Place:
        return Place(self.path, self.fact.line, self.fact.column)


class Operation(NamedTuple):
    """An operation below the prefix of what it stands in, and what answers (None: not known)."""

    path: str
    fact: Fact
    text: str
    symbol: Symbol | None

    @property
    def place(self) -> Place:
        return Place(self.path, self.fact.line, self.fact.column)


class Apis:
    """All of them by key: the dotted name of a variable, or of a controller's class."""

    def __init__(self, world: World) -> None:
        self._world, self._patterns = world, Patterns(world)
        self._facts = [(path, fact) for path, fact in world.facts("ninja") if not world.is_test(path)]
        self.known: dict[str, Held] = {}
        self.operations: dict[str, list[Operation]] = {}
        self.joins: dict[str, list[tuple[str, str, Place]]] = {}
        """What stands in what: (prefix, key) of each, in order, with where that is said."""
        self.joined: set[str] = set()
        self.unknown: list[BlindSpot] = []
        for path, fact in self._facts:
            self._keep(path, fact)
        self._objects = HeldObjects(world, self._facts, self.known)
        for path, fact in self._facts if self.known else ():
            self._fill(path, fact)

    def find(self, path: str, scope: str, code: str) -> list[str]:
        """The keys of what code means in a scope, sorted."""
        return self._objects.find(path, scope, code)

    def _keep(self, path: str, fact: Fact) -> None:
        name = ".".join(
            p for p in (self._world.module_of(path), fact.scope, str(fact.data.get("name", ""))) if p
        )
        if fact.kind == "made":
            kind = self._kind(path, fact)
            if kind:
                self.known.setdefault(name, Held(name, kind, path, fact))
        elif fact.kind == "controller":
            prefix = self._text(path, fact, fact.data["parts"])
            self.known[name] = Held(name, "controller", path, fact, prefix or "")

    def _kind(self, path: str, fact: Fact) -> str:
        symbol = self._world.resolve(path, fact.scope, str(fact.data["class"]))
        kin = (symbol, *self._world.ancestors(symbol.name)) if symbol is not None else ()
        outside = [each.name for each in kin if each.kind == "external"]
        if any(_API.match(name) for name in outside):
            return "api"
        return "router" if any(_ROUTER.match(name) for name in outside) else ""

    def _text(self, path: str, fact: Fact, parts: list[Json]) -> str | None:
        """The text of a path, None where a part of it is not known."""
        return self._patterns.known(path, fact.scope, parts)

    # What stands in each --------------------------------------------------------------------------

    def _fill(self, path: str, fact: Fact) -> None:
        place = Place(path, fact.line, fact.column)
        if fact.kind == "operation":
            self._operation(path, fact, place)
        elif fact.kind == "join":
            parents = self.find(path, fact.scope, str(fact.data["on"]))
            children = self._child(path, fact)
            prefix = self._text(path, fact, fact.data["parts"])
            if parents and (not children or prefix is None):
                self._lost(place, f"add_router({fact.data['dotted'] or fact.data['child']})")
            for parent in parents if prefix is not None else ():
                for child in children:
                    self._join(parent, child, prefix or "", place)
        elif fact.kind == "controllers":
            for parent in self.find(path, fact.scope, str(fact.data["on"])):
                self._register(parent, path, fact, place)

    def _operation(self, path: str, fact: Fact, place: Place) -> None:
        owner = f"{self._world.module_of(path)}.{fact.scope}"
        on = str(fact.data["on"])
        keys = self.find(path, fact.scope, on) if on else [owner]  # of the class around it
        text = self._text(path, fact, fact.data["parts"])
        if text is None and keys:
            self._lost(place, f"... -> {fact.data['handler'] or fact.data.get('view', '')}")
        handler = str(fact.data["handler"])
        symbol: Symbol | None = Symbol("function", f"{self._world.module_of(path)}.{handler}")
        if not handler:
            symbol = self._world.resolve(path, fact.scope, str(fact.data["view"]))
        for key in keys if text is not None else ():
            self.operations.setdefault(key, []).append(Operation(path, fact, text or "", symbol))

    def _register(self, parent: str, path: str, fact: Fact, place: Place) -> None:
        """Controllers that an API is given, by name, by text, or all that there are."""
        if fact.data["all"]:
            found = [key for key, held in sorted(self.known.items()) if held.kind == "controller"]
            for key in found:
                self._join(parent, key, "", place)
        for code, text in zip(fact.data["codes"], fact.data["texts"], strict=True):
            symbol = self._world.resolve(path, fact.scope, str(code)) if not text else None
            key = text or (symbol.name if symbol is not None else "")
            if key in self.known:
                self._join(parent, key, "", place)
            else:
                self._lost(place, f"register_controllers({text or code})")

    def _join(self, parent: str, child: str, prefix: str, place: Place) -> None:
        if parent != child:
            self.joins.setdefault(parent, []).append((prefix, child, place))
            self.joined.add(child)

    def _lost(self, place: Place, text: str) -> None:
        self.unknown.append(BlindSpot("dynamic-route", place, text[:120]))

    def _child(self, path: str, fact: Fact) -> list[str]:
        dotted = str(fact.data["dotted"])
        if not dotted:
            return self.find(path, fact.scope, str(fact.data["child"]))
        module, _, name = dotted.rpartition(".")
        origin = self._world.modules.get(module)
        return self.find(origin, "", name) if origin is not None else []
