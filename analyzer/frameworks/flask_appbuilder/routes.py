"""Routes of the views and APIs that are added to an application builder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.url_rules.holders import Holders
from .library import BASES, EXPOSED

_DEPTH = 5
_Found = tuple[str, Fact]


class _Exposed(NamedTuple):
    """A route of a class; `handler` is a method of the project, or the class where the library's answers."""

    text: str
    methods: tuple[str, ...]
    handler: str
    own: bool
    place: Place


def link_views(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """What added classes serve; classes that expose something and that nothing adds are merely possible."""
    views = _Views(world)
    added: dict[str, Place] = {}
    for path, fact in world.facts("flask_appbuilder"):
        if fact.kind != "added" or world.is_test(path):
            continue
        symbol = world.resolve(path, fact.scope, str(fact.data["view"]))
        if symbol is not None and symbol.kind == "class" and views.library(symbol.name):
            added.setdefault(symbol.name, Place(path, fact.line, fact.column))
    for name in sorted(added):
        yield from views.routes(name, None)
    bases = {kin.name for name in added for kin in world.ancestors(name)}
    for name in sorted(views.exposing() - bases):
        if views.library(name):
            yield from views.routes(name, "possible")


class _Views:
    """All classes that views are made of."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._texts = Holders(world)
        self._exposed: dict[str, list[_Found]] = {}
        self._by_class: dict[str, list[str]] = {}
        self._options: dict[tuple[str, str], _Found] = {}
        self._sets: dict[str, _Found] = {}
        for path, fact in world.facts("flask_appbuilder"):
            scope = ".".join(part for part in (world.module_of(path), fact.scope) if part)
            if fact.kind == "expose":
                self._exposed.setdefault(f"{scope}.{fact.data['name']}", []).append((path, fact))
                self._by_class.setdefault(scope, []).append(f"{scope}.{fact.data['name']}")
            elif fact.kind == "option":
                self._options[scope, str(fact.data["name"])] = (path, fact)
            elif fact.kind == "names":
                self._sets[f"{scope}.{fact.data['name']}"] = (path, fact)

    def exposing(self) -> set[str]:
        """The classes that expose something themselves, tests apart."""
        rows = ((name, found[0][0]) for name, found in self._exposed.items())
        return {name.rpartition(".")[0] for name, path in rows if not self._world.is_test(path)}

    def library(self, name: str) -> list[str]:
        """The classes of the library that a class inherits from, nearest first, by their last names."""
        kin = (k for k in self._world.ancestors(name) if k.kind == "external")
        return [k.name.rpartition(".")[2] for k in kin if k.name.startswith("flask_appbuilder.")]

    def routes(self, name: str, confidence: Confidence | None) -> Iterator[Node | Edge | BlindSpot]:
        """The routes of a class."""
        info = self._world.classes[name]
        place = Place(info.path, info.definition.line, info.definition.column)
        base = self._base(name)
        if base is None:
            yield BlindSpot("dynamic-route", place, f"route_base of {name}")
            return
        for exposed in self._serves(name, place):
            if isinstance(exposed, BlindSpot):
                yield exposed
                continue
            text = re.sub(r"/{2,}", "/", base + exposed.text) or "/"
            for method in exposed.methods:
                id = f"route:{method} {text}"
                called = f"{name.rpartition('.')[2]}.{exposed.handler.rpartition('.')[2]}"
                about = {
                    "endpoint": called,
                    "framework": "flask_appbuilder", "method": method, "prefix": base, "text": text,
                }  # fmt: skip
                if exposed.own and not exposed.handler.startswith(f"function:{name}."):
                    about["view"] = name
                where = exposed.place
                yield Node(id, where.path, where.line, where.line, tuple(about.items()))
                yield Edge(
                    id, exposed.handler, "handles", confidence or ("certain" if exposed.own else "likely"),
                    (Evidence(where, "syntax" if exposed.own else "convention"),),
                )  # fmt: skip

    def _serves(self, name: str, place: Place) -> Iterator[_Exposed | BlindSpot]:
        """What the methods of a class expose, those that it inherits included."""
        only, without = self._names(name, "include_route_methods"), self._names(name, "exclude_route_methods")
        own = {
            full.rpartition(".")[2]
            for kin in self._world.ancestors(name)
            for full in self._by_class.get(kin.name, ())
        }
        library = {
            method: rows
            for base in reversed(self.library(name))
            for method, rows in EXPOSED.get(base, {}).items()
        }
        for method in sorted(own | library.keys()):
            if (only is not None and method not in only) or method in (without or ()):
                continue
            member = self._world.member(name, method)
            if member is None or member.kind != "function":
                for text, methods in library.get(method, ()):
                    yield _Exposed(text, methods, f"class:{name}", False, place)
                continue
            for path, fact in self._exposed.get(member.name, ()):
                where = Place(path, fact.line, fact.column)
                text, whole = self._texts.text(path, fact.scope, fact.data["text"])
                if not whole:
                    yield BlindSpot("dynamic-route", where, f"expose of {member.name}")
                else:
                    methods = tuple(fact.data["methods"])
                    yield _Exposed(text, methods, f"function:{member.name}", True, where)

    def _option(self, name: str, option: str) -> _Found | None:
        """What a class or its nearest ancestor says of an option."""
        names = (kin.name for kin in self._world.ancestors(name))
        return next((self._options[n, option] for n in names if (n, option) in self._options), None)

    def _text(self, name: str, option: str, default: str) -> str | None:
        """An option that is a text, None when it cannot be told."""
        found = self._option(name, option)
        if found is None or found[1].data["text"] is None:
            return default
        text, whole = self._texts.text(found[0], found[1].scope, found[1].data["text"])
        return text if whole else None

    def _base(self, name: str) -> str | None:
        """The path that a class stands under."""
        library = self.library(name)
        last = name.rpartition(".")[2].lower()
        inherited = next((BASES[base] for base in library if base in BASES), "?")
        base = self._text(name, "route_base", inherited)
        if base != "?":
            return base
        if not any(base.endswith(("Api", "API")) for base in library):
            return f"/{last}"
        version, resource = self._text(name, "version", "v1"), self._text(name, "resource_name", last)
        return f"/api/{version}/{resource.lower()}" if version is not None and resource is not None else None

    def _names(self, name: str, option: str) -> set[str] | None:
        """The names of a set that is an option, None without it."""
        found = self._option(name, option)
        if found is None:
            return None
        return set(self._elements(found[0], found[1].scope, found[1].data["names"], _DEPTH))

    def _elements(self, path: str, scope: str, elements: list[Json], depth: int) -> Iterator[str]:
        for kind, value in elements if depth else ():
            if kind == "text":
                yield self._texts.text(path, scope, value)[0]
                continue
            owner, _, last = str(value).rpartition(".")
            symbol = self._world.resolve(path, scope, owner) if owner else None
            module, variable = self._world.locate(path, scope, str(value))
            full = f"{symbol.name}.{last}" if symbol is not None else f"{module}.{variable}"
            if full in self._sets:
                where, fact = self._sets[full]
                yield from self._elements(where, fact.scope, fact.data["names"], depth - 1)
            else:
                yield self._texts.text(path, scope, [["code", str(value)]])[0]
