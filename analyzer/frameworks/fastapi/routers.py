"""What stands in each application and router of the project, and what each is joined to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ...model.evidence import BlindSpot, Place
from ...model.facts import Fact, Json
from ...model.world import World
from .entries import shown, shown_join
from .held import Held
from .known_routers import ANY_APPLICATION, OURS, Item, KnownRouters, Router


class Routers(KnownRouters):
    """Routers with the routes that stand in each."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.items: dict[str, list[Item]] = {}
        self.joins: dict[str, list[tuple[str, Item]]] = {}
        """Router -> (router around it, how it was joined to that) of each time."""
        self.statics: list[tuple[str, Item, Router]] = []
        self.lost: list[tuple[str, Item]] = []
        """What is joined to a router, and nobody knows."""
        self.unknown: list[BlindSpot] = []
        self.passing = {
            f"{world.module_of(path)}.{fact.scope}": fact
            for path, fact in self.facts
            if fact.kind == "passes"
        }
        """Functions that call a method that they are given, by their names."""
        self._fill()

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

    def _fill(self) -> None:
        self.known[ANY_APPLICATION] = Router(
            ANY_APPLICATION, "app", "", "", {"class": "", "text": None, "depends": []}
        )
        held = Held(self)
        self.runner = held.runner
        held.construct()
        for key, router in list(self.known.items()):
            self._put_all(key, router.path, router.scope, router.data.get("entries", ()))
        lost = []
        for path, fact in self.facts:
            if fact.kind != "add" or not fact.data["entries"]:
                continue
            keys = self.find(path, fact.scope, fact.data["on"])
            on, entries = fact.data["on"], fact.data["entries"]
            entries = [
                e
                for e in entries
                if not (_is_of_call(on, e) and (path, e["line"], e["column"]) in held.placed)
            ]
            for key in keys:
                self._put_all(key, path, fact.scope, entries)
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
        ours = any(OURS.match(item.module) for item in self.world.files[path].imports)
        if kind == "code" and not code.startswith("?"):
            symbol = self.world.resolve(path, fact.scope, code)
            return symbol is None and (joins or ours)
        return kind != "local" and ours

    def _put_all(self, key: str, path: str, scope: str, entries: Sequence[Json]) -> None:
        for entry in entries:
            rows = self.sequence(path, scope, entry["ref"]) if entry["kind"] == "sequence" else []
            for item in rows or [Item(path, scope, entry)]:
                self._put(key, item)

    def _put(self, key: str, item: Item, runs: bool = False) -> None:
        """Puts an item into a router, as it is written or (`runs`) as a call of its function has it."""
        if item.entry["kind"] == "route":
            self.items.setdefault(key, []).append(item)
            return
        own = self.runner.child(item.path, item.scope, item.entry["line"], item.entry["column"])
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
        if not found and (runs or (item.path, item.scope) not in self.runner.ran):
            self.lost.append((key, item))
            self.unknown.append(BlindSpot("dynamic-route", item.place, shown_join(item.entry)))


def _is_of_call(on: Json, entry: Json) -> bool:
    """Whether the call of a function says where an entry goes, what it joins or under which path."""
    pieces = [kind for kind, _ in entry.get("text") or ()]
    return on[0] == "parameter" or entry.get("ref", [""])[0] == "parameter" or "parameter" in pieces
