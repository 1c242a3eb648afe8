"""Routes below the prefixes of their applications, and the functions and classes that answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.conditions import NEVER, Conditions
from .reading import VERBS
from .tables import Entry, Tables

_REGEX = re.compile(r"\{(\w+):[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
"""A variable of a path with its expression, which aiohttp's own listing leaves out."""


def link_routes(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """`route:` and `static:` nodes with their edges; what is not understood is said."""
    if not any(True for _ in world.facts("aiohttp")):
        return
    tables, conditions = Tables(world), Conditions(world)
    for key in sorted(tables.entries):
        ways = tables.prefixes(key)
        if not ways and key in tables.places:
            yield BlindSpot("unused-router", tables.places[key], f"{key} is added to no application")
        for entry in tables.entries[key] if ways else ():
            when = conditions.of(entry.path, entry.line, entry.column)
            if when != NEVER:
                yield from _route(world, tables, entry, ways, when)
    for key, text, place in tables.statics:
        source = world.scope_id(place.path, "")
        for prefix, _ in tables.prefixes(key):
            id = f"static:{(prefix + text).rstrip('/') or '/'}"
            yield Node(id, place.path, place.line, place.line, (("framework", "aiohttp"),))
            yield Edge(source, id, "configures", evidence=(Evidence(place),))
    yield from tables.unknown


def _route(
    world: World, tables: Tables, entry: Entry, ways: list[tuple[str, str]], when: str
) -> Iterator[Node | Edge | BlindSpot]:
    text = tables.text(entry.path, entry.scope, entry.parts)
    shown = entry.view.removeprefix("=")[:100]
    if text is None or "?" in entry.methods:
        yield BlindSpot("dynamic-route", entry.place, f"{text or '...'} -> {shown}")
        return
    symbol = _handling(world, entry)
    if symbol is None:
        yield BlindSpot("unknown-view", entry.place, f"{text} -> {shown}")
    name = entry.name or (symbol.name.rpartition(".")[2] if symbol is not None else "")
    for method, handler in _answers(world, symbol, entry.methods):
        for prefix, host in ways:
            written = (prefix + text) or "/"
            listed = _REGEX.sub(r"{\1}", written)
            id = f"route:{method} {listed}"
            about = {"framework": "aiohttp", "method": method, "name": name, "prefix": prefix,
                     "text": written, "when": when, "host": host}  # fmt: skip
            yield Node(id, entry.path, entry.line, entry.line, tuple(p for p in about.items() if p[1]))
            if handler:
                yield Edge(id, handler, "handles", evidence=(Evidence(entry.place),))


def _handling(world: World, entry: Entry) -> Symbol | None:
    """The function or class that answers, None when that cannot be told."""
    module = world.module_of(entry.path)
    if entry.view.startswith("="):
        name = f"{module}.{entry.view[1:]}"
        return Symbol("class" if name in world.classes else "function", name)
    kind, _, place = entry.view.partition(":")
    if kind == "<lambda>":
        found = (d.name for d in world.files[entry.path].definitions if f"{d.line}:{d.column}" == place)
        name = next((name for name in found if name.rpartition(".")[2].startswith("<lambda")), "")
        return Symbol("function", f"{module}.{name}") if name else None
    symbol = world.resolve(entry.path, entry.scope, entry.view)
    if symbol is not None and symbol.kind == "instance":
        symbol = world.member(symbol.name, "__call__")
    if symbol is None or symbol.kind not in ("function", "class", "external") or "()" in symbol.name:
        return None
    return symbol


def _answers(world: World, symbol: Symbol | None, methods: list[str]) -> list[tuple[str, str]]:
    """(method, node that answers); of a class that answers any method its own."""
    if symbol is None:
        return [(method, "") for method in methods]
    if symbol.kind != "class":
        return [(method, f"function:{symbol.name}") for method in methods]
    found = []
    for verb in VERBS if methods == ["ANY"] else [method.lower() for method in methods]:
        member = world.member(symbol.name, verb)
        if member is not None and member.kind == "function":
            found.append((verb.upper(), f"function:{member.name}"))
    return found or [(method, f"class:{symbol.name}") for method in methods]
