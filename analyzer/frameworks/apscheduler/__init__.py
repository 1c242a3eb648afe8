"""APScheduler (also Flask-APScheduler, django-apscheduler): functions that a schedule starts, and when.

What is started again and again has a `job:`; what is started once, now or later, is enqueued by the function
that says so. Functions of the project that hand what they are given to a scheduler are followed.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .linking import link_apscheduler
from .reading import read_apscheduler


class Apscheduler(Framework):
    """See the module."""

    name = "apscheduler"
    version = 1
    triggers = ("job", "sched", "callback", "cron", "interval", "trigger")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_apscheduler(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_apscheduler(world)


framework = Apscheduler()
