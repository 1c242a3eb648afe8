"""Who registers with a registry, and who calls what is registered."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence
from ...model.facts import Json
from ...model.graph import Edge, Node
from ...model.world import World
from .means import Means, Stream

_MOST = 50
"""Keys of one registry to which a call under an unknown key may lead."""


def link_registries(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """`subscribes` and `publishes` of the registries that are both filled with functions and called."""
    means = Means(world)
    called = _grouped(_published(world, means))
    puts = [stream for stream in _put(world, means) if stream.container in called]
    filled = _grouped(stream for stream in puts if means.function(stream) is not None)
    for container, streams in sorted(filled.items()):
        subscribed = [stream for stream in streams if not world.is_test(stream.path)]
        published = [stream for stream in called[container] if not world.is_test(stream.path)]
        if subscribed and published:
            yield from _registry(world, means, container, streams, called[container])


def _grouped(streams: Iterator[Stream]) -> dict[str, list[Stream]]:
    found: dict[str, list[Stream]] = {}
    for stream in streams:
        found.setdefault(stream.container, []).append(stream)
    return found


def _put(world: World, means: Means) -> Iterator[Stream]:
    """What is put into containers, as seen from where functions are named."""
    streams = []
    for path, fact in world.facts("registries"):
        if fact.kind == "put":
            container = means.container(path, fact.scope, str(fact.data["code"]))
            if container:
                streams.append(means.stream(container, fact.data["key"], fact.data["item"], path, fact))
    yield from means.spread(streams)


def _published(world: World, means: Means) -> Iterator[Stream]:
    """Where elements of containers are called, as seen from where keys are named."""
    gives: dict[str, list[tuple[str, Json]]] = {}
    for path, fact in world.facts("registries"):
        if fact.kind == "gives":
            container = means.container(path, fact.scope, str(fact.data["code"]))
            if container:
                function = f"{world.module_of(path)}.{fact.scope}"
                gives.setdefault(function, []).append((container, fact.data["key"]))
    streams = []
    for path, fact in world.facts("registries"):
        if fact.kind != "called":
            continue
        code, key = str(fact.data["code"]), fact.data["key"]
        if fact.data["call"] is None:
            container = means.container(path, fact.scope, code)
            streams += [means.stream(container, key, None, path, fact)] if container else []
            continue
        function, bound = means.given(path, fact.scope, code, fact.data["call"])
        for container, asked in gives.get(function, ()):
            inner = bound.get(asked[1], ["computed"]) if asked and asked[0] == "parameter" else asked
            streams.append(means.stream(container, inner or key, None, path, fact))
    yield from means.spread(streams)


def _registry(
    world: World, means: Means, container: str, filled: list[Stream], called: list[Stream]
) -> Iterator[Node | Edge | BlindSpot]:
    ids: set[str] = set()
    for stream in filled:
        function = means.function(stream)
        assert function is not None
        id = _id(world, stream)
        ids.add(id)
        yield Edge(f"{function.kind}:{function.name}", id, "subscribes", "likely", _seen(stream))
    plain = f"signal:{container}"
    written = any(_id(world, stream) != plain for stream in called)
    keyed = sorted(ids - {plain})[:_MOST]
    for stream in called:
        id = _id(world, stream)
        reached: list[tuple[str, Confidence]] = [(id, "likely")]
        if id == plain and stream.key is None:
            reached += [(other, "likely") for other in keyed]
        elif id == plain and keyed:
            # Where no key is written out anywhere, all that is said of the registry is that any may be meant.
            reached += [] if written else [(other, "possible") for other in keyed]
            if not world.is_test(stream.path):
                yield BlindSpot("unknown-key", stream.place, f"{container}[...]()")
        for target, trust in reached:
            ids.add(target)
            source = world.scope_id(stream.path, stream.scope)
            how = ("one",) if id == plain and stream.key is not None else ()
            yield Edge(source, target, "publishes", trust, _seen(stream), how=how)
    place = means.place(container)
    for id in sorted(ids) if place is not None else ():
        yield Node(id, place.path, place.line, place.line, (("registry", container),))  # type: ignore[union-attr]


def _seen(stream: Stream) -> tuple[Evidence, ...]:
    return (Evidence(stream.place, "value-flow"),)


def _id(world: World, stream: Stream) -> str:
    key = _key(world, stream)
    return f"signal:{stream.container}[{key}]" if key else f"signal:{stream.container}"


def _key(world: World, stream: Stream) -> str:
    """A key that is written out: a text, or a name that means the same everywhere (`Event.PAID`)."""
    if not stream.key or stream.key[0] not in ("text", "code"):
        return ""
    if stream.key[0] == "text":
        return str(stream.key[1])
    code = str(stream.key[1])
    symbol = world.resolve(stream.path, stream.scope, code)
    if symbol is not None and symbol.kind in ("class", "function", "external") and "()" not in symbol.name:
        return symbol.name
    owner, _, name = code.rpartition(".")
    holder = world.resolve(stream.path, stream.scope, owner) if owner else None
    return f"{holder.name}.{name}" if holder is not None and holder.kind in ("class", "module") else ""
