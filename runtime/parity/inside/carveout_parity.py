"""Makes calls at a seam cross as bytes within this process, and writes down what the tests did.

A plugin of pytest as well, by this module's name. Depends on the standard library alone.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import json
import os
import subprocess
import sys
import threading
import unittest
import urllib.parse
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

    def _write(self, *row: str) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._file = (self._folder / f"{self._pid}.jsonl").open("a", encoding="utf-8")
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()


class Wire:
    """Puts itself behind one seam: all of its functions are remote, and answered in this process."""

    def __init__(self, report: Report, sabotage: bool) -> None:
        self._report, self._sabotage = report, sabotage
        self._functions: dict[str, Any] = {}
        self._inside = threading.local()
        self._serve: Any = None

    def put_behind(self, module: Any, name: str) -> None:
        """`module` has just been made, and no function stands behind its seam yet."""
        seam = getattr(module, name)
        self._serve = import_module(f"{module.__name__.rpartition('.')[0]}.seams.serving").serve
        self._keep_functions(seam)
        prefix = seam.service.upper().replace("-", "_")
        os.environ.setdefault(f"{prefix}_SECRET", "of a test run within one process")
        seam.transport.send = functools.partial(self._send, seam)
        away = seam._away
        seam._away = lambda entry, function, args, kwargs: (
            function(*args, **kwargs)
            if getattr(self._inside, "service", False)
            else away(entry, function, args, kwargs)
        )
        seam._next_look = float("inf")
        seam.set_mode("remote")

    def _keep_functions(self, seam: Any) -> None:
        kind = type(seam)
        decorator_of = kind.__call__
        functions = self._functions

        def call(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
            decorate = decorator_of(self, name, *args, **kwargs)

            def keep(function: Any) -> Any:
                functions[name] = function
                return decorate(function)

            return keep

        kind.__call__ = call

    def _send(self, seam: Any, path: str, body: bytes, headers: Any, deadline: float) -> tuple[int, bytes]:
        name = urllib.parse.unquote(path.rpartition("/")[2])
        self._report.crossed(name)
        about = seam.functions[name]
        function = self._functions[name]
        if about.binding == "class":  # the service calls it on the class itself
            owner, _, method = name.rpartition(".")
            function = getattr(_resolve(owner), method)
        self._inside.service = True
        try:
            status, answer = self._serve(about, function, json.loads(body))
        finally:
            self._inside.service = False
        if self._sabotage and answer.get("result", 0) is None:
            return 500, b""
        if self._sabotage and status == 200:
            answer = {"result": _other(answer["result"])}
        return status, json.dumps(answer, allow_nan=False).encode()


def _resolve(name: str) -> Any:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        module = sys.modules.get(".".join(parts[:end]))
        if module is not None:
            return functools.reduce(getattr, parts[end:], module)
    raise LookupError(name)


def _other(value: Any) -> Any:
    """A result that is of the same kind and wrong."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return value + "~"
    if isinstance(value, list):
        return [_other(value[0]), *value[1:]] if value else value
    if isinstance(value, dict):
        return {key: _other(each) if key != "$" else each for key, each in value.items()}
    return value


class _Finder(importlib.abc.MetaPathFinder):
    """Waits for the module of the seam."""

    def __init__(self, module: str, seam: str, wire: Wire) -> None:
        self._module, self._seam, self._wire = module, seam, wire

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != self._module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def run(module: Any) -> None:
            execute(module)
            self._wire.put_behind(module, self._seam)

        spec.loader.exec_module = run  # type: ignore[method-assign]
        return spec


report: Report | None = None


def install(told: str) -> None:
    """Called when the process starts: `told` is what the parent process wants, as JSON."""
    global report
    wanted = json.loads(told)
    report = Report(wanted["folder"])
    if wanted["module"]:
        wire = Wire(report, wanted["sabotage"])
        sys.meta_path.insert(0, _Finder(wanted["module"], wanted["seam"], wire))
    _watch_unittest(report)
    _go_along(told)


def _go_along(told: str) -> None:
    """Processes that the tests start with an environment of their own are watched, too."""
    start = subprocess.Popen.__init__

    @functools.wraps(start)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("env") is not None:
            here = str(Path(__file__).parent)
            path = kwargs["env"].get("PYTHONPATH", "")
            if here not in path.split(os.pathsep):
                path = os.pathsep.join(filter(None, [here, path]))
            kwargs["env"] = {**kwargs["env"], "CARVEOUT_PARITY": told, "PYTHONPATH": path}
        start(self, *args, **kwargs)

    setattr(subprocess.Popen, "__init__", init)  # noqa: B010


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
        report.current = _id(self)
        try:
            return run(self, result)
        finally:
            report.current = ""

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
