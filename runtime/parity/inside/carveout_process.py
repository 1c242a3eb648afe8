"""The rungs process and committed: calls at a seam go over loopback to the service, a second process."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
import unittest.mock
import urllib.parse
from importlib import import_module
from pathlib import Path
from typing import Any

from carveout_channel import Broken, Channel
from carveout_lender import Lender, lender_of, unpatched_transport, watch_mock, watch_monkeypatch
from carveout_sabotage import wrong

_START_SECONDS = 60.0


class Rung:
    """Puts itself behind one seam: its functions are remote, and the service runs as long as the tests."""

    def __init__(self, report: Any, told: dict[str, Any]) -> None:
        self._report, self._told = report, told
        self._lock = threading.RLock()
        self._pid = 0
        self._channel: Channel | None = None
        self._lender: Lender | None = None
        self._lifeline = -1
        self._url = self._failed = ""
        watch_mock(unittest.mock)

    def hooks(self) -> dict[str, Any]:
        """What is done to modules of libraries once they have been made, by their names."""
        found: dict[str, Any] = {"_pytest.monkeypatch": watch_monkeypatch, "mock.mock": watch_mock}
        if self._told["framework"] != "django":
            lent = "carveout_sqlalchemy_lender"
            found["sqlalchemy"] = lambda module: import_module(lent).watch_engines()
        return found

    def put_behind(self, module: Any, name: str) -> None:
        """`module` has just been made, and no function stands behind its seam yet."""
        seam = getattr(module, name)
        self._prefix = seam.service.upper().replace("-", "_")
        os.environ.setdefault(f"{self._prefix}_SECRET", secrets.token_hex(32))
        os.environ.setdefault(f"{self._prefix}_TIMEOUT", "60")
        over = seam.transport.send
        seam.transport.send = lambda *request: self._send(seam, over, *request)
        seam._next_look = float("inf")
        seam.set_mode("remote")

    def _send(
        self, seam: Any, over: Any, path: str, body: bytes, headers: Any, deadline: float
    ) -> tuple[int, bytes]:
        # Tests move the time, and fail on purpose: neither tokens nor broken circuits outlive a call.
        seam.transport._token = ("", "", 0.0)
        seam.transport.breaker = type(seam.transport.breaker)()
        self._report.crossed(urllib.parse.unquote(path.rpartition("/")[2]))
        with self._lock, unpatched_transport():
            channel = self._service()
            os.environ[f"{self._prefix}_URL"] = self._url
            answer: tuple[int, bytes] = channel.lend(
                lambda: over(path, body, headers, deadline), self._answer
            )
            return wrong(*answer) if self._told["sabotage"] else answer

    def _service(self) -> Channel:
        """The service of this process; workers of a test runner that were forked have their own."""
        if self._lender is not None and self._pid == os.getpid() and self._lender.knows_more():
            os.close(self._lifeline)
            self._channel = None
        if self._channel is None or self._pid != os.getpid():
            self._pid, self._url, self._failed = os.getpid(), "", ""
            self._lender = lender_of(self._told["framework"], self._report.patched)
            self._channel, log = self._start()
            try:
                while not self._url:
                    self._channel.answer_one(self._answer, _START_SECONDS)
            except Broken:
                self._failed = log.read_text(encoding="utf-8", errors="replace")[-2_000:] or "nothing"
                self._report.broken(self._failed)
        if self._failed:
            raise RuntimeError(f"the service could not be started; its last words: {self._failed}")
        return self._channel

    def _answer(self, what: str, *about: Any) -> Any:
        if what == "ready":
            self._url = f"http://127.0.0.1:{about[0]}"
            return None
        if what == "unable":
            self._report.broken(about[0])
            return None
        assert self._lender is not None
        return self._lender.answer(what, *about)

    def _start(self) -> tuple[Channel, Path]:
        (reads, writes_theirs), (reads_theirs, writes) = os.pipe(), os.pipe()
        lifeline, self._lifeline = os.pipe()
        told = {**self._told, "reads": reads_theirs, "writes": writes_theirs, "lifeline": lifeline}
        theirs = (reads_theirs, writes_theirs, lifeline)
        log = Path(self._told["folder"]) / f"service-{os.getpid()}.log"
        kept = {name: value for name, value in os.environ.items() if name != "CARVEOUT_PARITY"}
        with log.open("wb") as file:
            subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("carveout_service.py"))],
                env={**kept, "CARVEOUT_SERVICE": json.dumps(told)},
                cwd=self._told["src"],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                pass_fds=theirs,
                start_new_session=True,
            )
        for each in theirs:
            os.close(each)
        return Channel(reads, writes), log
