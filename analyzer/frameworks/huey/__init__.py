"""Huey (also its Django extension and django-huey): tasks, who calls them, and what starts them.

A call of a task puts it into the queue; `call_local` carries it out. Tasks are also scheduled, mapped, and
handed on (`on_commit(task)`, `first.s(1).then(second)`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .linking import is_used, link_huey, tasks_of
from .reading import read_huey


class Huey(Framework):
    """See the module."""

    name = "huey"
    version = 1
    triggers = ("task", "huey", "on_commit", "partial", ".s(")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_huey(syntax)

    def queued(self, world: World) -> Collection[str]:
        return frozenset(tasks_of(world).by_holder) if is_used(world) else ()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_huey(world)


framework = Huey()
