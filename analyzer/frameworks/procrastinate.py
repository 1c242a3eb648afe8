"""Procrastinate (also its Django extension): tasks, who defers them, and what starts them.

Tasks are deferred by their methods, with options (`bill.configure(lock=...).defer()`), and by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.decorated_tasks import Words
from ..python.sent_tasks import Queue, link_sent, read_sent

_QUEUE = Queue(
    framework="procrastinate",
    packages=frozenset({"procrastinate"}),
    words=Words(re.compile(r"\w*task\w*\Z", re.IGNORECASE), "name", "queue"),
    maker=re.compile(r"procrastinate\.(?:\w+\.)*task\Z"),
    hint="task",
    sends=frozenset({"defer", "defer_async", "batch_defer", "batch_defer_async"}),
    options=frozenset({"configure"}),
    named={"configure_task": "name"},
    alone=frozenset({"defer_async", "batch_defer_async"}),
)


class Procrastinate(Framework):
    """See the module."""

    name = "procrastinate"
    version = 1
    triggers = ("procrastinate", "defer", "configure_task", "task")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_sent(syntax, _QUEUE)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_sent(world, _QUEUE)


framework = Procrastinate()
