"""Actors, and who sends them messages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Call, Fact
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.decorated_tasks import DecoratedTasks
from .reading import MESSAGES, SENDS

_LIBRARY = re.compile(r"\w*(?:dramatiq|remoulade)\w*\.")
_MAKER = re.compile(rf"{_LIBRARY.pattern}(?:\w+\.)*actor\Z")
_GENERIC = re.compile(rf"{_LIBRARY.pattern}(?:\w+\.)*GenericActor\Z")
_SHOWN = 120


def actors_of(world: World) -> DecoratedTasks:
    """The actors of a project: functions that are decorated, and classes that say what to perform."""
    actors = DecoratedTasks(world, "dramatiq", _MAKER, "actor")
    for name, info in world.classes.items() if _is_used(world) else ():
        if any(each.kind == "external" and _GENERIC.match(each.name) for each in world.ancestors(name)):
            perform = world.member(name, "perform")
            if perform is not None and perform.kind == "function":
                made = Fact("task", "", info.definition.line, info.definition.column, {})
                actors.add(name, f"function:{perform.name}", info.path, made, Symbol("class", name))
    return actors


def link_dramatiq(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nothing where no code of the project imports the library."""
    if not _is_used(world):
        return
    actors = actors_of(world)
    yield from actors.items()
    for path in sorted(world.files):
        facts = world.files[path].facts.get("dramatiq", ())
        canvases = [fact for fact in facts if fact.kind == "canvas"]
        joined = {(line, column) for fact in canvases for line, column in fact.data["at"]}
        for call, symbol in world.calls(path):
            code, _, method = call.target.rpartition(".")
            if code and method in SENDS | MESSAGES:
                yield from _call(world, actors, path, call, symbol, joined)
        for fact in facts:
            if fact.kind == "handed":
                task, receiver = actors.find(path, fact.scope, str(fact.data["item"]))
                if task is not None:
                    yield _enqueues(world, path, fact, task.name, receiver is None or receiver.evident)
    for path, fact in world.facts("dramatiq"):
        if fact.kind == "named":
            yield from _named(world, actors, path, fact)
        elif fact.kind == "started":
            task, _ = actors.find(path, fact.scope, str(fact.data["item"]))
            yield from _started(world, path, fact, task.name) if task is not None else ()


def _is_used(world: World) -> bool:
    return any(
        _LIBRARY.match(f"{item.module}.")
        for path, file in world.files.items()
        if not world.is_test(path)
        for item in file.imports
    )


def _call(
    world: World,
    actors: DecoratedTasks,
    path: str,
    call: Call,
    symbol: Symbol | None,
    joined: set[tuple[int, int]],
) -> Iterator[Edge | BlindSpot]:
    """`actor.send(1)`; a message that is made is sent for certain where a pipeline or group takes it."""
    code, _, method = call.target.rpartition(".")
    task, receiver = actors.find(path, call.scope, code)
    if task is not None:
        sure = method in SENDS or (call.line, call.column) in joined
        evident = receiver is None or receiver.evident
        yield _enqueues(world, path, call, task.name, evident, sure, call.order)
        return
    unknown = symbol is None and (receiver is None or not receiver.internal)
    if method == "send_with_options" and unknown and not world.is_test(path):
        text = f"{code.lstrip('?')}.{method}()"[:_SHOWN]
        yield BlindSpot("unknown-task", Place(path, call.line, call.column), text)


def _started(world: World, path: str, fact: Fact, name: str) -> Iterator[Node | Edge]:
    """A schedule of APScheduler that sends a message; without a schedule the function does, once."""
    if not fact.data["schedule"] and fact.scope:
        yield _enqueues(world, path, fact, name, True)
        return
    about = {"framework": "dramatiq", "schedule": str(fact.data["schedule"])}
    yield Node(f"job:{name}", path, fact.line, fact.line, tuple(pair for pair in about.items() if pair[1]))
    yield Edge(
        f"job:{name}", f"task:{name}", "enqueues", evidence=(Evidence(Place(path, fact.line, fact.column)),)
    )


def _named(world: World, actors: DecoratedTasks, path: str, fact: Fact) -> Iterator[Edge]:
    """A name given to the library, or to the project's own function that enqueues by name."""
    task = actors.by_name.get(str(fact.data["name"]))
    symbol = world.resolve(path, fact.scope, str(fact.data["on"])) if task is not None else None
    if task is None or (symbol is not None and symbol.kind not in ("external", "function", "class")):
        return
    known = symbol is not None and symbol.kind == "external" and _LIBRARY.match(symbol.name) is not None
    own = symbol is None or symbol.kind == "function"
    if known or own:
        yield _enqueues(world, path, fact, task.name, known, known, via="syntax" if known else "convention")


def _enqueues(
    world: World,
    path: str,
    at: Call | Fact,
    name: str,
    evident: bool,
    sure: bool = True,
    order: int = 0,
    via: Via = "syntax",
) -> Edge:
    trust: Confidence = "certain" if evident and sure else "likely"
    seen: Via = via if evident or via != "syntax" else "value-flow"
    evidence = (Evidence(Place(path, at.line, at.column), seen),)
    return Edge(world.scope_id(path, at.scope), f"task:{name}", "enqueues", trust, evidence, order)
