"""Applications and routers of the whole project: which object a reference means, what stands in each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ...model.evidence import BlindSpot, Place
from ...model.facts import Fact, Json
from ...model.world import Symbol, World
from ...python.variables import Variables
from .dependencies import Dependencies
from .entries import shown, shown_join
from .held import Held
from .texts import Hand, Texts

_OURS = re.compile(r"fastapi|starlette")
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


class Item(NamedTuple):
    """Something that stands in a router, and where it was said."""

    path: str
    scope: str
    entry: Json

    @property
    def place(self) -> Place:
        return Place(self.path, self.entry["line"], self.entry["column"])


class Routers:
    """All of them by key, with the routes that stand in each and what each is joined to."""

    def __init__(self, world: World) -> None:
        self._hands: dict[str, list[Hand]] = {}
        self.world, self.texts, self.dependencies = world, Texts(world, self._hands), Dependencies(world)
        self.known: dict[str, Router] = {}
        self.items: dict[str, list[Item]] = {}
        self.joins: dict[str, list[tuple[str, Item]]] = {}
        """Router -> (router around it, how it was joined to that) of each time."""
        self.statics: list[tuple[str, Item, Router]] = []
        self.lost: list[tuple[str, Item]] = []
        """What is joined to a router, and nobody knows."""
        self.unknown: list[BlindSpot] = []
        self.above: dict[str, tuple[str, Fact]] = {}
        self._returns: dict[str, list[tuple[str, Fact]]] = {}
        self._sequences: dict[str, list[Item]] = {}
        self._flat: dict[str, list[Item]] = {}
        self._memo: dict[str, tuple[str, ...]] = {}
        self.facts = [(path, fact) for path, fact in world.facts("fastapi") if not world.is_test(path)]
        self._gather()
        self._variables = Variables(world, self.known)
        self._lists = Variables(world, self._sequences)
        self._fill()

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

    def keep(self, key: str, kind: str, path: str, scope: str, data: Json) -> None:
        """Keeps a router that a call has of its own."""
        self.known.setdefault(key, Router(key, kind, path, scope, data))

    def put(self, key: str, path: str, scope: str, entry: Json, child: str) -> None:
        """Puts an entry into a router; `child` is the key of what it joins, where that is known."""
        item = Item(path, scope, entry)
        if child and child != key:
            self.joins.setdefault(child, []).append((key, item))
        else:
            self._put(key, item, True)

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
            for item in self._sequence(path, scope, ["code", ref[1]]):
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
        ours = any(_OURS.match(item.module) for item in self.world.files[path].imports)
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
        own = self._runner.variable(origin, variable) if origin else ""
        if own:
            yield own
            return
        binding = self.world.binding(origin, "", variable) if origin else None
        if binding is not None and (origin, binding.value) != (path, code):
            yield from self.find(origin, "", ["code", binding.value], depth - 1)
        elif code.endswith((".router", ".app")):  # of an application
            yield from self._coded(path, scope, code.rpartition(".")[0], depth - 1)

    def _sequence(self, path: str, scope: str, ref: Json) -> list[Item]:
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
                inner = row.entry["kind"] == "sequence" and self._sequence(*row[:2], row.entry["ref"])
                found += inner or [row]
            self._flat[name] = found[:_MOST_ITEMS]
        return self._flat[name]

    # What stands in what --------------------------------------------------------------------------

    def _fill(self) -> None:
        self.known[ANY_APPLICATION] = Router(
            ANY_APPLICATION, "app", "", "", {"class": "", "text": None, "depends": []}
        )
        held = Held(self)
        self._runner = held.runner
        held.construct()
        for key, router in list(self.known.items()):
            self._put_all(key, router.path, router.scope, router.data.get("entries", ()))
        lost = []
        for path, fact in self.facts:
            if fact.kind != "add" or not fact.data["entries"]:
                continue
            keys = self.find(path, fact.scope, fact.data["on"])
            for key in keys:
                self._put_all(key, path, fact.scope, fact.data["entries"])
            if not keys and self._is_unknown(path, fact):
                lost.append((path, fact))
        ran = held.runner.ran
        self.unknown += [
            BlindSpot("dynamic-route", Place(path, fact.line, fact.column), shown(fact))
            for path, fact in lost
            if (path, fact.scope) not in ran
        ]
        self._forget_written(ran)
        if held.runner.is_tired:
            path, fact = next((path, fact) for path, fact in self.facts if fact.kind == "script")
            self.unknown.append(
                BlindSpot(
                    "dynamic-route", Place(path, fact.line), "too many calls that make routers to follow"
                )
            )

    def _forget_written(self, ran: Collection[tuple[str, str]]) -> None:
        """What each call of a function had of its own stands under keys of these calls alone."""
        written = {
            key
            for key, router in self.known.items()
            if "@" not in key and (router.path, router.scope) in ran and key not in self.joins
        }
        for key in written:
            added = [item for item in self.items.pop(key, ()) if (item.path, item.scope) not in ran]
            for own in self._own(self.known[key]) if added else ():  # by the code around the calls
                self.items.setdefault(own, []).extend(added)
        for child, rows in self.joins.items():
            told = {item.place for parent, item in rows if "@" in parent}
            self.joins[child] = [row for row in rows if row[0] not in written or row[1].place not in told]

    def _own(self, router: Router) -> Iterator[str]:
        """The keys of what calls have in place of a router."""
        place = f"{router.path}:{router.data.get('line', 0)}:{router.data.get('column', 0)}@"
        return (key for key in self.known if key.startswith(place))

    def _is_unknown(self, path: str, fact: Fact) -> bool:
        """Whether something is added to what may be a router, as far as can be told."""
        kind, code = fact.data["on"][0], str(fact.data["on"][-1])
        joins = any(entry["kind"] == "join" for entry in fact.data["entries"])
        ours = any(_OURS.match(item.module) for item in self.world.files[path].imports)
        if kind == "code" and not code.startswith("?"):
            symbol = self.world.resolve(path, fact.scope, code)
            return symbol is None and (joins or ours)
        return kind != "local" and ours

    def _put_all(self, key: str, path: str, scope: str, entries: Sequence[Json]) -> None:
        for entry in entries:
            rows = self._sequence(path, scope, entry["ref"]) if entry["kind"] == "sequence" else []
            for item in rows or [Item(path, scope, entry)]:
                self._put(key, item)

    def _put(self, key: str, item: Item, runs: bool = False) -> None:
        """Puts an item into a router, as it is written or (`runs`) as a call of its function has it."""
        if item.entry["kind"] == "route":
            self.items.setdefault(key, []).append(item)
            return
        own = self._runner.child(item.path, item.scope, item.entry["line"], item.entry["column"])
        found = (own,) if own else self.find(item.path, item.scope, item.entry["ref"])
        for child in found:
            router = self.known[child]
            if router.kind == "static":
                self.statics.append((key, item, router))
            elif child != key:
                new = child not in self.joins
                self.joins.setdefault(child, []).append((key, item))
                if new and ":" in child:  # made on the spot: nobody else fills it
                    self._put_all(child, router.path, router.scope, router.data.get("entries", ()))
        if not found and (runs or (item.path, item.scope) not in self._runner.ran):
            self.lost.append((key, item))
            self.unknown.append(BlindSpot("dynamic-route", item.place, shown_join(item.entry)))


def _outside(name: str) -> str:
    """What a class of a library makes."""
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    ours = bool(_OURS.search(top))
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
