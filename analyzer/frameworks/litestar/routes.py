"""Routes of all applications, and the functions that handle them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.conditions import NEVER, Conditions
from .registered import Found, Registered


def link_routes(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """`route:` nodes and what handles them; what is not understood is said."""
    if not any(True for _ in world.facts("litestar")):
        return
    registered, conditions = Registered(world), Conditions(world)
    seen: set[tuple[str, str]] = set()
    for key in sorted(registered.applications):
        for found in registered.below(key):
            when = conditions.all((place.path, place.line, place.column) for place in found.places)
            if when == NEVER:
                continue
            for made in _routes(registered, found, when):
                mark = (getattr(made, "id", getattr(made, "source", "")), str(made))
                if mark not in seen:
                    seen.add(mark)
                    yield made
    for key, place in sorted(registered.routers.items()):
        if key not in registered.used:
            yield BlindSpot("unused-router", place, f"{key} is registered with no application")
    yield from (spot for _, spot in sorted(registered.unknown.items()))


def _routes(registered: Registered, found: Found, when: str) -> Iterator[Node | Edge | BlindSpot]:
    handler, fact = found.handler, found.handler.fact
    for parts in fact.data["paths"]:
        text = registered.text(handler.path, fact.scope, parts)
        if found.prefix is None or text is None or "?" in fact.data["methods"]:
            yield BlindSpot("dynamic-route", handler.place, f"{text or '...'} -> {fact.data['function']}")
            continue
        whole = re.sub(r"/{2,}", "/", f"/{found.prefix}/{text}")
        whole = whole.rstrip("/") or "/"
        for method in fact.data["methods"]:
            id = f"route:{method} {whole}"
            about = {"framework": "litestar", "method": str(method), "name": str(fact.data["name"]),
                     "prefix": re.sub(r"/{2,}", "/", f"/{found.prefix}").rstrip("/"), "text": whole,
                     "when": when}  # fmt: skip
            pairs = tuple(pair for pair in about.items() if pair[1])
            yield Node(id, handler.path, fact.line, fact.line, pairs)
            yield Edge(id, f"function:{handler.function}", "handles", evidence=(Evidence(handler.place),))
