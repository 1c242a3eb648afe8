"""A monolith, a service that was carved out of it and a real nginx, side by side on loopback.

The demo uses it to show that the monolith's own tests cannot tell the difference. How the monolith is run
stands beside it in `demo.toml`: nothing here knows its names.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..analyzer.model.errors import CarveoutError
from ..analyzer.model.evidence import Place
from ..analyzer.model.routes import RouteTable, Traffic
from ..generators.proxies.nginx import FOLDER, Nginx
from . import processes

_PYTHON = [sys.executable, "-m"]
_RELOAD_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Script:
    """What is shown on a sample, and how it is run: the contents of its `demo.toml`.

    `environment` may hold `{scratch}`, the folder of the run; `port` and `base_url` are the variables that
    take the monolith's port and the address that its tests ask. `broken` are the lines, and `file` the file
    that they are added to, that cross the boundary.
    """

    service: str
    package: str
    about: str
    create: str
    health: str
    port: str
    base_url: str
    tests: str
    probe: str
    environment: Mapping[str, str]
    file: str
    broken: str
    reason: str


def load_script(path: Path) -> Script:
    """Reads a `demo.toml`. Raises CarveoutError when a part of it is missing or of the wrong type."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        run, change = data.pop("run"), data.pop("break")
        return Script(**data, **run, **change)
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise CarveoutError(
            f"the demo's script cannot be used: {error}",
            place=Place(path.name),
            why="it says how the sample is started and what is shown on it",
        ) from error


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where everything listens, the service's process, and the environment that all processes share."""

    proxy: str
    monolith: str
    service: str
    process: processes.Process
    environment: dict[str, str]
    nginx: processes.Process
    scratch: Path
    routes: RouteTable

    def served_by(self, path: str) -> str:
        """The service that answers a GET through the proxy; "" for the monolith."""
        connection = http.client.HTTPConnection(self.proxy.removeprefix("http://"), timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().headers.get("X-Served-By", "")
        finally:
            connection.close()

    def roll_back(self, path: str) -> float:
        """Sends all routes to the monolith again; the seconds until it answers `path`.

        Raises CarveoutError when the service still answers after ten seconds.
        """
        for change in Nginx().steer({self.routes.service: self.routes}, {}):
            (self.scratch / change.path).write_text(change.new or "", encoding="utf-8")
        start = time.monotonic()
        self.nginx.reload()
        while self.served_by(path):
            if time.monotonic() - start > _RELOAD_SECONDS:
                raise CarveoutError("nginx did not take its routes back", why=self.nginx.last_lines())
            time.sleep(0.01)
        return time.monotonic() - start


@contextmanager
def rehearsal(project: Path, routes: RouteTable, script: Script, scratch: Path) -> Iterator[Rehearsal]:
    """Starts the monolith in `project`, the scaffolded service of `routes` and nginx.

    Logs, the database and nginx's files go to `scratch`. Raises CarveoutError when nginx is missing or a
    process does not answer in time.
    """
    ports = [processes.free_port() for _ in range(4)]
    proxy, monolith, service, inside = (f"{processes.HOST}:{port}" for port in ports)
    given = {name: value.format(scratch=scratch) for name, value in script.environment.items()}
    environment = {**given, "PYTHONDONTWRITEBYTECODE": "1"}
    emitter = Nginx(proxy, monolith, service, inside)
    for change in (
        *emitter.emit(routes),
        *emitter.steer({routes.service: routes}, {routes.service: Traffic(100)}),
    ):
        target = scratch / change.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(change.new or "", encoding="utf-8")
    nginx = processes.nginx_argv(scratch / FOLDER / "nginx.conf", scratch / FOLDER / "run")
    its_own = {
        **environment,
        "SERVICE_PORT": str(ports[2]),
        "PYTHONPATH": str(project / "services" / routes.service / "src"),
    }
    _create(project, script, environment)
    with ExitStack() as stack:
        run = partial(_serve, stack, scratch)
        own_port = {**environment, script.port: str(ports[1])}
        run("monolith", [*_PYTHON, script.package], ports[1], script.health, project, own_port)
        command = [*_PYTHON, f"{routes.service}_service"]
        process = run(routes.service, command, ports[2], "/livez", scratch, its_own)
        proxying = run("nginx", nginx, ports[0], script.health, scratch, {})
        yield Rehearsal(
            f"http://{proxy}",
            f"http://{monolith}",
            f"http://{service}",
            process,
            environment,
            proxying,
            scratch,
            routes,
        )


_SHOWN = 20
"""Tests that failed and are named."""


def _create(project: Path, script: Script, environment: dict[str, str]) -> None:
    command = [*_PYTHON, script.package, script.create]
    env = {**os.environ, **environment}
    made = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    if made.returncode:
        raise CarveoutError("the sample's database could not be made", why=made.stderr.strip()[-500:])


def _serve(
    stack: ExitStack,
    scratch: Path,
    name: str,
    command: list[str],
    port: int,
    path: str,
    cwd: Path,
    env: dict[str, str],
) -> processes.Process:
    """A process that answers on a port until the stack is left."""
    log = scratch / f"{name}.log"
    return stack.enter_context(
        processes.running(name, command, cwd=cwd, env=env, log=log, port=port, path=path)
    )


def run_tests(project: Path, script: Script, at: Rehearsal) -> tuple[int, str]:
    """Runs the monolith's own tests against the proxy; gives the exit code, what failed and the last line."""
    run = subprocess.run(
        # Settings of a project that this one may lie in are not its own.
        [
            *_PYTHON,
            "pytest",
            "-q",
            "-rfE",
            "-c",
            os.devnull,
            "--rootdir",
            ".",
            "-p",
            "no:cacheprovider",
            "--no-header",
            script.tests,
        ],
        cwd=project,
        env={**os.environ, **at.environment, script.base_url: at.proxy},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.strip().splitlines() or run.stderr.strip().splitlines() or [""]
    failed = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return run.returncode, "\n".join([*failed[:_SHOWN], lines[-1]])
