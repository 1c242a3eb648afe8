"""What reading and linking cost: CPU against a bare `ast` parse and walk of the same files, growth, memory.

Figures, CPU seconds of one process that has loaded all of our code (`start`), unless said:

- calls and imports (no framework's readers) over the floor, target 3.5; everything over the floor, target 5;
- twice the lines: two copies of one application, and django + wagtail + sqlalchemy in one project against the
  three alone (per line, times two), target 2.2;
- at a million lines, made of copies of whole applications under new names: peak memory of the largest process of
  a cold run, target 1 GB, and the wall seconds of a run after one file was changed, target 1.5.

The collector is off for floor and reader alike. Names of figures as arguments (`cost growth large`) choose what is
measured. Exits 1 where a target is missed; a run of carveout that fails is an error. Takes about ten minutes.
"""

from __future__ import annotations

import ast
import gc
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from sdists import sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.indexing import read as reading
from carveout.analyzer.indexing.link import link
from carveout.analyzer.indexing.packing import unpack_facts
from carveout.analyzer.indexing.world import LinkedWorld
from carveout.analyzer.project.config import load_project
from carveout.analyzer.project.sources import read_sources

CALLS, WHOLE, TWICE, MEMORY, CHANGED = 3.5, 5.0, 2.2, 1000.0, 1.5
LARGE = 1_000_000
APPLICATIONS = (("django-oscar", None), ("wagtail", None), ("mlflow", None), ("django", "5.2.8"))


class Cost(NamedTuple):
    """CPU seconds of one folder."""

    lines: int
    floor: float
    calls: float
    whole: float


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process, which starts with nothing left to collect."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def floor(texts: Sequence[bytes]) -> None:
    """Parses and walks each text."""
    for text in texts:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for _ in ast.walk(ast.parse(text)):
                    pass
        except (SyntaxError, ValueError, RecursionError):
            continue


def cost(root: Path, calls_too: bool = True) -> Cost:
    """Measures one folder. The floor is measured before and after: the machine may have changed its pace."""
    project = load_project(root)
    sources, data = read_sources(root, project.exclude)
    jobs = {s.path: reading.Job(s.suffix, data[s.path], project.dialect) for s in sources.files}
    texts = [job.data for path, job in jobs.items() if path.endswith(".py")]

    def calls() -> None:
        with patch.object(reading, "plugins", return_value=()):
            facts = {path: unpack_facts(reading.read(job)) for path, job in jobs.items()}
        world = LinkedWorld(facts, sources, project)
        assert world.flow.sites
        for path in world.files:
            world.calls(path)

    def whole() -> None:
        link({path: unpack_facts(reading.read(job)) for path, job in jobs.items()}, sources, project)

    gc.disable()
    before = cpu(lambda: floor(texts))
    seconds = cpu(calls) if calls_too else 0.0, cpu(whole)
    bare = (before + cpu(lambda: floor(texts))) / 2
    gc.enable()
    return Cost(sum(job.data.count(b"\n") for job in jobs.values()), bare, *seconds)


def show(name: str, found: Cost) -> None:
    calls = f"calls and imports {found.calls / found.floor:5.2f}  " if found.calls else ""
    print(
        f"{name:<30} {found.lines:>9,} lines  floor {found.floor:6.2f} s  "
        f"{calls}everything {found.whole / found.floor:5.2f}",
        flush=True,
    )


def missed(name: str, value: float, target: float) -> list[str]:
    """What to say of a figure that is above its target."""
    return [f"{name}: {value:,.2f}, target {target:,g}"] if value > target else []


def packages() -> list[Path]:
    """The packages of the applications, without their tests and documentation."""
    return [sdist("django-oscar") / "src" / "oscar", sdist("wagtail") / "wagtail", sdist("mlflow") / "mlflow"]


def copy(package: Path, place: Path, name: str) -> int:
    """Copies a package under a new name, which its own code calls it by; the lines of its code."""
    shutil.copytree(package, place / name, ignore=shutil.ignore_patterns(".carveout"))
    named, lines = re.compile(rb"\b%s\b" % re.escape(package.name.encode())), 0
    for path in (place / name).rglob("*.py"):
        text = path.read_bytes()
        path.write_bytes(named.sub(name.encode(), text))
        lines += text.count(b"\n")
    return lines


def start() -> None:
    """Loads what reading and linking need, as the first file with SQL in it would."""
    reading.readers_version()
    job = reading.Job(".py", b"def f(c):\n    c.execute('SELECT a FROM t WHERE b = 1')\n", "auto")
    assert unpack_facts(reading.read(job)).facts["dbapi"]


def costs() -> list[str]:
    """Each application by itself, once all of our own code is loaded, which is a figure of its own."""
    problems: list[str] = []
    print(f"start: {cpu(start):.2f} s", flush=True)
    for name, version in APPLICATIONS:
        each = cost(sdist(name, version))
        show(name, each)
        problems += missed(f"{name}, calls and imports", each.calls / each.floor, CALLS)
        problems += missed(f"{name}, everything", each.whole / each.floor, WHOLE)
    return problems


def growth(place: Path) -> list[str]:
    """Twice the lines: of copies that have nothing to do with each other, and of what is coupled."""
    oscar = packages()[0]
    for number in (0, 1):
        copy(oscar, place / "twice", f"oscar_{number}")
    copy(oscar, place / "once", "oscar_0")
    once, twice = cost(place / "once", False), cost(place / "twice", False)
    show("oscar twice", twice)
    parts = [
        sdist("django", "5.2.8") / "django",
        packages()[1],
        sdist("sqlalchemy", "2.1.9") / "lib/sqlalchemy",
    ]
    for part in parts:
        shutil.copytree(part, place / "coupled" / part.name)
        shutil.copytree(part, place / part.name / part.name)
    alone = [cost(place / part.name, False) for part in parts]
    together = cost(place / "coupled", False)
    show("django + wagtail + sqlalchemy", together)
    each = sum(part.whole for part in alone) / sum(part.lines for part in alone)
    factors = {
        "copies": twice.whole / once.whole,
        "coupled": 2 * together.whole / together.lines / each,
    }
    for name, factor in factors.items():
        print(f"twice the lines, {name}: {factor:.2f} times the CPU", flush=True)
    return [line for name, factor in factors.items() for line in missed(f"twice, {name}", factor, TWICE)]


def large(place: Path) -> list[str]:
    """A million lines: the memory of a cold run, the seconds after one file was changed."""
    lines = 0
    for number in count():
        for package in packages():
            if lines < LARGE:
                lines += copy(package, place, f"{package.name}_{number}")
        if lines >= LARGE:
            break
    command = [sys.executable, "-m", "carveout", "-q", "analyze", str(place)]

    def run() -> float:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    cold = run()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    file = next(path for path in sorted(place.rglob("*.py")) if path.stat().st_size > 2000)
    file.write_text(file.read_text("utf-8") + "\n\ndef added():\n    return 1\n", "utf-8")
    changed = run()
    print(
        f"{lines:,} lines: cold {cold:.0f} s, peak memory {peak:,.0f} MB, one file changed {changed:.1f} s",
        flush=True,
    )
    return [
        *missed("memory a million lines (MB)", peak * LARGE / lines, MEMORY),
        *missed("one file changed (s)", changed, CHANGED),
    ]


def main(wanted: Iterable[str]) -> int:
    """Runs the bench."""
    chosen, problems = {*wanted} or {"cost", "growth", "large"}, list[str]()
    with tempfile.TemporaryDirectory(prefix="carveout-cost-") as folder:
        if "large" in chosen:  # first, while this process is small: its children start as copies of it
            problems += large(Path(folder, "large"))
        if "cost" in chosen:
            problems += costs()
        if "growth" in chosen:
            problems += growth(Path(folder, "growth"))
    for problem in problems:
        print(f"MISSED {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
