"""A browser, PostgreSQL and Redis for tests: on loopback, on free ports, in folders of their own, stopped by their pids."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carveout.runtime import processes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_USER = "nobody"
"""PostgreSQL does not run as root."""


def program(name: str, package: str) -> Path:
    """A server's program. Skips the test where it is not installed; in CI that is a failure."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or next((str(path) for path in places), None)
    if found is None:
        reason = f"{name} is not installed (apt-get install {package})"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(found)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no chromium: apt-get install chromium")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def postgres() -> Iterator[str]:
    """An empty PostgreSQL database; gives the URL for SQLAlchemy."""
    initdb = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
    initdb = initdb or program("initdb", "postgresql")
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="carveout-pg-"))
    data, port = folder / "data", processes.free_port()
    if root:
        shutil.chown(folder, _USER)
    try:
        command = [str(initdb), "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, user=_USER if root else None)
        server = [str(initdb.with_name("postgres")), "-D", str(data), "-p", str(port), "-k", str(folder)]
        server += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        if root:
            server = ["setpriv", f"--reuid={_USER}", "--regid=nogroup", "--clear-groups", *server]
        with processes.running("postgres", server, cwd=folder, log=folder / "log", port=port):
            url = f"postgresql+pg8000://shop@127.0.0.1:{port}/postgres"
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """An empty Redis; gives its URL."""
    port, folder = processes.free_port(), tmp_path
    command = [str(program("redis-server", "redis-server")), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    with processes.running("redis", command, cwd=folder, log=folder / "redis.log", port=port):
        yield f"redis://127.0.0.1:{port}/0"
