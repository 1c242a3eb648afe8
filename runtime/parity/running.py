"""Runs the project's own tests with our watcher inside, and reads what it wrote down."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...analyzer.model.errors import CarveoutError, UsageError

_INSIDE = Path(__file__).parent / "inside"
GOOD = frozenset({"passed", "skipped"})
NOTED = frozenset({"asked", "failed", "host", "left", "noise", "otherwise", "unread"})


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the tests: outcome by test, and by function how often which test crossed.

    `patched` are names of the service that tests replaced, by name and test; `broken` says why the service
    could not be started, `said` is what it wrote of failures.
    """

    status: int
    tests: dict[str, str] = field(default_factory=dict)
    crossings: dict[str, dict[str, int]] = field(default_factory=dict)
    patched: dict[str, dict[str, int]] = field(default_factory=dict)
    compared: dict[str, dict[str, int]] = field(default_factory=dict)
    """Calls that monolith and service were asked, by function and where they came from."""
    different: list[tuple[str, str]] = field(default_factory=list)
    """(function, what differs as JSON)."""
    noted: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    """What else was seen of recorded calls: by kind, name and what is said of it, how often."""
    broken: str = ""
    said: str = ""
    output: str = ""

    @property
    def crossing_tests(self) -> frozenset[str]:
        """The tests that crossed anything."""
        return frozenset(test for found in self.crossings.values() for test in found if test)


def run_tests(
    root: Path,
    command: Sequence[str],
    told: Mapping[str, Any] | None = None,
    *,
    only: Collection[str] | None = None,
    files: Mapping[str, str] | None = None,
    seconds: float = 3_600.0,
) -> Run:
    """Runs the tests, or `only` some, with our watcher inside; `told` is what else it does (see `inside/`).

    `files` are written for it, and their paths are told it by their names.

    Raises CarveoutError when they cannot be started or do not end in time.
    """
    with TemporaryDirectory(prefix="carveout-") as folder:
        wanted = {"module": "", **(told or {}), "folder": folder}
        for name, text in (files or {}).items():
            (Path(folder) / f"{name}.json").write_text(text, encoding="utf-8")
            wanted[name] = str(Path(folder) / f"{name}.json")
        if only is not None:
            (Path(folder) / "only.json").write_text(json.dumps(sorted(only)), encoding="utf-8")
        plugins = [name for name in (os.environ.get("PYTEST_PLUGINS"), "carveout_parity") if name]
        path = [str(_INSIDE), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ,
            "CARVEOUT_PARITY": json.dumps(wanted),
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
            raise CarveoutError(f"`{' '.join(command)}` did not end within {seconds:g} s") from error
        except OSError as error:
            raise UsageError(
                f"`{' '.join(command)}` could not be started: {error.strerror or error}",
                help="give the command as it is typed in the project's folder",
            ) from error
        return _read(Path(folder), done.returncode, done.stdout.decode("utf-8", "replace"))


def _read(folder: Path, status: int, output: str) -> Run:
    """What the processes wrote down; the worst of a test's outcomes counts."""
    run = Run(status, output=output)
    broken = ""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            kind, name, told = _row(line)
            if kind in ("crossed", "patched", "compared"):
                kept = {"crossed": run.crossings, "patched": run.patched, "compared": run.compared}[kind]
                counts = kept.setdefault(name, {})
                counts[told] = counts.get(told, 0) + 1
            elif kind in NOTED:
                notes = run.noted.setdefault(kind, {}).setdefault(name, {})
                notes[told] = notes.get(told, 0) + 1
            elif kind == "differs":
                run.different.append((name, told))
            elif kind == "broken":
                broken = broken or name
            elif kind and run.tests.get(name, "passed") in GOOD:
                run.tests[name] = told
    logs = (file.read_text(encoding="utf-8", errors="replace") for file in sorted(folder.glob("*.log")))
    return replace(run, broken=broken, said="".join(logs))


def _row(line: str) -> tuple[str, str, str]:
    """A line; the last one of a process that was killed may be half written."""
    try:
        kind, name, told = json.loads(line)
    except ValueError:
        return "", "", ""
    return kind, name, told


def tail(output: str) -> str:
    """The last lines of what was printed."""
    return "\n".join(output.splitlines()[-12:]) or "(nothing)"
