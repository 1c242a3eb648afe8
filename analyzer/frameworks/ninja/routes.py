"""APIs that are mounted -> routes of their operations, and the functions that handle them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.conditions import Conditions
from ...python.urlconf.leaves import Leaf
from ...python.urlconf.mounts import mounts
from ...python.urlconf.routes import route
from ...python.urlconf.unknown import Mount
from ...python.urlconf.views import Answer
from .apis import Apis, Held, Operation

_DOCS = ("openapi_json", "openapi_view")
_DEEPEST = 20


def link_operations(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes of all mounted APIs; APIs that no URL pattern leads to have theirs perhaps."""
    if not any(True for _ in world.facts("ninja")):
        return
    apis = Apis(world)
    if not apis.known:
        return
    making, mounted = _Making(world, apis), set[str]()
    for mount in mounts(world):
        leaf = mount.leaf
        if leaf.kind not in ("api", "object", "router"):
            continue
        keys = [key for key in apis.find(leaf.path, leaf.scope, leaf.code) if apis.known[key].kind == "api"]
        if not keys and leaf.kind == "api":
            yield BlindSpot("dynamic-route", leaf.place, leaf.shown)
        for key in keys:
            mounted.add(key)
            yield from making.routes(apis.known[key], mount)
    for key, held in sorted(apis.known.items()):
        if held.kind == "api" and key not in mounted:
            leaf = Leaf("api", held.path, held.fact.scope, held.fact.line, held.fact.column, key)
            yield from making.routes(held, Mount("", leaf, False))
        elif held.kind != "api" and key not in apis.joined and apis.operations.get(key):
            yield BlindSpot("unused-router", held.place, f"{key} is joined to no API")
    yield from apis.unknown


class _Making:
    """Makes the routes of APIs."""

    def __init__(self, world: World, apis: Apis) -> None:
        self._world, self._apis, self._conditions = world, apis, Conditions(world)

    def routes(self, api: Held, mount: Mount) -> Iterator[Node | Edge | BlindSpot]:
        """All routes of an API below the pattern at which it is mounted."""
        data = api.fact.data
        space = str(data["space"]) or f"api-{data['version'] or '1.0.0'}"
        mount = mount._replace(leaf=mount.leaf._replace(space=f"{mount.leaf.space}{space}:"))
        number = 0
        for url, name in zip(data["docs"], _DOCS, strict=True):
            if url and url != "?" and data["docs"][0]:
                number += 1
                answer = Answer("GET", f"function:ninja.openapi.views.{name}", True)
                named = name.replace("_", "-")
                yield from self._route(mount, str(url).lstrip("/"), answer, named, number)
        for prefix, key, when in self._inside(api.key, "", "", _DEEPEST):
            for operation in self._operations(key):
                number += 1
                text = _whole(prefix, operation.text)
                yield from self._operation(mount, text, operation, when, number)

    def _inside(self, key: str, prefix: str, when: str, depth: int) -> Iterator[tuple[str, str, str]]:
        """(prefix, key, condition) of what stands in an API or router, itself first."""
        own = self._apis.known[key].prefix
        prefix = _joined(prefix, own) if own else prefix
        yield prefix, key, when
        for below, child, place in self._apis.joins.get(key, ()) if depth else ():
            here = self._conditions.of(place.path, place.line, place.column) or when
            yield from self._inside(child, _joined(prefix, below), here, depth - 1)

    def _operations(self, key: str) -> Iterator[Operation]:
        """The operations of an API or router; those of a controller with what it inherits."""
        kin = [each.name for each in self._world.ancestors(key)] if key in self._world.classes else [key]
        for name in kin:
            yield from self._apis.operations.get(name, ())

    def _operation(
        self, mount: Mount, text: str, operation: Operation, when: str, number: int
    ) -> Iterator[Node | Edge | BlindSpot]:
        symbol, fact = operation.symbol, operation.fact
        if symbol is None or symbol.kind not in ("function", "external"):
            yield BlindSpot("unknown-view", operation.place, f"{text} -> {fact.data.get('view', '')}"[:120])
        handler = f"function:{symbol.name}" if symbol is not None else ""
        named = str(fact.data["name"]) or (symbol.name.rpartition(".")[2] if symbol is not None else "")
        leaf = mount.leaf._replace(path=operation.path, line=fact.line, column=fact.column)
        mount = mount._replace(leaf=leaf.under(when))
        for method in fact.data["methods"]:
            yield from self._route(mount, text, Answer(str(method), handler, True), named, number)

    def _route(
        self, mount: Mount, text: str, answer: Answer, named: str, number: int
    ) -> Iterator[Node | Edge]:
        """One route; what Ninja calls `uuidstr` takes what `uuid` takes."""
        piece = ("path", text.replace("<uuidstr:", "<uuid:"))
        leaf = mount.leaf._replace(pieces=(*mount.leaf.pieces, piece))
        here = mount._replace(leaf=leaf, order=(*mount.order, number))
        yield from route(here, mount.text + text, answer, True, "ninja", named)


def _joined(prefix: str, below: str) -> str:
    return f"{prefix}/{below}" if prefix else below


def _whole(prefix: str, text: str) -> str:
    """The pattern that Ninja makes of a prefix and a path: `{id}` becomes `<id>`, slashes are single."""
    text = re.sub(r"\{uuid:(\w+)\}", r"{uuidstr:\1}", text, flags=re.IGNORECASE)
    whole = "/".join(part for part in (prefix, text) if part)
    return re.sub(r"/{2,}", "/", whole.replace("{", "<").replace("}", ">")).lstrip("/")
