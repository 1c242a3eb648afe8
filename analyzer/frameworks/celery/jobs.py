"""Schedules: the jobs that start tasks, from beat schedules, `add_periodic_task` and older decorators."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import World
from .tasks import Tasks


def link_jobs(world: World, tasks: Tasks) -> Iterator[Node | Edge | BlindSpot]:
    """Jobs with an edge `enqueues` to the task that each starts."""
    for path, fact in world.facts("celery"):
        if fact.kind == "beat":
            yield from _beat(world, tasks, path, fact)
        elif fact.kind == "periodic":
            task, _ = tasks.find(path, fact.scope, str(fact.data["item"]))
            if task is not None:
                yield from _job(path, fact, str(fact.data["name"]) or task.name, task.name, "certain")
            elif tasks.by_holder and not world.is_test(path):
                yield BlindSpot("unknown-task", _place(path, fact), str(fact.data["text"]))
        elif fact.kind == "started":  # by APScheduler
            task, _ = tasks.find(path, fact.scope, str(fact.data["item"]))
            if task is not None:
                yield from _job(path, fact, task.name, task.name, "certain")
        elif fact.kind == "task" and "schedule" in fact.data:
            holder = f"{world.module_of(path)}.{fact.data['handler']}"
            made = tasks.by_holder.get(holder)
            if made is not None:
                yield from _job(path, fact, made.name, made.name, made.trust)


def _beat(world: World, tasks: Tasks, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
    """An entry of a schedule. Without a schedule of its own it must name a task of the project."""
    name, written, scheduled = (str(fact.data[key]) for key in ("name", "task", "schedule"))
    trust: Confidence
    if written:
        task, trust = tasks.named(written)
    else:
        task, trust = tasks.find(path, fact.scope, str(fact.data["code"]).removesuffix(".name"))[0], "certain"
    if task is not None:
        trust = trust if scheduled else "likely"
        yield from _job(path, fact, name or task.name, task.name, trust)
    elif scheduled and "." in written:
        yield from _job(path, fact, name or written, written, "certain")
    elif scheduled and not written and tasks.by_holder and not world.is_test(path):
        yield BlindSpot("unknown-task", _place(path, fact), str(fact.data["text"]))


def _job(path: str, fact: Fact, name: str, task: str, trust: Confidence) -> Iterator[Node | Edge]:
    about = {"framework": "celery", "schedule": str(fact.data["schedule"])}
    yield Node(f"job:{name}", path, fact.line, fact.line, tuple(pair for pair in about.items() if pair[1]))
    via = "syntax" if trust == "certain" else "convention"
    evidence = (Evidence(_place(path, fact), via),)  # type: ignore[arg-type]
    yield Edge(f"job:{name}", f"task:{task}", "enqueues", trust, evidence)


def _place(path: str, fact: Fact) -> Place:
    return Place(path, fact.line, fact.column)
