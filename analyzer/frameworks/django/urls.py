"""URL patterns -> routes and the views that handle them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Place
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.conditions import NEVER
from ...python.urlconf.admin import LIBRARY, is_admin
from ...python.urlconf.leaves import Leaf
from ...python.urlconf.mounts import mounts
from ...python.urlconf.routes import route
from ...python.urlconf.views import Answer, Views

_LOADED = re.compile(r"\bimport_string\(\)")


def link_urls(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes with their prefixes along the includes, and what handles them."""
    views = Views(world)
    unread: dict[tuple[Place, str], BlindSpot] = {}
    for mount in mounts(world):
        leaf = mount.leaf
        place = leaf.place
        if leaf.when == NEVER:
            continue
        if leaf.kind == "view":
            symbol, mapping = views.view(leaf)
            if symbol is not None and _LOADED.search(symbol.name):
                symbol = None  # by a name that only a run tells
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
        elif leaf.kind == "page":
            yield from route(mount, mount.text, _page(world, leaf), True, "django", leaf.name)
        elif leaf.kind == "super" and is_admin(world, leaf.receiver):
            continue  # Django's own pages, which are told where the site is mounted
        elif leaf.kind not in ("router", "api"):
            unread[place, leaf.shown] = BlindSpot("dynamic-route", place, leaf.shown)
    for _, spot in sorted(unread.items()):
        yield spot


def _page(world: World, leaf: Leaf) -> Answer:
    """A page of the admin: the project's own method, or the library's."""
    member = world.member(leaf.receiver, leaf.code) if leaf.receiver else None
    if member is not None and member.kind == "function":
        return Answer("ANY", f"function:{member.name}", True)
    return Answer("ANY", f"function:{LIBRARY[leaf.data]}.{leaf.code}", False)
