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
from pathlib import Path

from ..analyzer.model.errors import CarveoutError
from ..analyzer.model.routes import RouteTable
from ..generators.proxies.nginx import Nginx
from . import processes

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where everything listens, and the environment that all processes share."""

    proxy: str
    monolith: str
    service: str
    environment: dict[str, str]


@contextmanager
def rehearsal(project: Path, routes: RouteTable, package: str, scratch: Path) -> Iterator[Rehearsal]:
    """Starts the sample monolith in `project`, the scaffolded service of `routes` and nginx.

    `package` is the monolith's package, run by `python -m`; logs, the database and nginx's files go
    to `scratch`. Raises CarveoutError when nginx is missing or a process does not answer in time.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    ports = [processes.free_port() for _ in range(3)]
    proxy, monolith, service = (f"{_HOST}:{port}" for port in ports)
    environment = {"SHOP_DATABASE_URL": f"sqlite:///{scratch / 'shop.db'}", "PYTHONDONTWRITEBYTECODE": "1"}
    python = [sys.executable, "-m"]
    initialise = [*python, package, "init-db"]
    made = subprocess.run(
        initialise, cwd=project, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if made.returncode:
        raise CarveoutError("the sample's database could not be made", why=made.stderr.strip()[-500:])
    for change in Nginx(proxy, monolith, service).emit(routes):
        target = scratch / change.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(change.new or "", encoding="utf-8")
    (scratch / "nginx").mkdir(exist_ok=True)
    nginx = processes.nginx_argv(scratch / "proxy/nginx.conf", scratch / "nginx")
    source = project / "services" / routes.service / "src"
    its_own = {"SERVICE_PORT": str(ports[2]), "PYTHONPATH": str(source)}
    with ExitStack() as stack:
        run = stack.enter_context
        log = scratch / "monolith.log"
        shop = {**environment, "SHOP_PORT": str(ports[1])}
        command = [*python, package]
        run(
            processes.running(
                "monolith", command, cwd=project, env=shop, log=log, port=ports[1], path="/health"
            )
        )
        command = [*python, f"{routes.service}_service"]
        log = scratch / f"{routes.service}.log"
        env = {**environment, **its_own}
        run(
            processes.running(
                routes.service, command, cwd=scratch, env=env, log=log, port=ports[2], path="/livez"
            )
        )
        run(processes.running("nginx", nginx, log=scratch / "nginx.log", port=ports[0], path="/health"))
        yield Rehearsal(f"http://{proxy}", f"http://{monolith}", f"http://{service}", environment)


def run_tests(tests: Path, cwd: Path, base_url: str) -> tuple[int, str]:
    """Runs the sample's own tests against a running shop; gives pytest's exit code and its last line."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", str(tests)],
        cwd=cwd,
        env={**os.environ, "SHOP_BASE_URL": base_url, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.strip().splitlines() or run.stderr.strip().splitlines() or [""]
    return run.returncode, lines[-1]
