"""nginx as it runs with the files of a project: its pid lies in `proxy/run/`."""

from __future__ import annotations

import http.client
import os
import re
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ...analyzer.model.errors import CarveoutError
from ...analyzer.model.routes import RouteTable, Traffic
from ...generators.proxies.nginx import Nginx
from ...generators.routing import FOLDER
from .. import processes

_LISTEN = re.compile(r"^\s*listen\s+(?:(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\]):)?(?P<port>\d+)", re.MULTILINE)


class RunningNginx:
    """Steered by its files and SIGHUP."""

    name = "nginx"

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._old: tuple[int, ...] = ()
        """Workers that go by the files of before: nobody may be sent to them once a change is done."""

    def configured(self) -> bool:
        return (self._folder / "nginx.conf").is_file()

    def running(self) -> bool:
        return self._pid() is not None

    def files(self, tables: Mapping[str, RouteTable], shares: Mapping[str, Traffic]) -> Mapping[str, str]:
        return {change.path: change.new or "" for change in Nginx().steer(tables, shares)}

    def reload(self) -> None:
        pid = self._pid()
        if pid is not None:
            self._old = _workers(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGHUP)

    def switch(self, service: str, on: bool) -> None:
        path = self._folder / "traffic" / f"{service}.off"
        if on:
            path.unlink(missing_ok=True)
        else:
            path.write_text(f"carveout route {service} put this here: nothing is sent to it.\n", "utf-8")

    def says(self, service: str) -> str | None:
        if any(map(_accepts, self._old)):
            return None
        return asked(self._folder / "internal.conf", _LISTEN, f"/.carveout/traffic/{service}")

    def complaint(self) -> str:
        try:
            processes.check_nginx(self._folder / "nginx.conf", self._folder / "run")
        except CarveoutError as error:
            return error.why or error.what
        return ""

    def _pid(self) -> int | None:
        """The pid of the master, None where none runs."""
        try:
            pid = int((self._folder / "run" / "nginx.pid").read_text())
            os.kill(pid, 0)
        except PermissionError as error:
            raise CarveoutError(
                f"nginx (process {pid}) belongs to somebody else",
                why="only its owner may tell it to read its files",
                help="type the same as the user that started it",
            ) from error
        except (OSError, ValueError):
            return None
        return pid


def _workers(master: int) -> tuple[int, ...]:
    """The pids of an nginx's workers; none where the system does not tell."""
    try:
        return tuple(map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split()))
    except (OSError, ValueError):
        return ()


def _accepts(worker: int) -> bool:
    """Whether a worker still takes connections: one that ends says so in its title."""
    try:
        title = Path(f"/proc/{worker}/cmdline").read_bytes()
    except OSError:
        return False
    return b"worker" in title and b"shutting down" not in title


def asked(file: Path, listen: re.Pattern[str], path: str) -> str | None:
    """What the internal listener that a file names answers to a GET; None where it does not answer 200."""
    found = listen.search(file.read_text("utf-8")) if file.is_file() else None
    if found is None:
        return None
    host = found["host"] or processes.HOST
    if host in ("0.0.0.0", "*"):
        host = processes.HOST
    connection = http.client.HTTPConnection(host.strip("[]"), int(found["port"]), timeout=1)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read().decode("utf-8", "replace").strip() if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
