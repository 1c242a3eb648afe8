"""Fixtures for all tests: small projects written to disk and analysed for real; PostgreSQL and Redis.

The servers run on loopback, on free ports, in folders of their own, and are stopped by their pids.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import hypothesis
import pytest

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze
from carveout.runtime import processes

ProjectOf = Callable[[Mapping[str, str | bytes]], Path]
GraphOf = Callable[..., Graph]
hypothesis.settings.register_profile(
    "loaded", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("loaded")  # examples may take long where other work is done beside
_USER = "nobody"
"""PostgreSQL does not run as root."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders of slow tests come first: what a worker takes last is short, and the others wait for no one."""
    items.sort(key=lambda item: item.nodeid.startswith("tests/analyzer/"))


@pytest.fixture
def project_of(tmp_path: Path) -> ProjectOf:
    """project_of({"shop/pay.py": "..."}): the folder of these files (dedented)."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return tmp_path

    return make


@pytest.fixture
def graph_of(project_of: ProjectOf) -> GraphOf:
    """graph_of({"shop/pay.py": "..."}): writes the files (dedented) and analyses them."""

    def make(files: Mapping[str, str | bytes], project: Project = Project()) -> Graph:  # noqa: B008 - frozen
        return analyze(project_of(files), project=project, cache=False, workers=1)

    return make


@pytest.fixture
def edges_of(graph_of: GraphOf) -> Callable[..., set[str]]:
    """As graph_of, but gives the edges of the kinds asked for as "source -> target" without prefixes."""

    def make(files: Mapping[str, str | bytes], *kinds: str, project: Project = Project()) -> set[str]:  # noqa: B008
        graph = graph_of(files, project)
        return {f"{e.source.partition(':')[2]} -> {e.target.partition(':')[2]}" for e in graph.edges(*kinds)}

    return make


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
