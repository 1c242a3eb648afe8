"""RQ (also django-rq, rq-scheduler, Flask-RQ): functions that are enqueued, who enqueues them, and schedules.

Any function can be a task: one that is decorated (`@job`), and one that is given to a queue, as it is or by
its dotted name. Functions of the project that hand what they are given to a queue (`launch(f)`) are followed.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .reading import read_rq
from .sending import link_rq


class Rq(Framework):
    """See the module."""

    name = "rq"
    version = 2
    triggers = ("rq", "enqueue", "job", "queue", "schedule", "launch", "background", "defer")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_rq(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_rq(world)


framework = Rq()
