"""Where code and templates lead to: names and paths of routes, static files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.filled_patterns import Patterns
from ...python.holes import is_known
from .renders import source_of
from .routes import Found, Routes

_FILES = re.compile(r"/(?:static|staticfiles|assets)/")
_NO_PAGE = re.compile(
    r"/(?:media|uploads)/|\S+\.(?:css|js|png|jpe?g|gif|svg|ico|woff2?|map|webmanifest|txt|xml)\Z"
)


def link_pages(world: World, routes: Sequence[Node]) -> Iterator[Node | Edge | BlindSpot]:
    """Edges `links` to the routes and static files that code and templates name."""
    found, patterns = Routes(routes), Patterns(world)
    for path, fact in world.facts("pages"):
        if fact.kind != "links":
            continue
        text = patterns.text(path, fact.scope, fact.data["parts"])
        how = str(fact.data["how"])
        if how == "static":
            yield from _static(world, path, fact, text)
        else:
            yield from _link(world, found, path, fact, how, text)


def _static(world: World, path: str, fact: Fact, text: str) -> Iterator[Node | Edge | BlindSpot]:
    if not is_known(text):
        if not world.is_test(path):
            yield BlindSpot("unknown-link", _place(path, fact), str(fact.data["code"]))
        return
    trust: Confidence = "possible" if "{" in text else "certain"
    id = f"static:{text.lstrip('/')}"
    yield Edge(source_of(world, path, fact.scope), id, "links", trust, _evidence(path, fact))


def _link(
    world: World, routes: Routes, path: str, fact: Fact, how: str, text: str
) -> Iterator[Node | Edge | BlindSpot]:
    if how == "either":
        how = "path" if text.startswith((".", "http")) or any(sign in text for sign in "/?#") else "name"
    if how == "path":
        yield from _to_path(world, routes, path, fact, text)
        return
    missing = "no such name of a route"
    if not is_known(text) or "{" in text:
        yield from _spot(world, path, fact, str(fact.data["code"]))
        return
    found = routes.named(text)
    yield from _edges(world, path, fact, found)
    if not found.routes:
        yield from _spot(world, path, fact, f"{text}: {missing}")


def _to_path(
    world: World, routes: Routes, path: str, fact: Fact, text: str
) -> Iterator[Node | Edge | BlindSpot]:
    if not is_known(text) and text != "/":
        if text.strip("{}/"):
            return
        yield from _spot(world, path, fact, str(fact.data["code"]))
        return
    if not text.startswith("/") or text.startswith("//"):
        return  # elsewhere, or relative to where the reader is
    file = _FILES.match(text)
    if file is not None:
        yield from _static(world, path, fact, re.split(r"[?#]", text[file.end() :])[0])
        return
    found = routes.at(text)
    yield from _edges(world, path, fact, found)
    if not found.routes and not _NO_PAGE.match(text):
        yield from _spot(world, path, fact, f"{text}: no such route")


def _edges(world: World, path: str, fact: Fact, found: Found) -> Iterator[Edge]:
    source = source_of(world, path, fact.scope)
    verb = str(fact.data.get("verb", ""))
    fitting = [route for route in found.routes if route.startswith((f"route:{verb} ", "route:ANY "))]
    for route in (fitting if verb else ()) or found.routes:
        yield Edge(source, route, "links", found.trust, _evidence(path, fact))


def _spot(world: World, path: str, fact: Fact, text: str) -> Iterator[BlindSpot]:
    if not world.is_test(path):
        yield BlindSpot("unknown-link", _place(path, fact), text)


def _evidence(path: str, fact: Fact) -> tuple[Evidence, ...]:
    return (Evidence(_place(path, fact)),)


def _place(path: str, fact: Fact) -> Place:
    return Place(path, fact.line, fact.column)
