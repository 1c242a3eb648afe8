"""SAQ (also litestar-saq): functions that a worker lists, who enqueues them, and its cron jobs.

Functions are enqueued by name or as they are; those of the project that hand a name on are followed.
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
    framework="saq",
    packages=frozenset({"saq", "litestar_saq"}),
    sends=frozenset({"enqueue", "apply", "map"}),
    alone=frozenset(),
    wraps=frozenset({"CronJob"}),
    starts=frozenset({"CronJob"}),
)


class Saq(Framework):
    """See the module."""

    name = "saq"
    version = 1
    triggers = ("saq", "enqueue", "functions", "cron_jobs", "tasks")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_listed(syntax, _LIBRARY)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_listed(world, _LIBRARY)


framework = Saq()
