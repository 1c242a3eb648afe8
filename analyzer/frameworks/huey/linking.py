"""Huey's tasks, and who puts them into a queue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import Confidence, Evidence, Place, Via
from ...model.facts import Call, Fact
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.decorated_tasks import DecoratedTasks, Task
from ...python.handed_functions import HandedFunctions
from .reading import LATER, SIGNATURE

_DECORATOR = r"(?:db_)?(?:periodic_)?task|on_commit_task|context_task"
_MAKER = re.compile(rf"\w*huey\w*\.(?:\w+\.)*(?:{_DECORATOR})\Z", re.IGNORECASE)
_USUAL = re.compile(rf"\??(?:.*\.)?\w*huey\w*(?:\(\))?\.(?:{_DECORATOR})\Z", re.IGNORECASE)
"""What is called so is Huey's, where nothing tells what it is (`current_app.huey.task`)."""


def tasks_of(world: World) -> DecoratedTasks:
    """The tasks of a project."""
    return DecoratedTasks(world, "huey", _MAKER, "task", _USUAL)


def is_used(world: World) -> bool:
    """Whether code of the application imports the library."""
    return any(
        "huey" in item.module.partition(".")[0] and item.module not in world.modules
        for path, file in world.files.items()
        if not world.is_test(path)
        for item in file.imports
    )


def link_huey(world: World) -> Iterator[Node | Edge]:
    """Nothing where no code of the project imports the library."""
    if not is_used(world):
        return
    tasks = tasks_of(world)
    yield from tasks.items()
    given = HandedFunctions(world, [*world.facts("huey")] if tasks.by_holder else [], lambda path, fact: True)
    for path in sorted(world.files) if tasks.by_holder else ():
        facts = world.files[path].facts.get("huey", ())
        places = [fact for fact in facts if fact.kind == "queued"]
        queued = {(line, column) for fact in places for line, column in fact.data["at"]}
        for call, symbol in world.calls(path):
            yield from _call(world, tasks, path, call, symbol, queued)
        for fact in facts:
            if fact.kind == "handed":
                task, receiver = tasks.find(path, fact.scope, str(fact.data["item"]))
                yield from _enqueues(world, path, fact, task, receiver) if task is not None else ()
            elif fact.kind == "given":
                for code, _ in given.handed(path, fact):
                    task, receiver = tasks.find(path, fact.scope, code)
                    if task is not None and receiver is not None:
                        yield from _enqueues(world, path, fact, task, receiver._replace(evident=False))


def _call(
    world: World,
    tasks: DecoratedTasks,
    path: str,
    call: Call,
    symbol: Symbol | None,
    queued: set[tuple[int, int]],
) -> Iterator[Edge]:
    """`bill(1)`, `bill.schedule(args=(1,), delay=60)`, `bill.map(orders)`, `queue.enqueue(bill.s(1))`."""
    if symbol is not None and symbol.kind == "function":
        task = tasks.by_holder.get(symbol.name)
        if task is not None:
            yield from _enqueues(world, path, call, task, symbol, call.order)
        return
    code, _, method = call.target.rpartition(".")
    if code and (method in LATER or method == SIGNATURE):
        task, receiver = tasks.find(path, call.scope, code)
        if task is not None:
            sure = method in LATER or (call.line, call.column) in queued
            yield from _enqueues(world, path, call, task, receiver, call.order, sure)


def _enqueues(
    world: World,
    path: str,
    at: Call | Fact,
    task: Task,
    receiver: Symbol | None,
    order: int = 0,
    sure: bool = True,
) -> Iterator[Edge]:
    evident = receiver is None or receiver.evident
    trust: Confidence = "certain" if evident and sure and task.trust == "certain" else "likely"
    via: Via = "syntax" if evident else "value-flow"
    evidence = (Evidence(Place(path, at.line, at.column), via),)
    yield Edge(world.scope_id(path, at.scope), f"task:{task.name}", "enqueues", trust, evidence, order)
