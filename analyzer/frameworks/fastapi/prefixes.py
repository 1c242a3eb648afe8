"""What stands before the routes of a router, and when and where it was put there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Json
from ...python.conditions import Conditions
from .known_routers import ANY_APPLICATION, Item, Router
from .moments import Moments, Step
from .routers import Routers

_MOST = 64
"""Prefixes of one router that are followed."""


Chain = tuple[tuple[str | int, ...], ...]
"""The application, then each join on the way down, each below the calls that lead to it."""
Dependency = tuple[str, str, tuple[str, int, int]]
"""(path, scope, item) of what routes depend on."""


class Prefixes:
    """What stands before the routes of a router, and what they all depend on."""

    def __init__(self, routers: Routers) -> None:
        self._routers, self._moments = routers, Moments(routers.world)
        self._conditions = Conditions(routers.world)
        self._hosts: dict[tuple[str | int, ...], str] = {}
        self._prefixes: dict[str, dict[str, Chain]] = {}
        self._open: dict[str, set[str]] = {}
        self._depends: dict[str, list[Dependency]] = {}
        self.unknown: list[BlindSpot] = []

    def steps(self, item: Item) -> tuple[Step, ...]:
        """When something is put into its router."""
        return self._moments.of(item.path, item.scope, item.entry["line"], item.entry["column"])

    def when(self, chain: Chain) -> str:
        """The condition under which something is there, "" for none."""
        return self._conditions.all((str(s[0]), int(s[2]), int(s[3])) for s in chain if len(s) == 4)

    def host(self, chain: Chain) -> str:
        """The host that something is for, "" for all."""
        return next((self._hosts[step] for step in chain if self._hosts.get(step)), "")

    def of(self, key: str) -> Mapping[str, Chain]:
        """The whole prefixes of a router, sorted, each with the joins that lead to it from an application."""
        if key not in self._prefixes:
            self._prefixes[key] = {}  # what is joined to itself is served nowhere
            self._prefixes[key] = self._of(self._routers.known[key])
        return self._prefixes[key]

    def _of(self, router: Router) -> dict[str, Chain]:
        own, open_ = self.own(router), self._open.setdefault(router.key, set())
        whole = own is not None
        if own is None:
            self.unknown.append(BlindSpot("dynamic-route", router.place, f"prefix of {router.shown}"))
            own = ""
        joins = self._routers.joins.get(router.key, ())
        alone: dict[str, Chain] = {own: ((router.key,),)} if router.kind == "app" else {}
        if not joins:
            open_ |= alone.keys() if not whole else set()
            return alone
        offered = all(parent == ANY_APPLICATION for parent, _ in joins)  # to whoever calls a function
        found: dict[str, Chain] = dict(alone) if offered else {}
        for parent, item in joins:
            text = self._routers.texts.of(item.path, item.scope, item.entry.get("text", ()))
            if text is None:
                self.unknown.append(BlindSpot("dynamic-route", item.place, f"prefix of {router.shown}"))
            known, text = whole and text is not None, text or ""
            text = text.rstrip("/") if item.entry.get("mounts") else text
            for above, chain in self.of(parent).items():
                steps = self.steps(item)
                self._hosts[steps[-1]] = str(item.entry.get("host", ""))
                prefix = above + text + own
                if known and self.is_whole(parent, above):
                    open_.discard(prefix)
                elif prefix not in found:
                    open_.add(prefix)
                found.setdefault(prefix, (*chain, *steps))
        found = found or alone  # what it answers is seen, if not where
        if len(found) > _MOST:
            self.unknown.append(
                BlindSpot("dynamic-route", router.place, f"too many prefixes of {router.shown}")
            )
        return {prefix: found[prefix] for prefix in sorted(found)[:_MOST]}

    def own(self, router: Router) -> str | None:
        """The prefix that a router gives itself, or that its class gives it."""
        text = router.data["text"]
        if text is not None:
            return self._routers.texts.of(router.path, router.scope, text)
        for path, fact in self._above(router):
            if fact.data["text"] is not None:
                pieces = [_defaulted(piece, router.data.get("places", 0)) for piece in fact.data["text"]]
                return self._routers.texts.of(path, fact.scope, pieces)
        return ""

    def _above(self, router: Router) -> Iterator[tuple[str, Fact]]:
        """What the classes of a router hand to the constructor of the library."""
        world, code = self._routers.world, str(router.data["class"])
        symbol = world.resolve(router.path, router.scope, code) if code else None
        for kin in world.ancestors(symbol.name) if symbol is not None and symbol.kind == "class" else ():
            if kin.name in self._routers.above:
                yield self._routers.above[kin.name]

    def is_whole(self, key: str, prefix: str) -> bool:
        """Whether all of a prefix is known: what is not is left out of it."""
        return prefix not in self._open.get(key, ())

    def is_offered(self, key: str, chain: Chain) -> bool:
        """Whether a chain begins at an application that nobody is seen to hand over, and others do not."""
        chains = self.of(key).values()
        return chain[0][0] == ANY_APPLICATION and any(other[0][0] != ANY_APPLICATION for other in chains)

    def depends(self, key: str) -> list[Dependency]:
        """(path, scope, dependency) of all that the routes of a router depend on together."""
        if key not in self._depends:
            self._depends[key] = []
            router = self._routers.known[key]
            said = [(router.path, router.scope, router.data["depends"])]
            said += [(path, fact.scope, fact.data["depends"]) for path, fact in self._above(router)]
            joins = self._routers.joins.get(key, ())
            said += [(join.path, join.scope, join.entry.get("depends", ())) for _, join in joins]
            found: list[Dependency] = [
                (path, scope, (code, line, column))
                for path, scope, items in said
                for code, line, column in items
            ]
            for parent, join in joins:
                found += self.depends(parent) if not join.entry.get("mounts") else []
            self._depends[key] = sorted(set(found))
        return self._depends[key]


def _defaulted(piece: Json, places: int) -> Json:
    """The default of a constructor's parameter that a call with so many arguments by place leaves out."""
    kind, value = piece
    if kind != "parameter" or not value[0].endswith(".__init__") or value[1] != "prefix":
        return piece
    _, _, place, default = value
    return ["unknown", ""] if default is None or places >= place else ["text", default]
