"""The rung *process*: the calls go over loopback to the service in a process of its own.

A test's transaction is invisible to another process. So the service is given a database connection that sends
each statement back to the test that waits for it: BEGIN, COMMIT and ROLLBACK become savepoints within the
test's transaction. Overridden settings, frozen time and patched names are lent in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ...analyzer.model.parity import Parity
from ...generators.seams.contract import SeamAt
from ...generators.services.layout import ServiceAt
from .comparing import compare, require_tests
from .running import Run, run_tests

HIDES = (
    "isolation, locks and commits: the service works on the connection of the test that calls it",
    "several callers at once: it answers one after the other",
    "values that others than tests give to its settings",
)


def process(
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    service: ServiceAt,
    *,
    before: Run | None = None,
    beside: Sequence[tuple[SeamAt, ServiceAt]] = (),
    only: Collection[str] | None = None,
    sabotage: bool = False,
    seconds: float = 3_600.0,
) -> Parity:
    """Runs the tests twice and compares, test by test; `before` is a first run that there is already, `only`
    are the tests that run. Services `beside` answer at the same time. `sabotage` as in `wire`.

    Raises CarveoutError when the tests cannot be run, none of them is seen, or the service does not start.
    """
    before = before or require_tests(run_tests(root, command, only=only, seconds=seconds))
    told = {
        "crosses": "process",
        "module": at.module,
        "seam": at.name,
        "rung": "process",
        "sabotage": sabotage,
    }
    others = [{"module": seam.module, "seam": seam.name, **other._asdict()} for seam, other in beside]
    told_all = {**told, **service._asdict(), "beside": others}
    after = run_tests(root, command, told_all, only=only, seconds=seconds)
    every = at.beside(seam for seam, _ in beside)
    return compare("process", HIDES, every, before, after, sabotage=sabotage)
