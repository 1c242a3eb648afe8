"""Taskiq: tasks of its brokers, who kicks them, and what starts them.

Tasks are kicked by their methods, also with options (`bill.kicker().with_labels(...).kiq()`), and scheduled.
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
    framework="taskiq",
    packages=frozenset(
        {"taskiq", "taskiq_redis", "taskiq_aio_pika", "taskiq_nats", "taskiq_pg", "taskiq_fastapi"}
    ),
    words=Words(re.compile(r"\w*task\w*\Z", re.IGNORECASE), "task_name", "queue_name"),
    maker=re.compile(r"\w*taskiq\w*\.(?:\w+\.)*task\Z"),
    hint="task",
    sends=frozenset({"kiq", "schedule_by_time", "schedule_by_cron", "schedule_by_interval"}),
    options=frozenset({"kicker", "with_labels", "with_broker", "with_task_id", "with_schedule_id"}),
    alone=frozenset({"kiq"}),
)


class Taskiq(Framework):
    """See the module."""

    name = "taskiq"
    version = 1
    triggers = ("taskiq", "kiq", "kicker", "task")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_sent(syntax, _QUEUE)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_sent(world, _QUEUE)


framework = Taskiq()
