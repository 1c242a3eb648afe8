"""The rung *wire*: the project's own tests, with each call at the seam going through bytes and back.

Caller and callee stay in one process, so that transactions of tests, overridden settings and frozen time hold
for both; what is proved is that values and exceptions survive. The tests run before, without the seam being
crossed, so that what fails already is told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...analyzer.model.parity import Parity
from ...generators.seams.contract import SeamAt
from .comparing import compare, require_tests
from .running import Run, run_tests

HIDES = (
    "module state, settings and imports of the service's own process",
    "isolation, locks and commits of a second connection",
    "time, and what the network does",
)


def wire(
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    *,
    before: Run | None = None,
    beside: Sequence[SeamAt] = (),
    sabotage: bool = False,
    seconds: float = 3_600.0,
) -> Parity:
    """Runs the tests twice and compares, test by test; `before` is a first run that there is already.

    The seams `beside` are crossed at the same time. With `sabotage` every result that crosses is made wrong,
    to see which functions' tests notice. Raises CarveoutError when the tests cannot be run, or none is seen.
    """
    before = before or require_tests(run_tests(root, command, seconds=seconds))
    after = crossing(root, command, at, beside, sabotage, seconds)
    return compare("wire", HIDES, at.beside(beside), before, after, sabotage=sabotage)


def crossing(
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    beside: Sequence[SeamAt] = (),
    sabotage: bool = False,
    seconds: float = 3_600.0,
) -> Run:
    """The run of the tests in which the calls cross."""
    told = {"crosses": "wire", "module": at.module, "seam": at.name, "sabotage": sabotage}
    told["beside"] = [{"module": each.module, "seam": each.name} for each in beside]
    return run_tests(root, command, told, seconds=seconds)
