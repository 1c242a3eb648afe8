"""Tasks of Django 6 (`django.tasks`) and of its backport `django_tasks`: who enqueues them.

Tasks are enqueued by their methods, also with options (`bill.using(priority=9).enqueue()`).
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
    framework="django_tasks",
    packages=frozenset({"django.tasks", "django_tasks"}),
    words=Words(re.compile(r"\w*task\w*\Z", re.IGNORECASE), "name", "queue_name"),
    maker=re.compile(r"django[._]tasks\.(?:\w+\.)*task\Z"),
    hint="task",
    sends=frozenset({"enqueue", "aenqueue"}),
    options=frozenset({"using"}),
    alone=frozenset({"aenqueue"}),
)


class DjangoTasks(Framework):
    """See the module."""

    name = "django_tasks"
    version = 1
    triggers = ("tasks", "enqueue")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_sent(syntax, _QUEUE)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_sent(world, _QUEUE)


framework = DjangoTasks()
