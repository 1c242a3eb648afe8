"""Queues that are alike: a decorator of the library makes a task, and methods of the task queue it.

What differs from library to library is told as data (`Queue`): what its decorators and methods are called.
A task is also sent through what gives it with options (`bill.using(priority=9).enqueue(1)`), by its name
(`app.configure_task("shop.bill").defer()`), and by who is handed its method (`on_commit(bill.enqueue)`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ..model.facts import Call, Fact
from ..model.graph import Edge, Node
from ..model.world import Symbol, Syntax, World
from .decorated_tasks import DecoratedTasks, Words, read_decorated
from .libraries import imports_any
from .nodes import shown

_CALLS = re.compile(r"\.(\w+)\(\)\Z")
_SHOWN = 120


class Queue(NamedTuple):
    """What a library calls things.

    `packages` are the modules that are imported from it, `maker` matches its decorators in full, `sends` are
    methods of a task that queue it, `options` those that give the task once more, `named` functions of the
    library that are given the name of a task: function -> its parameter. `alone` are methods that no other
    library has: what nothing tells of is a blind spot.
    """

    framework: str
    packages: frozenset[str]
    words: Words
    maker: re.Pattern[str]
    hint: str
    sends: frozenset[str]
    options: frozenset[str] = frozenset()
    named: Mapping[str, str] = {}
    alone: frozenset[str] = frozenset()


def read_sent(syntax: Syntax, queue: Queue) -> Iterator[Fact]:
    """Facts of kinds `task`, `made`, `handed` and `named`."""
    yield from read_decorated(syntax, queue.words)
    for call, scope, last in syntax.calls():
        for item in (*call.args, *(word.value for word in call.keywords)):
            if isinstance(item, ast.Attribute) and item.attr in queue.sends:
                data = {"item": syntax.express(item.value, scope)}
                yield Fact("handed", scope, item.lineno, item.col_offset, data)
        if last in queue.named:
            word = queue.named[last]
            given = next((each.value for each in call.keywords if each.arg == word), None)
            given = given if given is not None or not call.args else call.args[0]
            name = syntax.string(given)
            if given is not None and not isinstance(given, ast.Starred):
                data = {
                    "on": syntax.express(call.func, scope),
                    "name": name if name and "{" not in name else "",
                    "text": shown(call),
                }
                yield Fact("named", scope, call.lineno, call.col_offset, data)


def link_sent(world: World, queue: Queue) -> Iterator[Node | Edge | BlindSpot]:
    """Tasks, jobs, and who queues them; nothing where no code of the project imports the library."""
    if not imports_any(world, queue.packages):
        return
    tasks = DecoratedTasks(world, queue.framework, queue.maker, queue.hint)
    yield from tasks.items()
    for path in sorted(world.files):
        if world.is_test(path):
            continue
        for call, symbol in world.calls(path):
            if call.target.rpartition(".")[2] in queue.sends:
                yield from _call(world, queue, tasks, path, call, symbol)
        for fact in world.files[path].facts.get(queue.framework, ()):
            if fact.kind == "handed":
                task, receiver = tasks.find(path, fact.scope, _bare(queue, str(fact.data["item"])))
                if task is not None:
                    yield _enqueues(world, path, fact, task.name, _trusted(receiver))
            elif fact.kind == "named":
                yield from _named(world, queue, tasks, path, fact)


def _bare(queue: Queue, code: str) -> str:
    """The task that code names, without the options that it is given: `bill.using()` is `bill`."""
    while (found := _CALLS.search(code)) is not None and found[1] in queue.options:
        code = code[: found.start()]
    return code


def _call(
    world: World, queue: Queue, tasks: DecoratedTasks, path: str, call: Call, symbol: Symbol | None
) -> Iterator[Edge | BlindSpot]:
    """`bill.enqueue(1)`, `bill.using(priority=9).enqueue(1)`."""
    code, _, method = call.target.rpartition(".")
    task, receiver = tasks.find(path, call.scope, _bare(queue, code)) if code else (None, None)
    if task is not None:
        yield _enqueues(world, path, call, task.name, _trusted(receiver), call.order)
    elif method in queue.alone and symbol is None and (receiver is None or not receiver.internal):
        named = any(f".{each}()" in code for each in queue.named)  # told where the name is given
        if not named:
            yield BlindSpot(
                "unknown-task", Place(path, call.line, call.column), f"{code.lstrip('?')}.{method}()"
            )


def _named(
    world: World, queue: Queue, tasks: DecoratedTasks, path: str, fact: Fact
) -> Iterator[Edge | BlindSpot]:
    symbol = world.resolve(path, fact.scope, str(fact.data["on"]))
    if symbol is not None and symbol.kind != "external":
        return  # the project's own
    known = symbol is not None and queue.framework in symbol.name
    task = tasks.by_name.get(str(fact.data["name"]))
    if task is not None:
        how: tuple[Confidence, Via] = ("certain", "syntax") if known else ("likely", "convention")
        yield _enqueues(world, path, fact, task.name, how)
    elif known or not fact.data["name"]:
        yield BlindSpot("unknown-task", Place(path, fact.line, fact.column), str(fact.data["text"])[:_SHOWN])


def _trusted(receiver: Symbol | None) -> tuple[Confidence, Via]:
    evident = receiver is None or receiver.evident
    return ("certain", "syntax") if evident else ("likely", "value-flow")


def _enqueues(
    world: World, path: str, at: Call | Fact, name: str, how: tuple[Confidence, Via], order: int = 0
) -> Edge:
    evidence = (Evidence(Place(path, at.line, at.column), how[1]),)
    return Edge(world.scope_id(path, at.scope), f"task:{name}", "enqueues", how[0], evidence, order)
