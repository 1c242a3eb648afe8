"""Makes calls at a seam cross, and writes down what the tests did.

How they cross is the rung's: `carveout_wire.py`, `carveout_process.py`. A plugin of pytest as well, by this
module's name. Depends on the standard library alone.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import json
import os
import subprocess
import sys
import unittest
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

_OUTCOMES = {
    "addSuccess": "passed", "addFailure": "failed", "addError": "error", "addSkip": "skipped",
    "addExpectedFailure": "passed", "addUnexpectedSuccess": "failed",
}  # fmt: skip


class Report:
    """Writes down the outcome of each test, and which function crossed while it ran: a line each.

    Each process has a file of its own; workers of a test runner are forked, and killed without notice.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._pid = 0
        self._file: Any = None
        self.current = ""

    def outcome(self, test: str, outcome: str) -> None:
        """What became of a test, or of a part of it."""
        self._write("test", test, outcome)

    def crossed(self, function: str) -> None:
        """A function was called through the seam."""
        self._write("crossed", function, self.current)

    def patched(self, name: str) -> None:
        """A test has replaced a name that the service has, too."""
        self._write("patched", name, self.current)

    def broken(self, words: str) -> None:
        """The service could not be started, and these were its last words."""
        self._write("broken", words, "")

    def compared(self, function: str, source: str) -> None:
        """Monolith and service were asked the same."""
        self._write("compared", function, source)

    def differs(self, function: str, told: dict[str, Any]) -> None:
        """They answered it differently."""
        self._write("differs", function, json.dumps(told))

    def noted(self, kind: str, name: str, told: str) -> None:
        """Something else about recorded calls that were asked again (see `carveout_replaying.py`)."""
        self._write(kind, name, told)

    def _write(self, *row: str) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._file = (self._folder / f"{self._pid}.jsonl").open("a", encoding="utf-8")
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()


class _Finder(importlib.abc.MetaPathFinder):
    """Waits for modules, and does something to each once it has been made."""

    def __init__(self, hooks: dict[str, Callable[[Any], None]]) -> None:
        self._hooks = hooks

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        hook = self._hooks.get(fullname)
        if hook is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def run(module: Any) -> None:
            execute(module)
            hook(module)

        spec.loader.exec_module = run  # type: ignore[method-assign]
        return spec


report: Report | None = None
chosen: frozenset[str] | None = None
"""The tests that run; None: all."""


def install(told: str) -> None:
    """Called when the process starts: `told` is what the parent process wants, as JSON."""
    global report, chosen
    wanted = json.loads(told)
    report = Report(wanted["folder"])
    hooks: dict[str, Callable[[Any], None]] = {}
    for each in (wanted, *({**wanted, **other} for other in wanted.get("beside", ()))):
        if each["module"]:
            rung = import_module(f"carveout_{each['crosses']}").Rung(report, each)
            hooks.update(rung.hooks())
            hooks[each["module"]] = functools.partial(_put_behind, rung, each["seam"])
    if wanted.get("commits"):
        hooks.update(import_module("carveout_committed").hooks(wanted["folder"]))
    sys.meta_path.insert(0, _Finder(hooks))
    only = Path(wanted["folder"]) / "only.json"
    if only.exists():
        chosen = frozenset(json.loads(only.read_text(encoding="utf-8")))
        _leave_out(chosen)
    _watch_unittest(report)
    _go_along(told)


def _put_behind(rung: Any, seam: str, module: Any) -> None:
    """The module of a contract has just been made."""
    rung.put_behind(module, seam)


def _go_along(told: str) -> None:
    """Processes that the tests start with an environment of their own are watched, too."""
    start = subprocess.Popen.__init__

    @functools.wraps(start)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("env") is not None and "CARVEOUT_SERVICE" not in kwargs["env"]:
            here = str(Path(__file__).parent)
            path = kwargs["env"].get("PYTHONPATH", "")
            if here not in path.split(os.pathsep):
                path = os.pathsep.join(filter(None, [here, path]))
            kwargs["env"] = {**kwargs["env"], "CARVEOUT_PARITY": told, "PYTHONPATH": path}
        start(self, *args, **kwargs)

    setattr(subprocess.Popen, "__init__", init)  # noqa: B010


def _leave_out(only: frozenset[str]) -> None:
    """Other tests are never put into a suite."""
    add = unittest.TestSuite.addTest

    @functools.wraps(add)
    def added(self: Any, test: Any) -> None:
        if not isinstance(test, unittest.TestCase) or _id(test) in only:
            add(self, test)

    setattr(unittest.TestSuite, "addTest", added)  # noqa: B010


def _watch_unittest(report: Report) -> None:
    def watched(name: str, outcome: str) -> None:
        original = getattr(unittest.TestResult, name)

        @functools.wraps(original)
        def method(self: Any, test: Any, *args: Any, **kwargs: Any) -> Any:
            report.outcome(_id(test), outcome)
            return original(self, test, *args, **kwargs)

        setattr(unittest.TestResult, name, method)

    for name, outcome in _OUTCOMES.items():
        watched(name, outcome)
    run = unittest.TestCase.run

    @functools.wraps(run)
    def case_run(self: Any, result: Any = None) -> Any:
        outer = report.current  # pytest's name of the test, where it is pytest that runs it
        report.current = outer or _id(self)
        try:
            return run(self, result)
        finally:
            report.current = outer

    setattr(unittest.TestCase, "run", case_run)  # noqa: B010
    add_subtest = unittest.TestResult.addSubTest

    @functools.wraps(add_subtest)
    def subtest(self: Any, test: Any, part: Any, error: Any) -> Any:
        if error is not None:
            report.outcome(_id(test), "failed")
        return add_subtest(self, test, part, error)

    setattr(unittest.TestResult, "addSubTest", subtest)  # noqa: B010


def _id(test: Any) -> str:
    return str(test.id()) if hasattr(test, "id") else str(test)


# pytest calls these by their names.


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """The tests that there are."""
    if chosen is not None:
        items[:] = [item for item in items if item.nodeid in chosen]


def pytest_runtest_logstart(nodeid: str, location: Any) -> None:
    """A test begins."""
    if report is not None:
        report.current = nodeid


def pytest_runtest_logreport(report: Any) -> None:  # the name is pytest's
    """A part of a test (setup, call, teardown) is over."""
    kept = sys.modules[__name__].__dict__["report"]
    if kept is not None:
        failed = "failed" if report.when == "call" else "error"
        outcome = failed if report.failed else "skipped" if report.skipped else "passed"
        if report.when == "call" or outcome != "passed":
            kept.outcome(report.nodeid, outcome)


def pytest_runtest_logfinish(nodeid: str, location: Any) -> None:
    """A test is over."""
    if report is not None:
        report.current = ""
