"""Slices of real applications, carried out: their own tests with the calls over bytes and to a second process.

The applications are checkouts, which are copied and not changed: healthchecks (Django ORM, its repository at commit
29b5ec25, 1,755 tests) and privacyIDEA (Flask with SQLAlchemy, the sdist `privacyidea==3.10.2`,
its tests of the library and the database). Each slice is put
behind a seam and becomes a service by `scaffold` alone: no line is written by hand, and what is configured are the
lines of `carveout.toml` and the accepted hazards below. A service's variables that have no default are the monolith's
own values.

    CARVEOUT_HEALTHCHECKS         the checkout
    CARVEOUT_HEALTHCHECKS_PYTHON  a Python that has what its tests need, and what the services need (PyJWT)
    CARVEOUT_PRIVACYIDEA, CARVEOUT_PRIVACYIDEA_PYTHON  likewise
    DB, DB_HOST, DB_PORT ...      as healthchecks reads them itself: DB=postgres; SQLite without
    TEST_DATABASE_URL             as privacyIDEA reads it itself

    bench_parity.py [SLICE ...] [--rung RUNG ...]

Prints a row for each slice and rung, and each test that differs. Exits 1 when a smaller share of the tests that passed
before pass than the application's target, or a slice is crossed by fewer than 100 calls. Not in CI: a run of
the tests takes minutes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from carveout.analyzer import pipeline
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.parity import Parity
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.generators.reports import choose
from carveout.runtime import parity
from carveout.runtime.parity.running import Run, run_tests


class Application(NamedTuple):
    """A checkout, what runs its tests, and what is carried out of it; `accepted` are hazards."""

    name: str
    mark: str
    tests: tuple[str, ...]
    slices: Mapping[str, str]
    share: float
    rungs: tuple[str, ...]
    accepted: tuple[str, ...] = ()

    @property
    def checkout(self) -> Path | None:
        """Where it is; None where nobody says so. Raises UsageError for a folder that holds something else."""
        told = os.environ.get(f"CARVEOUT_{self.name.upper()}", "")
        if told and not (Path(told) / self.mark).exists():
            raise UsageError(f"CARVEOUT_{self.name.upper()} is not set to a checkout of {self.name}")
        return Path(told) if told else None

    @property
    def command(self) -> list[str]:
        """What runs its tests; words with a star are files of the checkout."""
        words = [os.environ.get(f"CARVEOUT_{self.name.upper()}_PYTHON", sys.executable)]
        for word in self.tests:
            found = sorted(self.checkout.glob(word)) if "*" in word and self.checkout else []
            words += [path.relative_to(self.checkout).as_posix() for path in found if self.checkout] or [word]
        return words


HEALTHCHECKS = Application(
    "healthchecks",
    "manage.py",
    ("manage.py", "test"),
    {
        "tokens": 'functions = ["hc.api.models.TokenBucket"]\ntables = ["api_tokenbucket"]\n',
        "dates": 'modules = ["hc.lib.date"]\n',
        "texts": 'modules = ["hc.lib.string", "hc.lib.signing", "hc.lib.html"]\n',
    },
    0.995,
    ("wire", "process"),
)
PRIVACYIDEA = Application(
    "privacyidea",
    "privacyidea",
    ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_lib_*.py", "tests/test_db_*.py"),
    {
        "records": "modules = ["
        + ", ".join(
            f'"privacyidea.lib.{name}"'
            for name in ("monitoringstats", "counter", "authcache", "serviceid", "tokengroup")
        )
        + "]\n"
    },
    0.99,
    ("wire", "process"),
    ("untyped-result", "instance-crosses"),
)
APPLICATIONS = (HEALTHCHECKS, PRIVACYIDEA)
CALLS = 100


def copied(application: Application, root: Path) -> Path:
    """The checkout's files without what its tests have left; its tests write into what they run in."""
    assert application.checkout is not None
    left_out = shutil.ignore_patterns(".git", "*.sqlite*", "build", "__pycache__")

    def others(folder: str, names: list[str]) -> set[str]:
        paths = {name: Path(folder, name) for name in names}
        odd = {name for name, path in paths.items() if not (path.is_file() or path.is_dir())}
        return odd | left_out(folder, names)

    return Path(shutil.copytree(application.checkout, root, ignore=others))


def carried_out(application: Application, name: str, folder: Path) -> Path:
    """A copy of the checkout with one slice behind a seam, and its service."""
    root = copied(application, folder / name)
    (root / "carveout.toml").write_text(f"[services.{name}]\n{application.slices[name]}")
    for step in ("seam", "service"):
        graph = pipeline.analyze(root, cache=False, workers=1)
        (planned,) = pipeline.plan(
            graph, load_agreed(root), name, root, step=step, accepted=application.accepted
        ).steps
        scaffold.require_safe(planned)
        write.apply(scaffold.changes(planned, graph), root, scaffold.subject(name, step))
    return root


def measured(application: Application, root: Path, name: str, rung: str, before: Run) -> bool:
    """Whether a slice reaches the targets on a rung; tells what it does."""
    started = time.monotonic()
    at, service = scaffold.seam_of(root, name), scaffold.service_of(root, name)
    served = None if rung == "wire" else service
    found = parity.climb(rung, root, application.command, at, served, before=before)
    good = found.tests - found.failed_before
    share = 1 - len(found.differences) / good
    print(f"{name} {rung}: {share:.2%} of {good:,} in {time.monotonic() - started:.0f} s", flush=True)
    print(choose(Parity, "text").render(found).decode(), flush=True)
    return share >= application.share and found.requests >= CALLS


def main() -> int:
    """Application by application: the tests as they are once, then slice by slice and rung by rung."""
    arguments = argparse.ArgumentParser(description="Slices of real applications, carried out.")
    names = [name for each in APPLICATIONS for name in each.slices]
    arguments.add_argument("slices", nargs="*", metavar="SLICE", help=", ".join(names))
    arguments.add_argument("--rung", action="append", choices=sorted(parity.RUNGS))
    asked = arguments.parse_args()
    if unknown := set(asked.slices) - set(names):
        raise UsageError(f"there is no slice {', '.join(sorted(unknown))}", help=", ".join(names))
    good = []
    for application in APPLICATIONS:
        wanted = [name for name in asked.slices or application.slices if name in application.slices]
        if not wanted or application.checkout is None:
            continue
        with tempfile.TemporaryDirectory(prefix="carveout-bench-") as folder:
            before = run_tests(copied(application, Path(folder) / "before"), application.command)
            print(
                f"{application.name} before: {len(before.tests):,} tests, status {before.status}", flush=True
            )
            for name in wanted:
                root = carried_out(application, name, Path(folder))
                good += [
                    measured(application, root, name, rung, before)
                    for rung in asked.rung or application.rungs
                ]
    if not good:
        print("skipped: neither CARVEOUT_HEALTHCHECKS nor CARVEOUT_PRIVACYIDEA names a checkout")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
