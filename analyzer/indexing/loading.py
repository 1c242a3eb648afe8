"""Calls that load code by its name: imports of the modules that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Call
from ..model.graph import Edge
from ..model.world import Symbol
from ..python.dynamic_imports import LOADED
from ..python.loaders import MODULE_LOADERS, OBJECT_LOADERS
from .evidence import at, trust, via
from .world import LinkedWorld

_SUPER, _INSTANCE, _CLASS = re.compile(r"\{super [^}]*\}"), re.compile(r"<[^>]*>"), re.compile(r"\{[^}]*\}")
SHOWN = 120
"""Characters of source text that a blind spot shows."""


def loading(world: LinkedWorld, path: str, call: Call, symbol: Symbol) -> Iterator[Edge | BlindSpot]:
    """A call that loads code by its name."""
    if symbol.name in MODULE_LOADERS and (call.line, call.column) in _loaded_places(world, path):
        return  # an import of its own (see `imports.py`)
    if symbol.name in MODULE_LOADERS and not call.arguments:
        yield BlindSpot(
            "dynamic-import", Place(path, call.line, call.column), f"{shown(call.target)[:-1]}...)"
        )
    if call.arguments:
        evidence = (at(path, call.line, call.column, via(symbol)),)
        yield from _loaded(world, path, world.scope_id(path, call.scope), symbol, call.arguments, evidence)


def _loaded_places(world: LinkedWorld, path: str) -> set[tuple[int, int]]:
    return {(item.line, item.column) for item in world.files[path].imports if item.attribute == LOADED}


def _loaded(
    world: LinkedWorld,
    path: str,
    source: str,
    symbol: Symbol,
    strings: Sequence[str],
    evidence: tuple[Evidence, ...],
) -> Iterator[Edge]:
    """A call that loads code by its name is an import of the module that holds the code."""
    loaded = world.resolver.result(symbol, strings)
    items = [loaded]
    outside = strings[0].replace(":", ".").rpartition(".")[0] if symbol.name in OBJECT_LOADERS else ""
    unknown = loaded is None or loaded.kind == "external"
    if unknown and outside and outside.partition(".")[0] not in world.packages:
        yield Edge(source, f"module:{outside}", "imports", "certain", evidence)  # of a library
    if loaded is not None and loaded.kind == "loaded":
        items = [world.resolver.item(loaded, index) for index in range(len(strings) - 1)]
    for item in items:
        if item is None or item.kind not in ("module", "class", "function"):
            continue
        module = item.name
        while module not in world.resolver.modules and "." in module:
            module = module.rpartition(".")[0]
        if world.resolver.modules.get(module, path) != path:
            yield Edge(
                source,
                f"module:{module}",
                "imports",
                trust(item),
                (Evidence(evidence[0].place, via(item)),),
            )


def shown(target: str) -> str:
    """A path expression as a person would write the call."""
    text = _SUPER.sub("super()", target)
    text = _CLASS.sub("cls", _INSTANCE.sub("self", text))
    text = text.removeprefix("?") if len(text) > 1 and text[1] not in ".([" else text.replace("?", "…", 1)
    return f"{text[:SHOWN]}()"
