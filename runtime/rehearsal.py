"""A monolith, a service that was carved out of it and a real nginx, side by side on loopback.

The demo uses it to show that the sample's own tests cannot tell the difference.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..analyzer.model.errors import CarveoutError
from ..analyzer.model.routes import RouteTable
from ..generators.proxies.nginx import Nginx
from . import processes

_HOST = "127.0.0.1"
_PYTHON = [sys.executable, "-m"]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where everything listens, the service's process, and the environment that all processes share."""

    proxy: str
    monolith: str
    service: str
    process: processes.Process
    environment: dict[str, str]


@contextmanager
def rehearsal(project: Path, routes: RouteTable, package: str, scratch: Path) -> Iterator[Rehearsal]:
    """Starts the sample monolith in `project`, the scaffolded service of `routes` and nginx.

    `package` is the monolith's package, run by `python -m`; logs, the database and nginx's files go
    to `scratch`. Raises CarveoutError when nginx is missing or a process does not answer in time.
    """
    ports = [processes.free_port() for _ in range(3)]
    proxy, monolith, service = (f"{_HOST}:{port}" for port in ports)
    environment = {"SHOP_DATABASE_URL": f"sqlite:///{scratch / 'shop.db'}", "PYTHONDONTWRITEBYTECODE": "1"}
    for change in Nginx(proxy, monolith, service).emit(routes):
        target = scratch / change.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(change.new or "", encoding="utf-8")
    (scratch / "nginx").mkdir(exist_ok=True)
    nginx = processes.nginx_argv(scratch / "proxy/nginx.conf", scratch / "nginx")
    shop = {**environment, "SHOP_PORT": str(ports[1])}
    source = str(project / "services" / routes.service / "src")
    its_own = {**environment, "SERVICE_PORT": str(ports[2]), "PYTHONPATH": source}
    _make_database(project, package, environment)
    with ExitStack() as stack:
        run = partial(_serve, stack, scratch)
        run("monolith", [*_PYTHON, package], ports[1], "/health", project, shop)
        command = [*_PYTHON, f"{routes.service}_service"]
        process = run(routes.service, command, ports[2], "/livez", scratch, its_own)
        run("nginx", nginx, ports[0], "/health", scratch, {})
        yield Rehearsal(f"http://{proxy}", f"http://{monolith}", f"http://{service}", process, environment)


def _make_database(project: Path, package: str, environment: dict[str, str]) -> None:
    command = [*_PYTHON, package, "init-db"]
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


def run_tests(tests: Path, cwd: Path, base_url: str) -> tuple[int, str]:
    """Runs the sample's own tests against a running shop; gives pytest's exit code and its last line."""
    run = subprocess.run(
        [*_PYTHON, "pytest", "-q", "-p", "no:cacheprovider", "--no-header", str(tests)],
        cwd=cwd,
        env={**os.environ, "SHOP_BASE_URL": base_url, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.strip().splitlines() or run.stderr.strip().splitlines() or [""]
    return run.returncode, lines[-1]
