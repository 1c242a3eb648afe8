"""What configures whom: facts about settings joined."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.filled_patterns import Patterns
from ...python.setting_names import SettingNames
from ...python.settings_read import is_settings_class, is_settings_module

_FRAMEWORKS = frozenset({"django.conf.settings", "django.conf.LazySettings()"})
_PYDANTIC = re.compile(r"(?:pydantic|pydantic_settings)\.(?:\w+\.)*BaseSettings\Z")


def link_settings(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Settings with their places, `configures` to readers, `writes` from what sets them."""
    known, patterns = _Definitions(world), Patterns(world, through=True)
    asked: list[tuple[str, Fact]] = []
    handing: dict[str, str] = {}
    for path, fact in world.facts("settings"):
        if fact.kind == "keyed":
            asked.append((path, fact))
            continue
        if fact.kind == "defines":
            continue
        name, trust, via = _setting(world, known, patterns, path, fact)
        if name:
            yield from _edges(world, known, path, fact, name, trust, via)
        elif name is not None:
            prefix = "env." if fact.kind == "env" else ""
            if _is_parameter(world, path, fact):
                handing[f"{world.module_of(path)}.{fact.scope}"] = prefix
            elif fact.data.get("text") and not world.is_test(path):
                place = Place(path, fact.line, fact.column)
                yield BlindSpot("unknown-setting", place, str(fact.data["text"]))
    for path, fact in asked if handing else ():
        symbol = world.resolve(path, fact.scope, str(fact.data["by"]))
        if symbol is not None and symbol.kind == "function" and symbol.name in handing:
            name = _named(patterns, path, fact)
            if name.isidentifier():
                setting = f"{handing[symbol.name]}{name}"
                yield from _edges(world, known, path, fact, setting, "likely", "value-flow")


def _edges(
    world: World, known: _Definitions, path: str, fact: Fact, name: str, trust: Confidence, via: Via
) -> Iterator[Node | Edge]:
    yield from known.nodes(name)
    scope, evidence = world.scope_id(path, fact.scope), (Evidence(Place(path, fact.line, fact.column), via),)
    if fact.kind == "sets":
        yield Edge(scope, f"setting:{name}", "writes", trust, evidence)
        return
    yield Edge(f"setting:{name}", scope, "configures", trust, evidence)
    held = known.around(path, fact)
    if held and held != name:
        yield from known.nodes(held)
        yield Edge(f"setting:{name}", f"setting:{held}", "configures", trust, evidence)


def _is_parameter(world: World, path: str, fact: Fact) -> bool:
    """Whether the name of a setting is what a function was given first."""
    return any(
        definition.name == fact.scope and fact.data.get("key") in definition.parameters
        for definition in (world.files[path].definitions if fact.data.get("key") else ())
    )


_Found = tuple[str | None, Confidence, Via]
_NONE: _Found = (None, "certain", "syntax")


def _setting(world: World, known: _Definitions, patterns: Patterns, path: str, fact: Fact) -> _Found:
    """The name of the setting that a fact is about; None for what is none, "" for an unknown one."""
    name, form = _named(patterns, path, fact), str(fact.data.get("form") or fact.kind)
    if form == "env":
        return (f"env.{name}" if name else ""), "certain", "syntax"
    if form == "config":
        return name, "certain", "syntax"
    symbol = world.resolve(path, fact.scope, str(fact.data["on"]))
    if symbol is None:
        # pytest's fixture `settings` is what Django's settings are.
        fixture = fact.data["on"] == "?settings" and world.is_test(path) and name.isupper()
        return (name, "likely", "convention") if fixture else _NONE
    trust: Confidence = "certain" if symbol.evident else "likely"
    via: Via = symbol.via  # type: ignore[assignment]
    if symbol.kind == "external":
        if symbol.name not in _FRAMEWORKS or (name and not name.isupper()):
            return _NONE
        return name, trust, via
    if symbol.kind == "module" and is_settings_module(symbol.name) and name.isupper():
        return known.of_module(symbol.name, name), trust, via
    if symbol.kind in ("class", "instance"):
        return known.field(symbol, name), trust, via
    return _NONE


def _named(patterns: Patterns, path: str, fact: Fact) -> str:
    """The name that a fact tells, or that what it is put together of tells; "" for an unknown one."""
    if fact.data["name"] or "parts" not in fact.data:
        return str(fact.data["name"])
    text = patterns.text(path, fact.scope, fact.data["parts"])
    return text if text.isidentifier() else ""


class _Definitions:
    """Where settings are defined: in modules and classes called so, and in pydantic's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._places: dict[str, list[tuple[str, int, int]]] = {}
        self._spans: dict[str, list[tuple[int, int, str]]] = {}
        self._models: dict[str, bool] = {}
        self._names = SettingNames(world)
        for path, fact in world.facts("settings"):
            if fact.kind == "defines":
                for name, line, end in fact.data["names"]:
                    self._define(path, str(name), line, end)

    def of_module(self, module: str, name: str) -> str:
        """What a setting of a module is called."""
        return self._names.of_module(module, name)

    def _define(self, path: str, name: str, line: int, end: int) -> None:
        module = self._world.module_of(path)
        owner, _, last = name.rpartition(".")
        if owner and self._is_model(f"{module}.{owner}"):
            setting = f"{module}.{name}"
        elif last.isupper() and (is_settings_class(owner) if owner else is_settings_module(module)):
            alone = is_settings_module(module)
            setting = f"{module}.{name}" if not alone else last if owner else self.of_module(module, last)
        else:
            return
        self._places.setdefault(setting, []).append((path, line, end))
        self._spans.setdefault(path, []).append((line, end, setting))

    def nodes(self, name: str) -> Iterator[Node]:
        """The node of a setting, once for each place that defines it."""
        for path, line, end in self._places.get(name, ()):
            yield Node(f"setting:{name}", path, line, end)

    def around(self, path: str, fact: Fact) -> str:
        """The setting that is defined where a fact stands, "" when none is."""
        spans = self._spans.get(path, ())
        return next((name for line, end, name in spans if line <= fact.line <= end), "")

    def field(self, symbol: Symbol, name: str) -> str | None:
        """A field of settings that a class holds: named by the class that declares it, if pydantic's."""
        for ancestor in self._world.ancestors(symbol.name):
            if ancestor.kind != "class":
                continue
            full = f"{ancestor.name}.{name}"
            if full in self._places:
                return full
            if name in self._places and name.isupper() and is_settings_class(ancestor.name):
                return name
        # `config.X` of an object that looks its settings up when it is asked for them.
        dynamic = name.isupper() and is_settings_class(symbol.name)
        return name if dynamic and self._world.member(symbol.name, "__getattr__") is not None else None

    def _is_model(self, name: str) -> bool:
        if name not in self._models:
            kin = self._world.ancestors(name)
            self._models[name] = any(a.kind == "external" and _PYDANTIC.match(a.name) for a in kin)
        return self._models[name]
