"""What holds a cache: clients of libraries by how they are made, and wrappers of the project's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import Confidence, Via
from ...model.world import Symbol, World
from ...python.variables import Variables
from .words import UNLIKE_COLLECTIONS, USUAL, USUAL_CACHE, store_of

_PLAIN = re.compile(r"[A-Za-z_][\w.]*")
_INTERFACES = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})


class Stores:
    """What holds a cache, found again wherever code names it."""

    def __init__(self, world: World) -> None:
        self._world = world
        items: dict[str, None] = {}
        for path, file in world.files.items():
            for binding in file.bindings:
                if binding.value.endswith("caches[]") and self._external(path, binding.scope, binding.value):
                    owner = f"{world.module_of(path)}.{binding.scope}".rstrip(".")
                    items[f"{owner}.{binding.name}"] = None
        self._items = Variables(world, items)
        self._makers: dict[str, str] | None = None
        self._bound: dict[str, dict[str, list[str]]] = {}
        """Variables of modules, by path, that are bound more than once: `store = Redis()`, else `Fake()`."""
        self._usual = {
            (path, str(fact.data["on"]))
            for path, fact in world.facts("caches")
            if fact.kind == "use" and fact.data["method"] in UNLIKE_COLLECTIONS
        }

    def find(self, path: str, scope: str, code: str) -> tuple[str, Confidence, Via]:
        """(kind of cache, how sure, how seen) of a path expression; "" for what is none."""
        if not code:
            return "", "certain", "syntax"
        if code.endswith("caches[]"):
            return self._external(path, scope, code), "certain", "syntax"
        symbol = self._world.resolve(path, scope, code)
        if symbol is not None and symbol.kind not in ("variable", "builtin"):
            store = self._of(symbol) or self._of_another(path, scope, code)
            if not store and code.endswith("()"):
                made = self._world.resolve(path, scope, code[:-2])
                return self._made(made, symbol), "likely", "value-flow"
            if not store and symbol.kind == "external" and self._is_usual(path, code, symbol.name):
                return "cache", "likely", "convention"  # of a library that nobody taught us
            if not store and symbol.kind == "external" and USUAL.match(symbol.name.removesuffix("()")):
                return "redis", "likely", "convention"  # a wrapper of a library's: `utils.RedisClient()`
            return store, "certain" if symbol.evident else "likely", symbol.via  # type: ignore[return-value]
        if self._items.find(path, scope, code):
            return "django", "certain", "syntax"
        if symbol is None and USUAL.match(code):
            return "redis", "likely", "convention"
        if symbol is None and (store := self._of_another(path, scope, code)):
            return store, "likely", "value-flow"
        if symbol is None and self._is_usual(path, code, code):
            return "cache", "likely", "convention"
        return "", "certain", "syntax"

    def _is_usual(self, path: str, code: str, name: str) -> bool:
        """Whether something is called as caches are, and asked in its file for what no collection has."""
        return USUAL_CACHE.match(name) is not None and (path, code) in self._usual

    def _made(self, function: Symbol | None, result: Symbol) -> str:
        """The kind of cache that a function makes of several, behind an interface of the project."""
        kin = {ancestor.name for ancestor in self._world.ancestors(result.name)}
        if function is None or function.kind != "function" or kin.isdisjoint(_INTERFACES):
            return ""
        if self._makers is None:
            self._makers = dict(self._find_makers())
        return self._makers.get(function.name, "")

    def _find_makers(self) -> Iterator[tuple[str, str]]:
        """(function, kind of cache) of functions that call what makes a client."""
        for path in self._world.files:
            for call, symbol in self._world.calls(path):
                external = symbol is not None and symbol.kind == "external"
                store = store_of(f"{symbol.name}()") if symbol is not None and external else ""
                if store and call.scope:
                    yield f"{self._world.module_of(path)}.{call.scope}", store

    def _of_another(self, path: str, scope: str, code: str) -> str:
        """The kind of cache that a variable of a module holds where nothing stands in for it."""
        plain = _PLAIN.match(code)
        module, name = self._world.locate(path, scope, plain[0]) if plain is not None else ("", "")
        origin = self._world.modules.get(module, "")
        if plain is None or not origin:
            return ""
        if origin not in self._bound:
            held: dict[str, list[str]] = {}
            for binding in self._world.files[origin].bindings:
                if not binding.scope:
                    held.setdefault(binding.name, []).append(binding.value)
            self._bound[origin] = {name: values for name, values in held.items() if len(values) > 1}
        name, _, rest = f"{name}{code[plain.end() :]}".partition(".")
        values = self._bound[origin].get(name, ())
        found = (self._world.resolve(origin, "", f"{value}.{rest}".rstrip(".")) for value in values)
        return next((store for symbol in found if symbol is not None and (store := self._of(symbol))), "")

    def _external(self, path: str, scope: str, code: str) -> str:
        symbol = self._world.resolve(path, scope, code.removesuffix("[]"))
        return store_of(f"{symbol.name}[]") if symbol is not None and symbol.kind == "external" else ""

    def _of(self, symbol: Symbol) -> str:
        if symbol.kind == "external":
            return store_of(symbol.name)
        if symbol.kind in ("instance", "class"):
            for ancestor in self._world.ancestors(symbol.name):
                store = store_of(f"{ancestor.name}()") if ancestor.kind == "external" else ""
                if store:
                    return store
            # What hands everything that it does not know on to a client, and is called so.
            member = self._world.member(symbol.name, "__getattr__")
            if member is not None and USUAL.match(symbol.name.rpartition(".")[2]):
                return "redis"
        return ""
