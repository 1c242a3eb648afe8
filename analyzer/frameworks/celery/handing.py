"""Tasks, or their names, that are handed to a function which sends them: `def run(task): task.delay()`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.evidence import Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge
from ...model.world import Syntax, World
from ...python.handed_functions import HandedFunctions, read_given
from .tasks import Tasks

_WORDS = "task|enqueue|queue|send|defer|dispatch|launch|schedule|delay|submit|run"
_HANDS = re.compile(rf"(?:\w*_)?(?:{_WORDS})\w*\Z")

Sent = set[tuple[str, int, int]]
"""Where something was sent that callers hand in."""


def read_handing(syntax: Syntax, methods: frozenset[str]) -> Iterator[Fact]:
    """Facts of kinds `sent` (of a variable, which may be a parameter) and `given`."""
    for call, scope, _ in syntax.called(methods):
        function = call.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and scope:
            yield Fact("sent", scope, call.lineno, call.col_offset, {"code": function.value.id})
    for call, scope, _ in syntax.called(lambda name: name == "send_task"):
        words = [word.value for word in call.keywords if word.arg == "name"]
        name = next(iter([*call.args[:1], *words]), None)
        if isinstance(name, ast.Name) and scope:
            yield Fact("sent", scope, call.lineno, call.col_offset, {"code": name.id})
    for call, scope, _ in syntax.called(lambda name: _HANDS.match(name) is not None):
        yield from read_given(syntax, call, scope)


def link_handing(world: World, tasks: Tasks, sent: Sent) -> Iterator[Edge]:
    """`enqueues` of whoever hands a task to a function that sends it; `sent` is filled."""
    facts = [(path, fact) for path, fact in world.facts("celery") if fact.kind in ("sent", "given")]
    handed = HandedFunctions(world, facts, lambda path, fact: True)
    helpers: set[str] = set()
    for path, fact in facts:
        for code, name in handed.handed(path, fact) if fact.kind == "given" else ():
            task, _ = tasks.find(path, fact.scope, code) if code else (None, None)
            if task is None:
                name = name or tasks.text(path, fact.scope, [["code", code]])
                task, _ = tasks.named(name) if name else (None, None)
            if task is not None:
                helpers.add(handed.helper(path, fact))
                evidence = (Evidence(Place(path, fact.line, fact.column), "value-flow"),)
                source = world.scope_id(path, fact.scope)
                yield Edge(source, f"task:{task.name}", "enqueues", "likely", evidence)
    sent.update(
        (path, fact.line, fact.column)
        for path, fact in facts
        if fact.kind == "sent" and f"{world.module_of(path)}.{fact.scope}" in helpers
        if fact.data["code"] in handed.parameters(path, fact.scope)
    )
