"""Routers that calls and objects have of their own: `running.py` finds them, here they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.facts import Json
from ...model.world import Symbol
from .running import Runner
from .running_objects import Frame

if TYPE_CHECKING:
    from .routers import Routers


class Held:
    """Puts what scripts make and add among the routers of the project."""

    def __init__(self, routers: Routers) -> None:
        self._routers = routers
        self._seen: set[tuple[str, str, int, int, str]] = set()
        self._data = {
            (router.path, router.data.get("line", 0), router.data.get("column", 0)): router.data
            for router in routers.known.values()
        }
        self._holders = {
            key.rpartition(".")[0] for key, router in routers.known.items() if router.kind == "app"
        }
        self.placed: set[tuple[str, int, int]] = set()
        """Where code stands that added something in a call that ran."""
        self.runner = Runner(routers.world, routers.facts, self)

    def known_as(self, path: str, scope: str, name: str) -> tuple[str, str]:
        """(key, class of the project or "") of a router that a variable of a scope or module holds."""
        module = self._routers.world.module_of(path)
        key = f"{module}.{scope}.{name}" if scope else f"{module}.{name}"
        router = self._routers.known.get(key)
        if router is None or router.kind not in ("app", "router"):
            return "", ""
        return key, self._routers.class_of(router)

    def make(
        self, key: str, path: str, scope: str, symbol: Symbol, prefix: str | None, place: tuple[int, int]
    ) -> bool:
        """Makes a router, if the class makes any."""
        kind = self._routers.kind_of(symbol)
        if kind not in ("app", "router"):
            return False
        known = self._data.get((path, *place), {"depends": [], "line": place[0], "column": place[1]})
        text: Json = [["unknown", ""]] if prefix is None else [["text", prefix]]
        data = {**known, "class": "", "made_by": symbol.name, "text": text, "entries": []}
        self._routers.keep(key, kind, path, scope, data)
        return True

    def given_by(self, path: str, scope: str, function: Json) -> tuple[str, str]:
        """(key, class of the project or "") of the router that a function gives which takes nothing."""
        code = function[2] if function[0] == "name" else ""
        keys = self._routers.find(path, scope, ["code", f"{code}()"]) if code else ()
        router = self._routers.known[keys[0]] if len(keys) == 1 else None
        return (keys[0], self._routers.class_of(router)) if router is not None else ("", "")

    def is_holder(self, cls: str) -> bool:
        """Whether objects of a class, or what it inherits from, make an application of their own."""
        kin = {symbol.name for symbol in self._routers.world.ancestors(cls)}
        return not self._holders.isdisjoint(kin)

    def text(self, path: str, scope: str, code: str) -> str | None:
        """The text that a constant or setting is."""
        return self._routers.texts.of(path, scope, [["code", code]])

    def prefixed(self, key: str, prefix: str) -> None:
        """The prefix of a router is known now."""
        router = self._routers.known[key]
        self._routers.known[key] = router._replace(data={**router.data, "text": [["text", prefix]]})

    def add(self, frame: Frame, key: str, entry: Json, child: str) -> None:
        """Adds an entry, with the key of what it joins ("" where that is not known)."""
        what = f"{entry['text']}{child or entry.get('ref')}"
        mark = (key, frame.path, entry["line"], entry["column"], what)
        if mark not in self._seen:
            self._seen.add(mark)
            self.placed.add((frame.path, entry["line"], entry["column"]))
            self._routers.put(key, frame.path, frame.scope, entry, child)

    def construct(self) -> None:
        """Runs the constructors of routers of the project's own classes, and of what is given routers."""
        for key, router in sorted(self._routers.known.items()):
            cls = self._routers.class_of(router) if router.kind in ("app", "router") else ""
            if cls:
                data = router.data
                self.runner.construct_at(
                    key, cls, router.path, router.scope, data.get("line", 0), data.get("column", 0)
                )
        self.runner.handed()
