"""Twenty changes of behaviour in moved code: how many the rung *process* finds by an application's own tests.

The slices are those of `bench_parity.py`, whose variables this one needs, too. Each change is made in the service's copy
alone: a threshold, a rounding, a time zone, an order, something missing, another status. They were written from the
code, before any was tried, and without looking at the tests. A change is *found* when a test that passed fails; it is
*missed* when none does. Only the tests that cross run. With `--probes` the rung *probes* is asked, too: how many calls
it finds that are answered differently, whatever the tests notice.

    bench_planted.py [--probes] [SLICE ...]

Exits 1 below 18 of 20 (of what was asked for, in proportion).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from bench_parity import HEALTHCHECKS, carried_out  # type: ignore[import-not-found]

from carveout.generators import scaffold
from carveout.runtime.parity.probes import probes
from carveout.runtime.parity.process import process
from carveout.runtime.parity.running import Run, run_tests
from carveout.runtime.parity.wire import crossing

SHARE = 0.9


class Plant(NamedTuple):
    """A change: `old` stands once in the file, after `behind`; `earlier` is (old, new) in earlier versions."""

    kind: str
    path: str
    old: str
    new: str
    behind: str = ""
    earlier: tuple[str, str] = ("", "")


_MODELS, _DATE, _STRING = "hc/api/models.py", "hc/lib/date.py", "hc/lib/string.py"
_SIGNING, _HTML = "hc/lib/signing.py", "hc/lib/html.py"
PLANTS = {
    "tokens": (
        Plant("threshold", _MODELS, "obj.tokens < 0 and", "obj.tokens <= 0 and"),
        Plant("status", _MODELS, "return False", "return True", "Not enough tokens"),
        Plant("rounding", _MODELS, "obj.tokens -= 1.0 / capacity", "obj.tokens -= 1 // capacity"),
        Plant("missing", _MODELS, "obj.save()", "pass", "obj.updated = frozen_now"),
        Plant("status", _MODELS, "return True", "return False", "except TokenBucket.DoesNotExist:"),
        Plant("threshold", _MODELS, "tokens >= 1.0 / 3", "tokens > 1.0 / 2"),
    ),
    "dates": (
        Plant("threshold", _DATE, "elif v > 1:", "elif v > 2:"),
        Plant("order", _DATE, "(WEEK, DAY, HOUR, MINUTE)", "(DAY, WEEK, HOUR, MINUTE)"),
        Plant(
            "rounding",
            _DATE,
            'f"{total_seconds:.2f} sec"',
            'f"{total_seconds:.1f} sec"',
            earlier=('"%.2f sec"', '"%.1f sec"'),
        ),
        Plant(
            "missing",
            _DATE,
            'result.append(f"{secs} sec")',
            "pass",
            earlier=('result.append("%s sec" % secs)', "pass"),
        ),
        Plant("threshold", _DATE, "if m == 0:", "if m == 1:"),
        Plant("time zone", _DATE, "now().astimezone(tz)", "now()", "def month_boundaries"),
        Plant("time zone", _DATE, "now().astimezone(tz)", "now()", "def week_boundaries"),
        Plant("rounding", _DATE, "days=today.weekday()", "days=today.weekday() + 1"),
    ),
    "texts": (
        Plant("order", _STRING, "result = [parts.pop(0)]", "result = [parts.pop()]"),
        Plant("missing", _STRING, "value, 1)", "value)"),
        Plant("missing", _STRING, "s = s.strip()", "s = s"),
        Plant("status", _STRING, "return False", "return True"),
        Plant(
            "threshold",
            _SIGNING,
            "full[:16]",
            "full[:15]",
            earlier=("if age > max_age:", "if age > 2 * max_age:"),
        ),
        Plant(
            "missing",
            _HTML,
            'self.skiplist = {"script", "style"}',
            'self.skiplist = {"script"}',
            earlier=('set(["script", "style"])', 'set(["script"])'),
        ),
    ),
}


def planted(text: str, plant: Plant) -> str:
    """The text with a change made, behind what it stands behind; the same text where that is not there."""
    start = text.find(plant.behind) if plant.behind else 0
    for old, new in ((plant.old, plant.new), plant.earlier) if start >= 0 else ():
        if old and (at := text.find(old, start)) >= 0:
            return text[:at] + new + text[at + len(old) :]
    return text


def found(
    root: Path, name: str, command: list[str], before: Run, plant: Plant, *, probing: bool
) -> tuple[int, int]:
    """How many tests notice a change, and how many probes do (if they are asked)."""
    at, service = scaffold.seam_of(root, name), scaffold.service_of(root, name)
    src = root / service.src
    file = src / plant.path
    whole = file.read_text()
    file.write_text(planted(whole, plant))
    try:
        below = service._replace(src=str(src))
        outcome = process(root, command, at, below, before=before, only=before.tests)
        probed = len(probes(root, command, at, below, only=before.tests).differences) if probing else 0
    finally:
        file.write_text(whole)
    return len(outcome.differences), probed


def main() -> int:
    """Each slice, each change."""
    if HEALTHCHECKS.checkout is None:
        print("skipped: CARVEOUT_HEALTHCHECKS names no checkout")
        return 0
    command = HEALTHCHECKS.command
    counts: list[tuple[int, int]] = []
    probing = "--probes" in sys.argv[1:]
    names = [name for name in sys.argv[1:] if name != "--probes"]
    with tempfile.TemporaryDirectory(prefix="carveout-bench-") as folder:
        for name in names or HEALTHCHECKS.slices:
            root = carried_out(HEALTHCHECKS, name, Path(folder))
            only = crossing(root, command, scaffold.seam_of(root, name)).crossing_tests
            before = run_tests(root, command, only=only)
            print(f"{name}: {len(before.tests)} tests cross", flush=True)
            src = root / scaffold.service_of(root, name).src
            for plant in PLANTS[name]:
                text = (src / plant.path).read_text()
                if planted(text, plant) == text:
                    print(f"  {plant.kind:10} {plant.old:45} is not in this version: left out", flush=True)
                    continue
                counts.append(found(root, name, command, before, plant, probing=probing))
                tests, probed = counts[-1]
                verdict = f"found by {tests}" if tests else "MISSED"
                verdict += f", {probed} probes" if probing else ""
                print(f"  {plant.kind:10} {plant.old:45} -> {plant.new:45} {verdict}", flush=True)
    hits = sum(bool(tests) for tests, _ in counts)
    print(f"{hits} of {len(counts)} found")
    if not counts:
        return 1
    if probing:
        print(f"{sum(bool(probed) for _, probed in counts)} of {len(counts)} found by probes alone")
    return 0 if hits >= SHARE * len(counts) else 1


if __name__ == "__main__":
    sys.exit(main())
