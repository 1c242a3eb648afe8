"""The rung *wire*: the project's own tests, with each call at the seam going through bytes and back.

Caller and callee stay in one process, so that transactions of tests, overridden settings and frozen time hold
for both; what is proved is that values and exceptions survive. The tests run before, without the seam being
crossed, so that what fails already is told apart.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ...analyzer.model.errors import CarveoutError, UsageError
from ...analyzer.model.parity import Difference, Parity

HIDES = (
    "module state, settings and imports of the service's own process",
    "isolation, locks and commits of a second connection",
    "time, and what the network does",
)
_INSIDE = Path(__file__).parent / "inside"
_GOOD = frozenset({"passed", "skipped"})


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the tests: outcome by test, and by function how often which test crossed."""

    status: int
    tests: dict[str, str] = field(default_factory=dict)
    crossings: dict[str, dict[str, int]] = field(default_factory=dict)
    output: str = ""


def wire(
    root: Path,
    command: Sequence[str],
    module: str,
    seam: str,
    functions: Sequence[str],
    local: Sequence[str] = (),
    *,
    sabotage: bool = False,
    seconds: float = 3_600.0,
) -> Parity:
    """Runs the tests twice and compares, test by test.

    `module` and `seam` say where the seam is imported from, `functions` what stands behind it, `local` which
    of them stay; with `sabotage` every result that crosses is made wrong, to see which functions' tests
    notice. Raises CarveoutError when the tests cannot be run, or none of them is seen.
    """
    before = run_tests(root, command, seconds=seconds)
    if not before.tests:
        raise CarveoutError(
            "no test was seen to run",
            why=f"the command ended with status {before.status} and these words:\n{_tail(before.output)}",
            help="give what runs the tests by unittest, Django's runner or pytest: --tests 'pytest -q'",
        )
    after = run_tests(root, command, module, seam, sabotage=sabotage, seconds=seconds)
    counts = {name: sum(after.crossings.get(name, {}).values()) for name in functions}
    differences = tuple(
        Difference(test, before.tests.get(test, "not run"), after.tests.get(test, "not run"))
        for test in sorted(before.tests.keys() | after.tests.keys())
        if _differs(before.tests.get(test, ""), after.tests.get(test, ""))
    )
    noticed = {difference.request for difference in differences}
    return Parity(
        subject=seam.removesuffix("_seam"),
        rung="wire",
        requests=sum(counts.values()),
        differences=differences,
        tests=len(before.tests),
        failed_before=sum(outcome not in _GOOD for outcome in before.tests.values()),
        crossings=tuple(sorted(counts.items())),
        crossing_tests=len({test for found in after.crossings.values() for test in found if test}),
        noticed=tuple(sorted(name for name in functions if noticed & after.crossings.get(name, {}).keys())),
        local=tuple(sorted(local)),
        sabotage=sabotage,
        hides=HIDES,
        words=_tail(after.output) if before.tests.keys() - after.tests.keys() else "",
    )


def _differs(before: str, after: str) -> bool:
    """Whether a test that was good is not any more; one that failed before proves nothing."""
    return before in _GOOD and after != before


def run_tests(
    root: Path,
    command: Sequence[str],
    module: str = "",
    seam: str = "",
    *,
    sabotage: bool = False,
    seconds: float = 3_600.0,
) -> Run:
    """Runs the tests with our watcher inside; with a `module` its seam crosses."""
    with TemporaryDirectory(prefix="carveout-") as folder:
        told = {"folder": folder, "module": module, "seam": seam, "sabotage": sabotage}
        plugins = [name for name in (os.environ.get("PYTEST_PLUGINS"), "carveout_parity") if name]
        path = [str(_INSIDE), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ,
            "CARVEOUT_PARITY": json.dumps(told),
            "PYTHONPATH": os.pathsep.join(path),
            "PYTEST_PLUGINS": ",".join(plugins),
        }
        try:
            done = subprocess.run(
                list(command),
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CarveoutError(f"the tests did not end within {seconds:g} s") from error
        except OSError as error:
            raise UsageError(
                f"the tests could not be started: {error.strerror or error}",
                help=f"the command was: {' '.join(command)}",
            ) from error
        return _read(Path(folder), done.returncode, done.stdout.decode("utf-8", "replace"))


def _read(folder: Path, status: int, output: str) -> Run:
    """What the processes wrote down; the worst of a test's outcomes counts."""
    tests: dict[str, str] = {}
    crossings: dict[str, dict[str, int]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            kind, name, told = _row(line)
            if kind == "crossed":
                counts = crossings.setdefault(name, {})
                counts[told] = counts.get(told, 0) + 1
            elif kind and tests.get(name, "passed") in _GOOD:
                tests[name] = told
    return Run(status, tests, crossings, output)


def _row(line: str) -> tuple[str, str, str]:
    """A line; the last one of a process that was killed may be half written."""
    try:
        kind, name, told = json.loads(line)
    except ValueError:
        return "", "", ""
    return kind, name, told


def _tail(output: str) -> str:
    return "\n".join(output.splitlines()[-12:]) or "(nothing)"
