"""Slices of a real application, carried out: its own tests with the calls over bytes and to a second process.

The application is a checkout of healthchecks (https://github.com/healthchecks/healthchecks, 1,755 tests at commit
29b5ec25), which is copied and not changed. Each slice is put behind a seam and becomes a service by `scaffold` alone:
no line is written by hand, and what is configured are the lines of `carveout.toml` below. The service's variables
that have no default are the monolith's own values.

    CARVEOUT_HEALTHCHECKS         the checkout
    CARVEOUT_HEALTHCHECKS_PYTHON  a Python that has what its tests need, and what the services need (PyJWT)
    DB, DB_HOST, DB_PORT ...      as healthchecks reads them itself: DB=postgres; SQLite without

    bench_parity.py [SLICE ...] [--rung RUNG ...]

Prints a row for each slice and rung, and each test that differs. Exits 1 when fewer than 99.5 % of the tests that
passed before pass, or a slice is crossed by fewer than 100 calls. Not in CI: a run of the tests takes a minute or more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from carveout.analyzer import pipeline
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.parity import Parity
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.generators.reports import choose
from carveout.runtime import parity
from carveout.runtime.parity.running import Run, run_tests

SLICES = {
    "tokens": 'functions = ["hc.api.models.TokenBucket"]\ntables = ["api_tokenbucket"]\n',
    "dates": 'modules = ["hc.lib.date"]\n',
    "texts": 'modules = ["hc.lib.string", "hc.lib.signing", "hc.lib.html"]\n',
}
RUNGS = ("wire", "process")
SHARE, CALLS = 0.995, 100


def carried_out(checkout: Path, name: str, folder: Path) -> Path:
    """A copy of the checkout with one slice behind a seam, and its service."""
    root = folder / name
    shutil.copytree(checkout, root, ignore=shutil.ignore_patterns(".git", "*.sqlite*"))
    (root / "carveout.toml").write_text(f"[services.{name}]\n{SLICES[name]}")
    for step in ("seam", "service"):
        graph = pipeline.analyze(root, cache=False, workers=1)
        (planned,) = pipeline.plan(graph, load_agreed(root), name, root, step=step).steps
        scaffold.require_safe(planned)
        write.apply(scaffold.changes(planned, graph), root, scaffold.subject(name, step))
    return root


def measured(root: Path, name: str, rung: str, command: list[str], before: Run) -> bool:
    """Whether a slice reaches the targets on a rung; tells what it does."""
    started = time.monotonic()
    at, service = scaffold.seam_of(root, name), scaffold.service_of(root, name)
    found = parity.climb(rung, root, command, at, None if rung == "wire" else service, before=before)
    good = found.tests - found.failed_before
    share = 1 - len(found.differences) / good
    print(f"{name} {rung}: {share:.2%} of {good:,} in {time.monotonic() - started:.0f} s", flush=True)
    print(choose(Parity, "text").render(found).decode(), flush=True)
    return share >= SHARE and found.requests >= CALLS


def main() -> int:
    """Runs the tests as they are once, then slice by slice and rung by rung."""
    arguments = argparse.ArgumentParser(description="Slices of healthchecks, carried out.")
    arguments.add_argument("slices", nargs="*", metavar="SLICE", help=", ".join(SLICES))
    arguments.add_argument("--rung", action="append", choices=RUNGS)
    asked = arguments.parse_args()
    if unknown := set(asked.slices) - SLICES.keys():
        raise UsageError(f"there is no slice {', '.join(sorted(unknown))}", help=", ".join(SLICES))
    checkout = Path(os.environ.get("CARVEOUT_HEALTHCHECKS", ""))
    if not (checkout / "manage.py").is_file():
        raise UsageError("CARVEOUT_HEALTHCHECKS is not set to a checkout of healthchecks")
    python = os.environ.get("CARVEOUT_HEALTHCHECKS_PYTHON", sys.executable)
    command = [python, "manage.py", "test"]
    with tempfile.TemporaryDirectory(prefix="carveout-bench-") as folder:
        before = run_tests(checkout, command)
        print(f"before: {len(before.tests):,} tests, status {before.status}", flush=True)
        good = [
            measured(root, name, rung, command, before)
            for name in asked.slices or SLICES
            for root in [carried_out(checkout, name, Path(folder))]
            for rung in asked.rung or RUNGS
        ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
