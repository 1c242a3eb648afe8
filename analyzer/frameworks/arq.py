"""arq: functions that a worker lists, who enqueues them by name, and its cron jobs.

Functions of the project that hand a name on (`enqueue("bill")`) are followed.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.listed_tasks import Listed, link_listed, read_listed

_LIBRARY = Listed(
    framework="arq",
    packages=frozenset({"arq"}),
    sends=frozenset({"enqueue_job"}),
    alone=frozenset({"enqueue_job"}),
    wraps=frozenset({"func", "cron"}),
    starts=frozenset({"cron"}),
)


class Arq(Framework):
    """See the module."""

    name = "arq"
    version = 1
    triggers = ("arq", "enqueue", "functions", "FUNCTIONS", "cron_jobs", "jobs", "JOBS")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_listed(syntax, _LIBRARY)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_listed(world, _LIBRARY)


framework = Arq()
