"""Celery: tasks, who sends them, and the schedules that start them."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, TypeRule, World
from .jobs import link_jobs
from .reading import read_celery
from .sending import link_sending
from .tasks import Tasks


class Celery(Framework):
    """See the module."""

    name = "celery"
    version = 4
    triggers = ("task", "celery", "Celery", "beat", "apply_async", "signature", ".si(", ".s(", "add_job")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_celery(file, syntax)

    def types(self) -> Iterable[TypeRule]:
        """A function that is bound to its task has that as `self`."""
        for decorator in ("celery.shared_task", "celery.app.shared_task", "celery.Celery.task"):
            yield TypeRule(f"{decorator}()", f"{decorator}[sender=]")  # `base=OwnTask`
            yield TypeRule(f"{decorator}(self)", "celery.Task&T")

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        tasks = Tasks(world)
        yield from tasks.items()
        yield from link_sending(world, tasks)
        yield from link_jobs(world, tasks)


framework = Celery()
