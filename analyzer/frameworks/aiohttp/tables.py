"""Applications, tables of routes and lists of all files: which one code means, what stands in each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.evidence import BlindSpot, Place
from ...model.facts import Fact, Json
from ...model.world import World
from ...python.filled_patterns import Patterns
from ...python.held_objects import HeldObjects, held_name

_APPLICATION = re.compile(r"aiohttp\.(?:\w+\.)*Application\Z")
_TABLE = re.compile(r"aiohttp\.(?:\w+\.)*RouteTableDef\Z")
_DEPTH, _MOST = 20, 64
UNKNOWN = "?"
"""The application that a function is given whose callers are not known."""


class Entry(NamedTuple):
    """A route as it stands somewhere."""

    path: str
    scope: str
    parts: list[Json]
    methods: list[str]
    view: str
    line: int
    column: int
    name: str

    @property
    def place(self) -> Place:
        return Place(self.path, self.line, self.column)


class Below(NamedTuple):
    """What stands around an application: another one, and the prefix there."""

    parent: str
    prefix: str
    host: str
    place: Place


class Tables:
    """All of them by key: the dotted name of a variable, of what `self` keeps, or of a function's result."""

    def __init__(self, world: World) -> None:
        self._world, self._patterns = world, Patterns(world)
        facts = [(path, fact) for path, fact in world.facts("aiohttp") if not world.is_test(path)]
        self.kinds: dict[str, str] = {UNKNOWN: "app"}
        self.places: dict[str, Place] = {}
        self.entries: dict[str, list[Entry]] = {}
        self.joins: dict[str, set[str]] = {}
        """Table -> the tables and applications that it is added to."""
        self.below: dict[str, list[Below]] = {}
        self.statics: list[tuple[str, str, Place]] = []
        self.unknown: list[BlindSpot] = []
        self._prefixes: dict[str, list[tuple[str, str]]] = {}
        for path, fact in facts:
            self._keep(path, fact)
        self._objects = HeldObjects(world, facts, self.kinds)
        for path, fact in facts:
            self._fill(path, fact)

    def _keep(self, path: str, fact: Fact) -> None:
        name = held_name(self._world, path, fact.scope, str(fact.data.get("name", "")))
        kind = "table" if fact.kind == "sequence" else ""
        if fact.kind == "made":
            symbol = self._world.resolve(path, fact.scope, str(fact.data["class"]))
            kin = (symbol, *self._world.ancestors(symbol.name)) if symbol is not None else ()
            outside = [each.name.removesuffix("()") for each in kin if each.kind == "external"]
            kind = "app" if any(_APPLICATION.match(each) for each in outside) else ""
            kind = "table" if any(_TABLE.match(each) for each in outside) else kind
        if kind:
            self.kinds.setdefault(name, kind)
            self.places.setdefault(name, Place(path, fact.line, fact.column))

    def text(self, path: str, scope: str, parts: list[Json]) -> str | None:
        """The text of a path, None where a part of it is not known."""
        return self._patterns.known(path, scope, parts)

    def _fill(self, path: str, fact: Fact) -> None:
        place, data = Place(path, fact.line, fact.column), fact.data
        if fact.kind == "sequence":
            name = held_name(self._world, path, fact.scope, str(data["name"]))
            found = [name] if name in self.places else self._objects.find(path, fact.scope, str(data["name"]))
            self._add(found, path, fact)
        elif fact.kind == "entries":
            found = self._find(path, fact.scope, str(data["on"]))
            if found:
                self._add(found, path, fact)
        elif fact.kind == "below":
            self._put_below(path, fact, place)
        elif fact.kind == "static":
            text = self.text(path, fact.scope, data["parts"])
            for key in self._find(path, fact.scope, str(data["on"])) if text is not None else ():
                self.statics.append((key, text or "", place))

    def _add(self, keys: list[str], path: str, fact: Fact) -> None:
        for entry in fact.data["entries"]:
            for key in keys:
                if entry[0] == "route":
                    self.entries.setdefault(key, []).append(Entry(path, fact.scope, *entry[1:]))
                    continue
                inner = self._inner(path, fact.scope, str(entry[1]))
                for child in inner:
                    self.joins.setdefault(child, set()).add(key)
                if not inner:
                    where = Place(path, int(entry[2]), int(entry[3]))
                    self.unknown.append(BlindSpot("dynamic-route", where, f"add_routes({entry[1]})"[:120]))

    def _inner(self, path: str, scope: str, code: str) -> list[str]:
        """The tables that code means; those that a function gives back."""
        symbol = self._world.resolve(path, scope, code[:-2]) if code.endswith("()") else None
        name = f"{symbol.name}.<returned>" if symbol is not None else ""
        return [name] if name in self.places else self._objects.find(path, scope, code)

    def _put_below(self, path: str, fact: Fact, place: Place) -> None:
        parents = self._find(path, fact.scope, str(fact.data["on"]))
        children = self._objects.find(path, fact.scope, str(fact.data["child"]))
        text = self.text(path, fact.scope, fact.data["parts"])
        if parents and (not children or text is None):
            self.unknown.append(BlindSpot("dynamic-route", place, f"add_subapp({fact.data['child']})"[:120]))
        for parent in parents if text is not None else ():
            for child in children:
                if child != parent:
                    row = Below(parent, (text or "").rstrip("/"), str(fact.data["host"]), place)
                    self.below.setdefault(child, []).append(row)

    def _find(self, path: str, scope: str, code: str) -> list[str]:
        """What code means; the application that a function is given, where nobody is seen to call it."""
        found = self._objects.find(path, scope, code)
        if found or not self._objects.is_parameter(path, scope, code):
            return found
        ours = any(item.module.partition(".")[0] == "aiohttp" for item in self._world.files[path].imports)
        return [UNKNOWN] if ours and "app" in code.lower() else []

    # Where they stand -----------------------------------------------------------------------------

    def prefixes(self, key: str, depth: int = _DEPTH) -> list[tuple[str, str]]:
        """(prefix, host) of each way to an application or table, sorted; none for tables that nobody adds."""
        if key not in self._prefixes:
            self._prefixes[key] = []  # what stands in itself is served nowhere
            self._prefixes[key] = sorted(set(self._ways(key, depth)))[:_MOST] if depth else []
        return self._prefixes[key]

    def _ways(self, key: str, depth: int) -> Iterator[tuple[str, str]]:
        for parent in sorted(self.joins.get(key, ())):
            yield from self.prefixes(parent, depth - 1)
        rows = self.below.get(key, ())
        for row in rows:
            for prefix, host in self.prefixes(row.parent, depth - 1):
                yield prefix + row.prefix, row.host or host
        if self.kinds.get(key) == "app" and not rows:
            yield "", ""
