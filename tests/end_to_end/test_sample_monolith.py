"""The sample monolith by itself: its own tests on both of its stacks, and the limits that it keeps."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carveout.runtime import processes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_monolith"


def own_tests(cwd: Path, environment: dict[str, str], *rooms: str) -> str:
    """Runs the sample's own tests, or those of some rooms, from a folder of their own; gives what pytest printed."""
    which = [str(SAMPLE / "tests" / f"test_{room}.py") for room in rooms] or [str(SAMPLE / "tests")]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull,
         f"--rootdir={SAMPLE}", *which],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    return run.stdout


def test_its_tests_pass_on_the_embedded_stack(tmp_path: Path) -> None:
    """SQLite, a cache in the process, tasks at once: about a hundred tests, quick."""
    found = re.search(r"(\d+) passed in ([\d.]+)s", own_tests(tmp_path, {"SHOP_STACK": "embedded"}))
    assert found is not None
    assert int(found[1]) >= 100


@contextmanager
def worker(folder: Path, environment: dict[str, str]) -> Iterator[processes.Process]:
    """A Celery worker of the sample."""
    command = [sys.executable, "-m", "celery", "--app", "sample_monolith.tasks", "worker", "--pool", "solo"]
    command += ["--loglevel", "info", "--without-mingle", "--without-gossip"]
    with processes.running(
        "worker", command, cwd=folder, env=environment, log=folder / "worker.log"
    ) as process:
        processes.wait_until(lambda: "ready." in process.log.read_text("utf-8", "replace"), process, 30)
        yield process


@pytest.mark.parametrize(
    "rooms", [("orders", "notifications", "schema"), pytest.param((), marks=pytest.mark.full, id="all")]
)
def test_its_tests_pass_on_servers(tmp_path: Path, postgres: str, redis: str, rooms: tuple[str, ...]) -> None:
    """PostgreSQL, Redis and a Celery worker by one setting; the worker does what the shop leaves to it."""
    environment = {
        "SHOP_STACK": "servers",
        "SHOP_DATABASE_URL": postgres,
        "SHOP_REDIS_URL": redis,
        "PYTHONPATH": str(ROOT),
    }
    with worker(tmp_path, environment) as process:
        assert "passed" in own_tests(tmp_path, environment, *rooms)
        done = lambda: "succeeded in" in process.log.read_text("utf-8", "replace")  # noqa: E731
        processes.wait_until(done, process, 30)


def test_the_sample_keeps_to_its_size() -> None:
    """Large enough to be entangled, small enough to be read: 5,000 to 7,000 lines, tests and blanks apart."""
    lines = sum(
        sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
        for pattern in ("*.py", "*.sql", "*.html", "*.css")
        for path in SAMPLE.rglob(pattern)
        if "tests" not in path.relative_to(SAMPLE).parts
    )
    assert 5_000 <= lines <= 7_000


@pytest.mark.parametrize("room", ["analyzer", "generators", "runtime", "cli", "templates"])
def test_carveout_knows_nothing_of_the_sample(room: str) -> None:
    """No name of the sample's own stands in carveout: what is shown of it comes from its demo.toml."""
    own = re.compile(r"Mobia|SHOP_[A-Z]|sample_monolith\.\w|\b(?:pkg_(?:orders|pricing|inventory|reports))\b")
    allowed = "sample_monolith"
    for path in sorted((ROOT / room).rglob("*")):
        if path.suffix in (".py", ".jinja", ".toml"):
            text = path.read_text(encoding="utf-8")
            assert not own.search(text), path
            if allowed in text:
                assert path.relative_to(ROOT).as_posix() == "cli/demo.py", path


def test_every_knot_is_where_its_page_says() -> None:
    """KNOTS.md names file and line of each knot; moving code without it would mislead who reads it."""
    text = (SAMPLE / "KNOTS.md").read_text(encoding="utf-8")
    places = re.findall(r"^- `([\w/.]+):(\d+)`  `(.*)`$", text, re.MULTILINE)
    assert len(places) >= 40
    for path, line, code in places:
        found = (SAMPLE / path).read_text(encoding="utf-8").splitlines()[int(line) - 1].strip()
        assert found.startswith(code.removesuffix("...")), f"{path}:{line}"
    knots = re.findall(r"^## \d+\. ", text, re.MULTILINE)
    assert len(knots) == len(re.findall(r"^Seen in: ", text, re.MULTILINE)) >= 20
