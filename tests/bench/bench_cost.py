"""What reading and linking cost: CPU against a bare `ast` parse and walk of the same files, growth, memory.

Figures, each a ratio of CPU seconds measured in one process unless said:

- calls and imports (no framework's readers) over the floor, target 3.5; everything over the floor, target 5;
- twice the lines: two copies of one application, and django + wagtail + sqlalchemy together against the three
  alone (per line, times two), target 2.2;
- with `--large`: peak memory of a whole process at a million lines, target 1 GB, and the wall seconds after one
  file was changed there, target 1.5.

The collector is off for floor and reader alike. Exits 1 where a target is missed.
"""

from __future__ import annotations

import ast
import gc
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from sdists import sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.indexing import read as reading
from carveout.analyzer.indexing.link import link
from carveout.analyzer.indexing.store import unpack_facts
from carveout.analyzer.indexing.world import LinkedWorld
from carveout.analyzer.project.config import load_project
from carveout.analyzer.project.sources import read_sources

CALLS, WHOLE, TWICE, MEMORY, CHANGED = 3.5, 5.0, 2.2, 1000.0, 1.5
LARGE = 1_000_000
APPLICATIONS = (("django-oscar", None), ("wagtail", None), ("mlflow", None), ("django", "5.2.8"))
COUPLED = (("django", "5.2.8"), ("wagtail", None), ("sqlalchemy", "2.1.9"))


class Cost(NamedTuple):
    """CPU seconds of one folder."""

    lines: int
    floor: float
    calls: float
    whole: float


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def floor(texts: list[bytes]) -> None:
    """Parses and walks each text."""
    for text in texts:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for _ in ast.walk(ast.parse(text)):
                    pass
        except (SyntaxError, ValueError, RecursionError):
            continue


def cost(root: Path) -> Cost:
    """Measures one folder."""
    project = load_project(root)
    sources, data = read_sources(root, project.exclude)
    jobs = {
        source.path: reading.Job(source.suffix, data[source.path], project.dialect)
        for source in sources.files
    }
    lines = sum(job.data.count(b"\n") for job in jobs.values())

    def calls() -> None:
        with patch.object(reading, "plugins", return_value=()):
            facts = {path: unpack_facts(reading.read(job)) for path, job in jobs.items()}
        world = LinkedWorld(facts, sources, project)
        assert world.flow.sites
        for path in world.files:
            world.calls(path)

    def whole() -> None:
        link({path: unpack_facts(reading.read(job)) for path, job in jobs.items()}, sources, project)

    texts = [job.data for path, job in jobs.items() if path.endswith(".py")]
    measured = []
    gc.disable()
    for work in (lambda: floor(texts), calls, whole):
        measured.append(cpu(work))
        gc.collect()
    return Cost(lines, *measured)


def show(name: str, found: Cost) -> None:
    print(
        f"{name:<34} {found.lines:>9,} lines  floor {found.floor:6.2f} s  "
        f"calls and imports {found.calls / found.floor:5.2f}  everything {found.whole / found.floor:5.2f}"
    )


def copies(place: Path, parts: list[Path], count: int) -> Path:
    """A folder with so many copies of each part."""
    for part in parts:
        for number in range(count):
            shutil.copytree(part, place / f"{part.name}_{number}" / part.name, symlinks=True)
    return place


def large(place: Path, parts: list[Path], lines: int) -> list[str]:
    """A million lines: the memory of a cold run, the seconds after one file was changed."""
    root = copies(place, parts, -(-LARGE // lines))
    command = [sys.executable, "-m", "carveout", "-q", "analyze", str(root)]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    changed = next(path for path in sorted(root.rglob("*.py")) if path.stat().st_size > 2000)
    changed.write_text(changed.read_text("utf-8") + "\n\ndef added():\n    return 1\n", "utf-8")
    start = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    print(f"a million lines: peak memory {peak:,.0f} MB; one file changed {seconds:.1f} s")
    missed = [f"memory {peak:,.0f} MB, target {MEMORY:,.0f}"] if peak > MEMORY else []
    return [*missed, *([f"one file changed {seconds:.1f} s, target {CHANGED}"] if seconds > CHANGED else [])]


def main() -> int:
    """Runs the bench."""
    missed = []
    for name, version in APPLICATIONS:
        found = cost(sdist(name, version))
        show(name, found)
        if found.calls / found.floor > CALLS:
            missed.append(f"{name}: calls and imports {found.calls / found.floor:.2f}, target {CALLS}")
        if found.whole / found.floor > WHOLE:
            missed.append(f"{name}: everything {found.whole / found.floor:.2f}, target {WHOLE}")
    with tempfile.TemporaryDirectory() as folder:
        oscar = sdist("django-oscar") / "src"
        once, twice = (cost(copies(Path(folder, str(count)), [oscar], count)) for count in (1, 2))
        show("django-oscar twice", twice)
        parts = [sdist(name, version) for name, version in COUPLED]
        alone = [cost(part) for part in parts]
        together = cost(copies(Path(folder, "coupled"), parts, 1))
        show("django + wagtail + sqlalchemy", together)
        growth = {
            "copies": twice.whole / once.whole,
            "coupled": 2 * (together.whole / together.lines)
            / (sum(part.whole for part in alone) / sum(part.lines for part in alone)),
        }  # fmt: skip
        for name, factor in growth.items():
            print(f"twice the lines, {name}: {factor:.2f} times the CPU")
            missed += [f"twice the lines, {name}: {factor:.2f}, target {TWICE}"] if factor > TWICE else []
        if "--large" in sys.argv:
            missed += large(Path(folder, "large"), parts, together.lines)
    for problem in missed:
        print(f"MISSED {problem}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
