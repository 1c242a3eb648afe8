"""Which applications and routers a reference means, in the whole project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...model.evidence import Place
from ...model.facts import Fact, Json
from ...model.world import Symbol, World
from ...python.variables import Variables
from .dependencies import Dependencies
from .running import Runner
from .texts import Hand, Texts

OURS = re.compile(r"fastapi|starlette")
_NAMED = ("app", "application", "fastapi_app")
_DEPTH = 20
_MOST_ITEMS = 5_000
ANY_APPLICATION = "?"
"""The key of the application that a function is given whose callers are not known."""


class Router(NamedTuple):
    """Something that answers: its `kind` is app, router, static (files) or middleware."""

    key: str
    kind: str
    path: str
    scope: str
    data: Json

    @property
    def place(self) -> Place:
        return Place(self.path, self.data.get("line", 0), self.data.get("column", 0))

    @property
    def shown(self) -> str:
        """What people call it: its variable, or what makes it where it has none."""
        made = str(self.data.get("made_by") or self.data.get("class", "")).rpartition(".")[2]
        return self.key if ":" not in self.key else f"what {made or 'a call'} makes here"


class Item(NamedTuple):
    """Something that stands in a router, and where it was said."""

    path: str
    scope: str
    entry: Json

    @property
    def place(self) -> Place:
        return Place(self.path, self.entry["line"], self.entry["column"])


class KnownRouters:
    """All of them by key, and the lists in which they stand. Calls that make some are run by `runner`."""

    runner: Runner

    def __init__(self, world: World) -> None:
        self._hands: dict[str, list[Hand]] = {}
        self.world, self.texts, self.dependencies = world, Texts(world, self._hands), Dependencies(world)
        self.known: dict[str, Router] = {}
        self.above: dict[str, tuple[str, Fact]] = {}
        self._returns: dict[str, list[tuple[str, Fact]]] = {}
        self._sequences: dict[str, list[Item]] = {}
        self._flat: dict[str, list[Item]] = {}
        self._memo: dict[str, tuple[str, ...]] = {}
        self.facts = [(path, fact) for path, fact in world.facts("fastapi") if not world.is_test(path)]
        self._gather()
        self._variables = Variables(world, self.known)
        self._lists = Variables(world, self._sequences)

    # What the files say ---------------------------------------------------------------------------

    def _gather(self) -> None:
        for path, fact in self.facts:
            name = f"{self.world.module_of(path)}.{fact.data.get('name', fact.scope)}"
            if fact.kind == "router":
                self._make(name, path, fact.scope, fact.data)
            elif fact.kind == "sequence":
                rows = (Item(path, fact.scope, entry) for entry in fact.data["entries"])
                self._sequences.setdefault(name, []).extend(rows)
            elif fact.kind == "returns":
                self._returns.setdefault(name, []).append((path, fact))
            elif fact.kind == "above":
                owner = f"{self.world.module_of(path)}.{fact.data['owner']}"
                self.above.setdefault(owner, (path, fact))
            elif fact.kind == "hands":
                symbol = self.world.resolve(path, fact.scope, str(fact.data["call"]))
                if symbol is not None and symbol.kind == "class":
                    symbol = self.world.member(symbol.name, "__init__")
                if symbol is not None and symbol.kind == "function":
                    hand = Hand(path, fact.scope, fact.data["arguments"])
                    self._hands.setdefault(symbol.name, []).append(hand)

    def _make(self, key: str, path: str, scope: str, data: Json) -> str:
        """Keeps an object, if it is one of ours; its key, "" for others."""
        kind = self._kind(path, scope, str(data["class"]))
        if kind:
            self.known.setdefault(key, Router(key, kind, path, scope, data))
        return key if kind else ""

    def _kind(self, path: str, scope: str, code: str) -> str:
        if not code:
            return "router"
        symbol = self._class(path, scope, code)
        return self.kind_of(symbol) if symbol is not None else ""

    def kind_of(self, symbol: Symbol) -> str:
        """What a class makes: app, router, static, middleware, or ""."""
        kin: Sequence[Symbol] = self.world.ancestors(symbol.name) if symbol.kind == "class" else (symbol,)
        for ancestor in kin:
            kind = _outside(ancestor.name) if ancestor.kind == "external" else ""
            if kind:
                return kind
        return ""

    def class_of(self, router: Router) -> str:
        """The class of the project that a router is an object of, "" for those of libraries."""
        code = str(router.data["class"])
        symbol = self._class(router.path, router.scope, code) if code else None
        return symbol.name if symbol is not None and symbol.kind == "class" else ""

    def _class(self, path: str, scope: str, code: str) -> Symbol | None:
        """The class that code names, or that a function made: `Router = router_class(Route)`."""
        symbol = self.dependencies.meant(path, scope, code)
        if symbol is not None and symbol.kind in ("class", "external"):
            return symbol
        module, name = self.world.locate(path, scope, code)
        origin = self.world.modules.get(module, "")
        binding = self.world.binding(origin, "", name) if origin else None
        return self.dependencies.meant(origin, "", binding.value) if binding is not None else symbol

    # References -----------------------------------------------------------------------------------

    def find(self, path: str, scope: str, ref: Json, depth: int = _DEPTH) -> tuple[str, ...]:
        """The keys of the routers that a reference means, sorted."""
        mark = f"{path}|{scope}|{ref if ref[0] != 'made' else (ref[1].get('line'), ref[1].get('column'))}"
        if mark not in self._memo:
            self._memo[mark] = ()
            self._memo[mark] = tuple(sorted(set(self._find(path, scope, ref, depth)))) if depth else ()
        return self._memo[mark]

    def _find(self, path: str, scope: str, ref: Json, depth: int) -> Iterator[str]:
        module = self.world.module_of(path)
        if ref[0] == "local":
            key = f"{module}.{ref[1]}"
            if key in self.known:
                yield from self._unwrapped(self.known[key], depth)
        elif ref[0] == "made":
            data = ref[1]
            key = self._make(f"{path}:{data.get('line', 0)}:{data.get('column', 0)}", path, scope, data)
            if key:
                yield from self._unwrapped(self.known[key], depth)
        elif ref[0] == "elements":
            for item in self.sequence(path, scope, ["code", ref[1]]):
                yield from (
                    self.find(item.path, item.scope, item.entry["ref"], depth - 1)
                    if "ref" in item.entry
                    else ()
                )
        elif ref[0] == "parameter":
            yield from self._given(path, f"{module}.{ref[1]}", str(ref[2]), str(ref[3]), depth)
        else:
            yield from self._coded(path, scope, str(ref[1]), depth)

    def _unwrapped(self, router: Router, depth: int) -> Iterator[str]:
        """What a middleware stands around, or the router itself."""
        if router.kind == "middleware":
            yield from self.find(router.path, router.scope, router.data["inner"], depth - 1)
        else:
            yield router.key

    def _given(self, path: str, function: str, name: str, type_: str, depth: int) -> Iterator[str]:
        """What the callers of a function give for a parameter."""
        found = False
        for hand in self._hands.get(function, ()):
            for index, keyword, ref in hand.arguments:
                if ref[0] == "text":
                    continue
                if keyword == name or (not keyword and self._place(path, function, name) == index):
                    for key in self.find(hand.path, hand.scope, ref, depth - 1):
                        found = True
                        yield key
        last = type_.rpartition(".")[2]
        ours = any(OURS.match(item.module) for item in self.world.files[path].imports)
        if not found and (last in ("FastAPI", "Starlette") or (ours and not last and name in _NAMED)):
            yield ANY_APPLICATION

    def _place(self, path: str, function: str, name: str) -> int:
        """The place of a parameter among those that callers give."""
        module = self.world.module_of(path)
        for definition in self.world.files[path].definitions:
            if f"{module}.{definition.name}" == function and name in definition.parameters:
                bound = definition.parameters[0] in ("self", "cls")
                return list(definition.parameters).index(name) - bound
        return -1

    def _coded(self, path: str, scope: str, code: str, depth: int) -> Iterator[str]:
        if code.startswith("?"):
            return
        name = self._variables.find(path, scope, code)
        if name:
            yield from self._unwrapped(self.known[name], depth)
            return
        if code.endswith("()"):
            symbol = self.world.resolve(path, scope, code[:-2])
            for where, fact in self._returns.get(symbol.name, ()) if symbol is not None else ():
                yield from self.find(where, fact.scope, fact.data["ref"], depth - 1)
            return
        module, variable = self.world.locate(path, scope, code)
        origin = self.world.modules.get(module, "")
        own = self.runner.variable(origin, variable) if origin else ""
        if own:
            yield own
            return
        binding = self.world.binding(origin, "", variable) if origin else None
        if binding is not None and (origin, binding.value) != (path, code):
            yield from self.find(origin, "", ["code", binding.value], depth - 1)
        elif code.endswith((".router", ".app")):  # of an application
            yield from self._coded(path, scope, code.rpartition(".")[0], depth - 1)

    def sequence(self, path: str, scope: str, ref: Json) -> list[Item]:
        """The items of a list that a reference names, those of lists in it included."""
        if ref[0] != "code":
            return []
        code = str(ref[1])
        if code.endswith("()"):
            symbol = self.world.resolve(path, scope, code[:-2])
            name = f"{symbol.name}.<returned>" if symbol is not None else ""
        else:
            name = self._lists.find(path, scope, code)
        if name not in self._flat:
            self._flat[name] = []  # a list in itself brings nothing
            found: list[Item] = []
            for row in self._sequences.get(name, ()):
                inner = row.entry["kind"] == "sequence" and self.sequence(*row[:2], row.entry["ref"])
                found += inner or [row]
            self._flat[name] = found[:_MOST_ITEMS]
        return self._flat[name]


def _outside(name: str) -> str:
    """What a class of a library makes."""
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    ours = bool(OURS.search(top))
    if last.endswith(("FastAPI", "Starlette")):
        return "app"
    if last.endswith("StaticFiles"):
        return "static"
    if last.endswith("Middleware") and (ours or top == "asgi_correlation_id"):
        return "middleware"
    if last.endswith("APIRouter"):
        return "router"
    if ours and last.endswith("Router"):
        return "app" if name == "starlette.routing.Router" else "router"
    return ""
