"""Recorded calls are asked again: the monolith, the service, the monolith once more.

Waits until the command that loads the application is over, and asks in its process before that ends. All that
calls do is taken back. What the monolith itself answers differently the second time is noise, and told; a
difference has to show twice.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import carveout_process
import carveout_sent
import carveout_wire
from carveout_comparing import differing, noise_between
from carveout_undone import Undone

_apps: list[Any] = []


class _Silent:
    def crossed(self, name: str) -> None:
        """What is asked here is no test's own call."""

    def patched(self, name: str) -> None:
        """Nobody patches anything."""


class Rung:
    """Stands behind one seam; asks once the process has loaded its application."""

    def __init__(self, report: Any, told: dict[str, Any]) -> None:
        self._report, self._told = report, told
        self._here = carveout_wire.Rung(_Silent(), {"sabotage": False})
        self._is_process = told["rung"] == "process"
        self._there: Any = (
            _Process(report, told, self)
            if self._is_process
            else carveout_wire.Rung(_Silent(), {"sabotage": False})
        )
        self.sent: list[tuple[str, Any]] = []
        self.undone = Undone()
        self._seam: Any = None
        self._end, threading._shutdown = threading._shutdown, self._ends  # type: ignore[attr-defined]

    def hooks(self) -> dict[str, Any]:
        """Engines and applications are noted when they are made."""

        def engines(module: Any) -> None:
            if self._is_process and self._told["framework"] != "django":
                import_module("carveout_sqlalchemy_lender").watch_engines()
            import_module("carveout_sqlalchemy_undone").watch_engines()

        return {"sqlalchemy": engines, "flask": _watch_flask}

    def put_behind(self, module: Any, name: str) -> None:
        """`module` has just been made; when the command is over, its calls are asked."""
        self._seam = getattr(module, name)
        self._seam._recorder = None
        self._package = module.__name__.rpartition(".")[0]
        self._here.stand_beside(module, self._seam)
        self._there.put_behind(module, name)
        self._seam.set_mode("local")  # until then

    def _ends(self) -> None:
        """Python calls this when the program is over, in its main thread and before anything is taken down.

        No hook that is public comes as early: those of `atexit` find executors that take nothing any more.
        """
        try:
            if sys.version_info[:3] in ((3, 12, 0), (3, 12, 1)):
                self._report.broken(
                    "Python 3.12.0 and 3.12.1 start no thread any more when a program ends: use 3.12.2"
                )
            elif (self._told["module"] in sys.modules or _is_django()) and self._is_first():
                self._ask_all()
        except BaseException:
            self._report.broken(traceback.format_exc())
        self._end()

    def _is_first(self) -> bool:
        """Processes that the command started have loaded the application, too: one of them asks."""
        try:
            os.close(os.open(Path(self._told["folder"]) / "asks", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def _ask_all(self) -> None:
        rows = json.loads(Path(self._told["replay"]).read_text(encoding="utf-8"))
        import_module(self._told["module"])
        self._import_all()
        self._seam.set_mode("remote")
        self.undone = _undone()
        carveout_sent.divert(self.tell)
        for index, row in enumerate(rows):
            name = row["function"]
            about = self._seam.functions.get(name)
            if about is None or about.stays or name not in self._here._functions:
                self._report.noted("left", name, "")
                continue
            self._ask(index, about, row)
        for table in sorted(self.undone.too_large):
            self._report.noted("unread", table, "")
        self._report.noted("asked", "", "")

    def _import_all(self) -> None:
        """Functions of modules that nobody needed yet get behind the seam, too."""
        for name in self._seam.functions:
            parts = name.split(".")[:-1]
            while parts and ".".join(parts) not in sys.modules:
                with contextlib.suppress(ImportError):
                    import_module(".".join(parts))
                    break
                parts.pop()

    def tell(self, kind: str, told: Any) -> None:
        """Something was not sent."""
        if kind == "host":
            self._report.noted("host", str(told), "")
        self.sent.append((kind, told))

    def _ask(self, index: int, about: Any, row: dict[str, Any]) -> None:
        here = functools.partial(self._answer_of, about, row["arguments"], self._answer_here)
        there = functools.partial(self._answer_of, about, row["arguments"], self._answer_there)
        first, other, again = here(), there(), here()
        self._report.compared(about.name, "recorded")
        for field in noise_between(first, again):
            self._report.noted("noise", about.name, field)
        if "failed" in first:
            self._report.noted("failed", about.name, first["failed"]["words"])
        if first.get("answer") != row["answer"] and not row.get("left_out") and "error" not in row["answer"]:
            self._report.noted("otherwise", about.name, "")
        found = differing(first, again, other)
        if found and (found := differing(here(), again, there())):
            self._report.differs(about.name, {"index": index, "call": row["arguments"], "fields": found})

    def _answer_of(self, about: Any, arguments: Any, ask: Any) -> dict[str, Any]:
        """What callers, the database and receivers of events see of a call."""
        self.sent = []
        with _within_application():
            self.undone.begin()
            told: dict[str, Any] = {}
            try:
                told |= ask(about, json.loads(json.dumps(arguments)))
            finally:
                rows = self.undone.end("result" in told.get("answer", {}))
        told |= {"events": [*rows.pop("events", []), *(each for kind, each in self.sent if kind != "host")]}
        return {**told, **rows}

    def _answer_here(self, about: Any, arguments: Any) -> dict[str, Any]:
        self._here._inside.service = True
        try:
            status, answer = self._here._serve(about, self._function(about), {"arguments": arguments})
        except Exception as error:
            return {"failed": {"words": f"{type(error).__name__}: {error}"}}
        finally:
            self._here._inside.service = False
        if status == 400:
            return {"failed": {"words": answer["error"]}}
        return {"answer": json.loads(json.dumps(answer))}

    def _function(self, about: Any) -> Any:
        if about.binding == "class":
            owner, _, method = about.name.rpartition(".")
            return getattr(carveout_wire._resolve(owner), method)
        return self._here._functions[about.name]

    def _answer_there(self, about: Any, arguments: Any) -> dict[str, Any]:
        """As a caller gets it, and encoded once more."""
        arguments_of = import_module(f"{self._package}.seams.arguments")
        try:
            result = self._seam.ask(about.name, arguments)
            answer = {"result": arguments_of.codec_of(about.result).encode(result)}
        except Exception as error:
            declared = import_module(f"{self._package}.seams.exceptions").encode_exception(
                error, about.raises
            )
            if declared is None:
                return {"failed": {"words": f"{type(error).__name__}: {error}"}}
            answer = {"exception": declared}
        return {"answer": json.loads(json.dumps(answer))}


class _Process(carveout_process.Rung):  # type: ignore[misc]
    """The service, which tells what it would send, and whose statements are noted."""

    def __init__(self, report: Any, told: dict[str, Any], above: Rung) -> None:
        super().__init__(_Quietly(report), told)
        self._above = above

    def _answer(self, what: str, *about: Any) -> Any:
        if what == "sent":
            return self._above.tell(*about)
        if what == "execute" and self._told["framework"] != "django":
            key, sql, *_ = about
            self._above.undone.note(self._lender._loans[key].raw, sql)
        return super()._answer(what, *about)


class _Quietly(_Silent):
    def __init__(self, report: Any) -> None:
        self.broken = report.broken


def _watch_flask(module: Any) -> None:
    init = module.Flask.__init__

    @functools.wraps(init)
    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        _apps.append(self)

    module.Flask.__init__ = made


@contextlib.contextmanager
def _within_application() -> Iterator[None]:
    """The last application of Flask that was made, where there is one."""
    if not _apps:
        yield
        return
    with _apps[-1].app_context():
        yield


def _is_django() -> bool:
    """Whether an application of Django has been loaded."""
    django = sys.modules.get("django.apps")
    return django is not None and bool(django.apps.ready)


def _undone() -> Undone:
    """What takes back what calls do in this process, by the libraries that it has loaded."""
    library = "django" if _is_django() else "sqlalchemy"
    if library not in sys.modules:
        return Undone()
    made: Undone = import_module(f"carveout_{library}_undone").Undone()
    return made
