"""The rung *committed*: the service on a connection of its own, and tests that commit what they write.

Only the tests that cross run (a run on the rung wire tells which), without a transaction around each: once
with the calls staying, once with the calls crossing. What fails without the service already proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...analyzer.model.errors import CarveoutError
from ...analyzer.model.parity import Parity
from ...generators.seams.contract import SeamAt
from ...generators.services.layout import ServiceAt
from .comparing import compare, require_tests
from .running import run_tests
from .wire import crossing

HIDES = (
    "tests that do not cross: they did not run",
    "several callers at once: it answers one after the other",
    "values that others than tests give to its settings",
)


def committed(
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    service: ServiceAt,
    *,
    sabotage: bool = False,
    seconds: float = 3_600.0,
) -> Parity:
    """Runs all tests once and those that cross twice; compares the latter. `sabotage` as in `wire`.

    Raises CarveoutError when the tests cannot be run, none of them crosses, or the service does not start.
    """
    found = require_tests(crossing(root, command, at, seconds=seconds))
    only = found.crossing_tests
    if not only:
        raise CarveoutError(
            "no test crosses the seam",
            why="this rung runs those that do",
            help="write a test that calls what the service answers; --rung wire shows what is unproven",
        )
    before = run_tests(root, command, {"commits": True}, only=only, seconds=seconds)
    told = {"crosses": "process", "module": at.module, "seam": at.name, "rung": "committed", "commits": True}
    told["sabotage"] = sabotage
    after = run_tests(root, command, {**told, **service._asdict()}, only=only, seconds=seconds)
    return compare("committed", HIDES, at, before, after, sabotage=sabotage)
