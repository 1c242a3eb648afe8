"""The sample's notifications by events: its own tests at each step, and after roll-back, with real processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carveout.cli.main import main
from carveout.runtime import processes

SAMPLE = Path(__file__).parents[2] / "sample_monolith"
BOUNDARY = """
[services.notifications]
modules = ["sample_monolith.notifications.*"]
tables = ["notifications", "notification_settings", "devices"]
"""
EVENTS = "sample_monolith._generated.events"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the sample, with notifications agreed to be a service."""
    root = tmp_path / "project"
    shutil.copytree(SAMPLE, root / "sample_monolith", ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    (root / "carveout.toml").write_text(BOUNDARY, encoding="utf-8")
    return root


def step(project: Path, *more: str) -> None:
    """`carveout scaffold notifications --step events`."""
    assert main(["-q", "scaffold", "notifications", str(project), "--step", "events", *more]) == 0


@contextmanager
def shop(project: Path, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The shop on a new database; gives the environment of its tests."""
    port = processes.free_port()
    told = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "SHOP_PASSWORD_ROUNDS": "1", **environment}
    told |= {"SHOP_PORT": str(port), "SHOP_BASE_URL": f"http://127.0.0.1:{port}"}
    told.setdefault("SHOP_DATABASE_URL", f"sqlite:///{project / 'shop.db'}")
    told |= {"SHOP_UPLOADS": str(project / "uploads"), "PYTHONPATH": str(project)}
    (project / "shop.db").unlink(missing_ok=True)
    run(project, told, "sample_monolith", "init-db")
    argv = [sys.executable, "-m", "sample_monolith", "serve"]
    with processes.running("shop", argv, cwd=project, env=told, log=project / "shop.log", port=port):
        yield told


@contextmanager
def subscriber(project: Path, environment: dict[str, str]) -> Iterator[None]:
    """Relay and subscriber in one process."""
    run(project, environment, EVENTS, "install")
    log = project / "run.log"
    argv = [sys.executable, "-m", EVENTS, "run"]
    with processes.running("events", argv, cwd=project, env=environment, log=log):
        yield


def run(project: Path, environment: dict[str, str], *argv: str) -> str:
    """A module in a process of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *argv],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def own_tests(project: Path, environment: dict[str, str], which: str) -> None:
    """The sample's own tests."""
    run(project, environment, "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, which)


def test_its_own_tests_with_notifications_by_events(project: Path) -> None:
    """On SQLite, without a broker: the quick sibling of the tests below."""
    step(project, "--apply")
    tests = "sample_monolith/tests/test_notifications.py"
    with shop(project, {"NOTIFICATIONS_EVENTS": "remote"}) as environment, subscriber(project, environment):
        own_tests(project, environment, tests)
        assert "done" in run(project, environment, EVENTS, "status")


@pytest.mark.full
def test_its_own_tests_at_each_step_and_after_roll_back(project: Path) -> None:
    """On SQLite, without a broker."""
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    walk(project, {})
    shutil.rmtree(project / ".carveout")
    for each in ("shop.db", "shop.db-shm", "shop.db-wal", "shop.log", "run.log", "uploads"):
        left = project / each
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.full
def test_its_own_tests_on_servers(project: Path, postgres: str, redis: str) -> None:
    """PostgreSQL, and Redis Streams as the broker."""
    walk(
        project,
        {
            "SHOP_DATABASE_URL": postgres,
            "EVENTS_BROKER": redis,
            "EVENTS_SECRET": "of this test, and of no other one",
        },
        fresh=False,
    )


def walk(project: Path, environment: dict[str, str], fresh: bool = True) -> None:
    """Applied, in the shadow, remote, local again, taken back: the tests are green each time."""
    step(project, "--apply")
    for mode in ("local", "shadow", "remote", "local") if fresh else ("remote",):
        with shop(project, {**environment, "NOTIFICATIONS_EVENTS": mode}) as told, subscriber(project, told):
            own_tests(project, told, "sample_monolith/tests")
    step(project, "--undo")
    if fresh:
        with shop(project, environment) as told:
            own_tests(project, told, "sample_monolith/tests")
