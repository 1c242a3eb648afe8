"""Two runs of the same tests, with and without a service, become the outcome of a rung."""

from __future__ import annotations

import re
from collections import Counter

from ...analyzer.model.errors import CarveoutError
from ...analyzer.model.parity import Difference, Parity
from ...generators.seams.contract import SeamAt
from .running import GOOD, Run, tail

_SHOWN = 5
_ERROR = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n)+(\S.*)$", re.MULTILINE)


def require_tests(run: Run) -> Run:
    """The run itself. Raises CarveoutError when no test was seen, or none passes."""
    if "passed" in run.tests.values():
        return run
    if run.tests:
        raise CarveoutError(
            f"none of {len(run.tests):,} tests passes without the service",
            why=f"tests that pass before notice differences; the last words were:\n{tail(run.output)}",
            help="mend what fails (a variable, a database, a missing package?), then run verify again",
        )
    raise CarveoutError(
        "no test was seen to run",
        why=f"the command ended with status {run.status} and these words:\n{tail(run.output)}",
        help="give what runs the tests by unittest, Django's runner or pytest: --tests 'pytest -q'",
    )


def require_started(run: Run) -> Run:
    """The run itself. Raises CarveoutError when the service could not be started."""
    if run.broken:
        raise CarveoutError(
            "the service could not be started",
            why=f"its last words:\n{tail(run.broken)}",
            help="install what its pyproject.toml names beside what the tests need, and set its variables",
        )
    return run


def compare(
    rung: str, hides: tuple[str, ...], at: SeamAt, before: Run, after: Run, *, sabotage: bool = False
) -> Parity:
    """Test by test. Raises CarveoutError when the service could not be started."""
    require_started(after)
    counts = {name: sum(after.crossings.get(name, {}).values()) for name in at.functions}
    differences = tuple(
        Difference(test, before.tests.get(test, "not run"), after.tests.get(test, "not run"))
        for test in sorted(before.tests.keys() | after.tests.keys())
        if _differs(before.tests.get(test, ""), after.tests.get(test, ""))
    )
    noticed = {difference.request for difference in differences}
    return Parity(
        subject=at.name.removesuffix("_seam"),
        rung=rung,
        requests=sum(counts.values()),
        differences=differences,
        tests=len(before.tests),
        failed_before=sum(outcome not in GOOD for outcome in before.tests.values()),
        crossings=tuple(sorted(counts.items())),
        crossing_tests=len(after.crossing_tests),
        noticed=tuple(
            sorted(name for name in at.functions if noticed & after.crossings.get(name, {}).keys())
        ),
        local=tuple(sorted(at.local)),
        patched=tuple((name, len(tests)) for name, tests in sorted(after.patched.items())),
        sabotage=sabotage,
        hides=hides,
        said=_last_words(after.said) if differences else (),
        words=tail(after.output) if before.tests.keys() - after.tests.keys() else "",
    )


def _last_words(said: str) -> tuple[str, ...]:
    """The last line of each traceback, which names the error: the most frequent ones first."""
    counts = Counter(_ERROR.findall(said))
    return tuple(sorted(counts, key=lambda words: (-counts[words], words)))[:_SHOWN]


def _differs(before: str, after: str) -> bool:
    """Whether a test that was good is not any more; one that failed before proves nothing."""
    return before in GOOD and after != before
