"""Who sends which task: `.delay()`, `.apply_async()`, signatures in canvases, and names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Call, Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from .handing import Sent, link_handing
from .reading import SIGNATURES
from .tasks import Tasks

_SENDS = ("delay", "apply_async")
_TASK = re.compile(r"celery\.(?:\w+\.)*Task(?:\(\))?\Z")
_SHOWN = 120
_BY_NAME = re.compile(r"celery\..+\.tasks(?:\[\]|\.get\(\))\.\w+\Z")
"""A task out of what an application has: `app.tasks[name].delay`."""


def link_sending(world: World, tasks: Tasks) -> Iterator[Node | Edge | BlindSpot]:
    """`enqueues` from the functions that send tasks; receivers that may be tasks but are unknown are said."""
    handed: Sent = set()
    yield from link_handing(world, tasks, handed)
    for path in world.files:
        sent, scheduled = _places(world, path)
        chosen = {
            (fact.line, fact.column): fact.data["codes"]
            for fact in world.files[path].facts.get("celery", ())
            if fact.kind == "chosen"
        }
        for call, symbol in world.calls(path):
            code, _, method = call.target.rpartition(".")
            if (path, call.line, call.column) in handed:
                continue
            if method in _SENDS or (method.partition("(")[0] in SIGNATURES and code):
                several = list(_chosen(world, tasks, path, call, chosen.get((call.line, call.column), ())))
                yield from several or _call(world, tasks, path, call, symbol, code, sent, scheduled)
    for path, fact in world.facts("celery"):
        if fact.kind == "named" and (path, fact.line, fact.column) not in handed:
            yield from _named(world, tasks, path, fact)


_Places = set[tuple[int, int]]


def _places(world: World, path: str) -> tuple[_Places, _Places]:
    """Where signatures stand that are sent for certain, and those that a schedule sends."""
    sent: _Places = set()
    scheduled: _Places = set()
    for fact in world.files[path].facts.get("celery", ()):
        if fact.kind == "canvas":
            sent.update((line, column) for line, column in fact.data["at"])
        elif fact.kind == "periodic":
            line, column = fact.data["at"]
            scheduled.add((line, column))
    return sent, scheduled


def _call(
    world: World,
    tasks: Tasks,
    path: str,
    call: Call,
    symbol: Symbol | None,
    code: str,
    sent: _Places,
    scheduled: _Places,
) -> Iterator[Edge | BlindSpot]:
    task, receiver = tasks.find(path, call.scope, code)
    method = call.target.rpartition(".")[2].partition("(")[0]
    here = (call.line, call.column)
    if task is None:
        unknown = receiver is None or (receiver.kind == "function" and method in _SENDS)
        by_name = symbol is not None and _BY_NAME.match(symbol.name) is not None
        known_call = (symbol is not None and not by_name) or _is_canvas(code)
        unknown = unknown or by_name or (receiver is not None and _is_task_class(receiver))
        if method in _SENDS and unknown and not known_call and tasks.by_holder and not world.is_test(path):
            yield BlindSpot("unknown-task", Place(path, *here), f"{code.lstrip('?')}.{method}()"[:_SHOWN])
        return
    if method in SIGNATURES and here in scheduled:
        return
    evident = receiver is None or receiver.evident
    sure = method in _SENDS or here in sent
    trust: Confidence = "certain" if evident and sure else "likely"
    via: Via = "syntax" if evident else "value-flow"
    yield _enqueues(world, path, call.scope, task.name, trust, Evidence(Place(path, *here), via), call.order)


def _chosen(world: World, tasks: Tasks, path: str, call: Call, codes: Sequence[Json]) -> Iterator[Edge]:
    """A call that sends one of several tasks."""
    for code in codes:
        task, _ = tasks.find(path, call.scope, str(code))
        if task is not None:
            evidence = Evidence(Place(path, call.line, call.column), "value-flow")
            yield _enqueues(world, path, call.scope, task.name, "likely", evidence, call.order)


def _is_task_class(symbol: Symbol) -> bool:
    """Whether something is only known to be some task of Celery's: `task: Task`."""
    return symbol.kind == "external" and bool(_TASK.match(symbol.name))


def _is_canvas(code: str) -> bool:
    """Whether a path expression is the result of `chain(...)`, `group(...)` or `chord(...)`."""
    return code.endswith(("chain()", "group()", "chord()"))


def _enqueues(
    world: World, path: str, scope: str, name: str, trust: Confidence, evidence: Evidence, order: int
) -> Edge:
    return Edge(world.scope_id(path, scope), f"task:{name}", "enqueues", trust, (evidence,), order)


def _named(world: World, tasks: Tasks, path: str, fact: Fact) -> Iterator[Edge | BlindSpot]:
    """`app.send_task("name")` and `signature("name")`; a name that no task has is another system's."""
    symbol = world.resolve(path, fact.scope, str(fact.data["on"]))
    given = symbol is None and fact.data["last"] == "send_task"  # of an application that was given
    if not (given and tasks.by_holder) and not _is_celery(symbol):
        return
    place = Place(path, fact.line, fact.column)
    name = fact.data["name"]
    if not isinstance(name, str):  # a constant, perhaps of another module
        name = tasks.text(path, fact.scope, fact.data["parts"]) or None
    if not isinstance(name, str):
        if not world.is_test(path):
            yield BlindSpot("unknown-task", place, str(fact.data["text"]))
        return
    task, trust = tasks.named(name)
    trust = "likely" if given else trust
    via: Via = "syntax" if trust == "certain" else "convention"
    order = _order(world, path, fact)
    named = task.name if task is not None else name
    yield _enqueues(world, path, fact.scope, named, trust, Evidence(place, via), order)


def _is_celery(symbol: Symbol | None) -> bool:
    """Whether that is Celery's own, or a library's that wraps it and says so: `company_utils.celery.App`."""
    return symbol is not None and symbol.kind == "external" and "celery" in symbol.name.lower()


def _order(world: World, path: str, fact: Fact) -> int:
    last = str(fact.data["last"])
    for call, _ in world.calls(path):
        if (call.line, call.column) == (fact.line, fact.column) and call.target.endswith(last):
            return call.order
    return 0
