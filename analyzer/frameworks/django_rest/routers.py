"""Routers of all files: what is registered with each, what it is nested in, how it makes patterns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Symbol, World
from ...python.filled_patterns import Patterns

Key = tuple[str, str, str]
"""(path, scope, name) of the variable that holds a router."""
_LIST, _DETAIL = "{prefix}{trailing_slash}", "{prefix}/{lookup}{trailing_slash}"
_ROUTES: list[dict[str, Json]] = [
    {"url": _LIST, "mapping": {"get": "list", "post": "create"}, "name": "{basename}-list"},
    {"url": "{prefix}/{url_path}{trailing_slash}", "dynamic": True, "detail": False,
     "name": "{basename}-{url_name}"},
    {"url": _DETAIL, "name": "{basename}-detail", "mapping": {
        "get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}},
    {"url": "{prefix}/{lookup}/{url_path}{trailing_slash}", "dynamic": True, "detail": True,
     "name": "{basename}-{url_name}"},
]  # fmt: skip
_NESTED = 8


class Registered(NamedTuple):
    """A viewset under a prefix: where it was registered, the class's path expression."""

    path: str
    scope: str
    line: int
    column: int
    prefix: str
    viewset: str
    basename: str


class Router(NamedTuple):
    """A router: the class that made it (a dotted name), and its options as they stand at its making."""

    key: Key
    made_by: str
    options: dict[str, Json]


class Routers:
    """All routers of the project."""

    def __init__(self, world: World) -> None:
        self._world, self._patterns = world, Patterns(world, through=True)
        self._facts: dict[str, list[tuple[str, Fact]]] = {}
        self.known: dict[Key, Router] = {}
        self._values: dict[tuple[str, str], Json] = {}
        self._routes: dict[str, list[dict[str, Json]]] = {}
        self._roots: dict[Key, tuple[str, str, str]] = {}
        self._class_roots: dict[str, tuple[str, str, str]] = {}
        self.registered: dict[Key, list[Registered]] = {}
        self.lost: list[tuple[str, Fact]] = []
        """Registrations with a router, or at a prefix, that is not known."""
        for path, fact in world.facts("django_rest"):
            self._facts.setdefault(fact.kind, []).append((path, fact))
        self._learn_classes()
        self._learn_routers()
        self._register()

    def _learn_classes(self) -> None:
        for path, fact in self._facts.get("lookup", ()):
            owner = f"{self._world.module_of(path)}.{fact.scope}"
            value = fact.data["value"]
            if fact.data.get("parts"):
                value = self._text(path, fact.scope, fact.data["parts"])
            self._values[owner, str(fact.data["name"])] = value
        for path, fact in self._facts.get("routes", ()):
            self._routes[f"{self._world.module_of(path)}.{fact.scope}"] = fact.data["routes"]
        for path, fact in self._facts.get("widened", ()):
            owner, index = f"{self._world.module_of(path)}.{fact.scope}", int(fact.data["index"])
            routes = [dict(route) for route in self.routes_of(owner)]
            if 0 <= index < len(routes):
                routes[index]["mapping"] = {**routes[index].get("mapping", {}), **fact.data["mapping"]}
                self._routes[owner] = routes

    def _learn_routers(self) -> None:
        for path, fact in self._facts.get("router", ()):
            key = (path, fact.scope, str(fact.data["name"]))
            symbol = self._world.resolve(path, fact.scope, str(fact.data["class"]))
            made_by = symbol.name if symbol is not None else str(fact.data["class"])
            kin = (made_by, *(other.name for other in self._world.ancestors(made_by)))
            if any(name.removesuffix("()").endswith("Router") for name in kin):
                self.known[key] = Router(key, made_by, dict(fact.data))
        for path, fact in self._facts.get("option", ()):
            found = self.find(path, fact.scope, str(fact.data["on"]))
            if found is not None:
                self.known[found].options[str(fact.data["name"])] = fact.data["value"]
        for path, fact in self._facts.get("root", ()):
            if not fact.data["on"]:
                owner = f"{self._world.module_of(path)}.{fact.scope}"
                self._class_roots[owner] = (path, fact.scope, str(fact.data["view"]))
                continue
            found = self.find(path, fact.scope, str(fact.data["on"]))
            if found is not None:
                self._roots[found] = (path, fact.scope, str(fact.data["view"]))

    def _register(self) -> None:
        chains: dict[tuple[str, ...], tuple[Key, list[Registered]]] = {}
        names: dict[Key, tuple[str, ...]] = {}
        for path, fact in self._facts.get("nested", ()):
            names[path, fact.scope, str(fact.data["name"])] = (path, *map(str, fact.data["end"]))
        facts = sorted(
            self._facts.get("register", ()), key=lambda row: (row[0], row[1].line, row[1].data["end"])
        )
        for path, fact in facts:
            on, prefix = str(fact.data["on"]), self._text(path, fact.scope, fact.data["prefix"])
            lookups = [self._text(path, fact.scope, parts) or "{}" for parts in fact.data["lookups"]]
            chain = (
                (path, *map(str, fact.data["chain"]))
                if fact.data["chain"]
                else names.get((path, fact.scope, on), ())
            )
            above = chains.get(chain)
            key = above[0] if above is not None else self.find(path, fact.scope, on)
            if key is None or prefix is None:
                if "router" in on.lower() or self._is_viewset(path, fact):
                    self.lost.append((path, fact))
                continue
            outer = above[1] if above is not None else []
            viewset, basename = str(fact.data["viewset"]), str(fact.data["basename"])
            made = Registered(path, fact.scope, fact.line, fact.column, prefix, viewset, basename)
            chains[(path, *map(str, fact.data["end"]))] = (key, [*outer, made])
            below = self._below(key, outer, lookups) + prefix
            self.registered.setdefault(key, []).append(made._replace(prefix=below))
        self._extend()

    def _is_viewset(self, path: str, fact: Fact) -> bool:
        """Whether what is registered is a viewset, and so what it is registered with a router."""
        symbol = self._world.resolve(path, fact.scope, str(fact.data["viewset"]))
        kin = self._world.ancestors(symbol.name) if symbol is not None else ()
        return any(other.name.startswith("rest_framework.viewsets.") for other in kin)

    def _extend(self) -> None:
        """`router.registry.extend(other.registry)`."""
        for path, fact in self._facts.get("extend", ()):
            key = self.find(path, fact.scope, str(fact.data["on"]))
            other = self.find(path, fact.scope, str(fact.data["other"]))
            if key is None or other is None:
                self.lost.append((path, fact))
            elif key != other:
                self.registered.setdefault(key, []).extend(self.registered.get(other, ()))

    def _below(self, key: Key, outer: Sequence[Registered], lookups: Sequence[str]) -> str:
        """What stands before a prefix below those of the viewsets above it, as drf-extensions writes it."""
        made_by = self.known[key].made_by
        kin = (made_by, *(symbol.name for symbol in self._world.ancestors(made_by)))
        named = any(name.startswith("rest_framework_extensions.") for name in kin)
        word = self._parents if named else ""
        text = ""
        for registered, lookup in zip(outer, lookups, strict=False):
            viewset = self.viewset(registered)
            value = self.value(viewset.name, "lookup_value_regex") if viewset is not None else None
            text += f"{registered.prefix}/(?P<{word}{lookup}>{value or '[^/.]+'})/"
        return text

    @cached_property
    def _parents(self) -> str:
        """What drf-extensions puts before the names of what stands above: the settings may say so."""
        said = (str(fact.data["prefix"]) for _, fact in self._facts.get("parents", ()))
        return next(said, "parent_lookup_")

    def _text(self, path: str, scope: str, parts: Sequence[Json]) -> str | None:
        """What parts say, None where not all of it is known."""
        return self._patterns.known(path, scope, [self._default(path, scope, part) for part in parts])

    def _default(self, path: str, scope: str, part: Json) -> Json:
        """A part of a text; `Orders.lookup_field` is what the library says where no class does."""
        owner, _, name = ("" if isinstance(part, str) else str(part[1])).rpartition(".")
        symbol = self._world.resolve(path, scope, owner) if owner and name == "lookup_field" else None
        if symbol is None or symbol.kind != "class":
            return part
        return str(self.value(symbol.name, name) or "pk")

    # Questions ------------------------------------------------------------------------------------

    def find(self, path: str, scope: str, code: str) -> Key | None:
        """The router that code names, in this scope, around it, or imported."""
        around = scope
        while around:
            if (path, around, code) in self.known:
                return path, around, code
            around = around.rpartition(".")[0]
        module, name = self._world.locate(path, scope, code)
        key = (self._world.modules.get(module, ""), "", name)
        return key if key in self.known else None

    def value(self, class_name: str, name: str) -> Json:
        """What a class or what it inherits from binds to one of the names that routers look at."""
        for kin in self._world.ancestors(class_name):
            if (kin.name, name) in self._values:
                return self._values[kin.name, name]
        return None

    def routes_of(self, class_name: str) -> list[dict[str, Json]]:
        """The kinds of routes that a router's class makes."""
        for kin in self._world.ancestors(class_name):
            if kin.name in self._routes:
                return self._routes[kin.name]
        return _ROUTES

    def slash(self, router: Router, depth: int = _NESTED) -> str:
        """What stands at the end of a router's patterns."""
        given = router.options.get("trailing_slash", self.value(router.made_by, "trailing_slash"))
        if isinstance(given, str):
            return given
        if given is None and "parent" in router.options and depth:
            parent = self.parent(router)
            return self.slash(parent, depth - 1) if parent is not None else "/"
        return "/" if given is None or given else ""

    def nested_in(self, router: Router, depth: int = _NESTED) -> str | None:
        """The pattern below which a nested router's own ones stand, None where that is not known."""
        if "parent" not in router.options:
            return ""
        above = self.parent(router)
        if above is None or depth <= 0:
            return None
        prefix = str(router.options["parent_prefix"])
        viewset = next((r for r in self.registered.get(above.key, ()) if r.prefix == prefix), None)
        symbol = self.viewset(viewset) if viewset is not None else None
        outer = self.nested_in(above, depth - 1)
        if symbol is None or outer is None:
            return None
        word = str(router.options["lookup"]) or f"nested_{_NESTED - depth + 1}"
        return outer + f"{prefix}/{self.lookup(above, symbol.name, f'{word}_')}/".lstrip("/")

    def viewset(self, registered: Registered) -> Symbol | None:
        """The class that was registered."""
        symbol = self._world.resolve(registered.path, registered.scope, registered.viewset)
        return symbol if symbol is not None and symbol.kind == "class" else None

    def parent(self, router: Router) -> Router | None:
        """The router that a router is nested in."""
        path, scope, _ = router.key
        key = self.find(path, scope, str(router.options.get("parent", "")))
        return self.known[key] if key is not None and key != router.key else None

    def has_root(self, router: Router) -> bool:
        """Whether a router makes a page of its own that lists what is registered."""
        kin = self._world.ancestors(router.made_by)
        names = [router.made_by, *(symbol.name for symbol in kin)]
        wanted = router.options.get("include_root_view", self.value(router.made_by, "include_root_view"))
        return wanted is not False and any(name.endswith("DefaultRouter") for name in names)

    def root(self, router: Router) -> Symbol | None:
        """The project's own class for that page."""
        given = [self._class_roots.get(kin.name) for kin in self._world.ancestors(router.made_by)]
        place = next((found for found in (self._roots.get(router.key), *given) if found is not None), None)
        symbol = self._world.resolve(*place) if place is not None else None
        return symbol if symbol is not None and symbol.kind == "class" else None

    def lookup(self, router: Router, viewset: str, before: str = "") -> str:
        """The part of a pattern that names one object."""
        name = self.value(viewset, "lookup_url_kwarg") or self.value(viewset, "lookup_field") or "pk"
        if router.options.get("use_regex_path") is False:
            kind = self.value(viewset, "lookup_value_converter") or self.value(viewset, "lookup_value_regex")
            return f"<{kind or 'str'}:{before}{name}>"
        return f"(?P<{before}{name}>{self.value(viewset, 'lookup_value_regex') or '[^/.]+'})"
