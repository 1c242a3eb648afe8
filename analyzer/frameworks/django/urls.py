"""URL patterns -> routes and the views that handle them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.graph import Edge, Node
from ...model.protocols import World
from ...python.urlconf.leaves import Leaf
from ...python.urlconf.mounts import Mount, mounts
from ...python.urlconf.views import Views


def link_urls(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes with their prefixes along the includes, and what handles them."""
    views = Views(world)
    unread: dict[tuple[Place, str], BlindSpot] = {}
    for mount in mounts(world):
        leaf = mount.leaf
        place = Place(leaf.path, leaf.line, leaf.column)
        if leaf.kind == "view":
            symbol, mapping = views.view(leaf)
            if symbol is None:
                unread[place, "view"] = BlindSpot("unknown-view", place, leaf.code[:120])
            rest = views.is_rest(symbol)
            for answer in views.answers(symbol, mapping):
                sure = symbol is not None and symbol.evident and answer.own
                yield from route(
                    mount, answer.verb, answer.handler, sure, "django_rest" if rest else "django"
                )
        else:
            text = _text(leaf)
            unread[place, text] = BlindSpot("dynamic-route", place, text)
    for _, spot in sorted(unread.items()):
        yield spot


def _text(leaf: Leaf) -> str:
    if leaf.kind == "object":
        return f"include({leaf.code}.urls)"[:120]
    return f"include({leaf.code!r})" if leaf.kind == "module" else leaf.code[:120]


def route(mount: Mount, verb: str, handler: str, sure: bool, framework: str) -> Iterator[Node | Edge]:
    """The node of a route and the edge to what handles it."""
    leaf = mount.leaf
    text = re.sub(r"/{2,}", "/", f"/{mount.text}")
    attributes = (("framework", framework), ("method", verb), ("name", leaf.name), ("text", text))
    yield Node(f"route:{verb} {text}", leaf.path, leaf.line, leaf.line, tuple(a for a in attributes if a[1]))
    if handler:
        trust: Confidence = "possible" if not mount.sure else "certain" if sure else "likely"
        evidence = Evidence(Place(leaf.path, leaf.line, leaf.column), "syntax" if sure else "convention")
        yield Edge(f"route:{verb} {text}", handler, "handles", trust, (evidence,))
