"""URL patterns -> routes and the views that handle them."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot, Place
from ...model.graph import Edge, Node
from ...model.protocols import World
from ...python.urlconf.leaves import Leaf
from ...python.urlconf.mounts import mounts
from ...python.urlconf.routes import route
from ...python.urlconf.views import Answer, Views


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
            framework = "django_rest" if views.is_rest(symbol) else "django"
            if leaf.data.endswith(".as_asgi"):
                answers = [Answer("WEBSOCKET", f"class:{symbol.name}" if symbol is not None else "", True)]
            else:
                answers = views.answers(symbol, mapping)
            for answer in answers:
                evident = symbol is not None and symbol.evident
                yield from route(mount, mount.text, answer, evident, framework, leaf.name)
        elif leaf.kind != "router":
            text = _text(leaf)
            unread[place, text] = BlindSpot("dynamic-route", place, text)
    for _, spot in sorted(unread.items()):
        yield spot


def _text(leaf: Leaf) -> str:
    if leaf.kind == "object":
        return f"include({leaf.code}.urls)"[:120]
    return f"include({leaf.code!r})" if leaf.kind == "module" else leaf.code[:120]
